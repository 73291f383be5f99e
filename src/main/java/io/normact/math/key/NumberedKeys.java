package io.normact.math.key;

import io.normact.math.exact.ByteOutput;
import java.util.Arrays;

/** Different keys, numbered in the order in which they come. */
public final class NumberedKeys {

  private ByteOutput bytes = new ByteOutput(64);

  /** Where each key ends. */
  private int[] to = new int[4];

  private long[] hashes = new long[4];
  private KeySlots slots = new KeySlots(4);
  private final KeySlots.HashOfKey hash = number -> hashes[number];
  private int size;

  /** The number of keys. */
  public int size() {
    return size;
  }

  /** The bytes that this takes in memory. */
  public long bytes() {
    return bytes.array().length + (Integer.BYTES + Long.BYTES) * (long) to.length + slots.bytes();
  }

  /** The bytes of all keys. */
  public int keyBytes() {
    return bytes.size();
  }

  /** Forgets all keys and gives their memory back. */
  public void clear() {
    bytes = new ByteOutput(64);
    to = new int[4];
    hashes = new long[4];
    slots = new KeySlots(4);
    size = 0;
  }

  /** The array in which keys stand, until another one is added. */
  public byte[] array() {
    return bytes.array();
  }

  /** Where a key begins in {@link #array}. */
  public int from(int number) {
    return number == 0 ? 0 : to[number - 1];
  }

  /** How long a key is. */
  public int length(int number) {
    return to[number] - from(number);
  }

  /** The number of the key that stands in a part of the array; of a new key, a new one. */
  public int add(byte[] key, int from, int length) {
    long ofKey = Key.hash(key, from, length);
    byte[] known = bytes.array();
    int place = slots.next(ofKey, -1);
    while (place >= 0) {
      int number = slots.number(place);
      if (Arrays.equals(known, from(number), to[number], key, from, from + length)) {
        return number;
      }
      place = slots.next(ofKey, place);
    }
    if (size == to.length) {
      to = Arrays.copyOf(to, 2 * size);
      hashes = Arrays.copyOf(hashes, 2 * size);
    }
    slots.add(ofKey, hash);
    bytes.put(key, from, length);
    to[size] = bytes.size();
    hashes[size] = ofKey;
    return size++;
  }

  /** The keys' numbers, in the keys' order. */
  public int[] ascending() {
    // As many bits of a key, after those that are the same in all, as go beside a number.
    int numberBits = Integer.SIZE - Integer.numberOfLeadingZeros(size);
    int shared = shared();
    long[] heads = new long[size];
    for (int number = 0; number < size; number++) {
      long head = head(number, shared) >>> numberBits << numberBits;
      heads[number] = (head | number) ^ Long.MIN_VALUE;
    }
    Arrays.sort(heads);
    long mask = (1L << numberBits) - 1;
    int[] numbers = new int[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (int) (heads[i] & mask);
    }
    for (int from = 0; from < size; ) {
      int end = from + 1;
      while (end < size && (heads[end] & ~mask) == (heads[from] & ~mask)) {
        end++;
      }
      sort(numbers, from, end);
      from = end;
    }
    return numbers;
  }

  /** How many first bytes are the same in all keys. */
  private int shared() {
    int shared = size == 0 ? 0 : length(0);
    for (int number = 1; number < size; number++) {
      int from = from(number);
      int same =
          Arrays.mismatch(
              bytes.array(), 0, shared, bytes.array(), from, Math.min(from + shared, to[number]));
      shared = same < 0 ? shared : same;
    }
    return shared;
  }

  /** Eight bytes of a key, or what there is of them and zeros. */
  private long head(int number, int after) {
    int from = from(number) + after;
    int n = Math.min(to[number] - from, Long.BYTES);
    long head = 0;
    for (int i = 0; i < n; i++) {
      head |= (bytes.array()[from + i] & 0xffL) << (Long.SIZE - Byte.SIZE * (i + 1));
    }
    return head;
  }

  private void sort(int[] numbers, int from, int end) {
    if (end - from > 1) {
      Integer[] sorted = new Integer[end - from];
      Arrays.setAll(sorted, i -> numbers[from + i]);
      Arrays.sort(sorted, this::compare);
      for (int i = 0; i < sorted.length; i++) {
        numbers[from + i] = sorted[i];
      }
    }
  }

  private int compare(int a, int b) {
    byte[] array = bytes.array();
    return Arrays.compareUnsigned(array, from(a), to[a], array, from(b), to[b]);
  }
}
