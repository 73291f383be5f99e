package io.normact.math.key;

import io.normact.math.exact.ByteOutput;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Different keys in ascending order, and where a key stands among them. */
public final class KeyIndex implements Serializable {

  private static final long serialVersionUID = 1L;

  private final byte[] bytes;

  /** Where each key begins, and the end of the last. */
  private final int[] from;

  /** By hash, one more than the number of a key, or 0; twice as many places as keys. */
  private transient int[] slots;

  private KeyIndex(byte[] bytes, int[] from) {
    this.bytes = bytes;
    this.from = from;
  }

  /** The index of these keys, which ascend. */
  static KeyIndex of(List<byte[]> keys) {
    ByteOutput out = new ByteOutput(16 * keys.size());
    int[] from = new int[keys.size() + 1];
    for (int k = 0; k < keys.size(); k++) {
      out.put(keys.get(k), 0, keys.get(k).length);
      from[k + 1] = out.size();
    }
    return new KeyIndex(out.toArray(), from);
  }

  /** The number of keys. */
  public int size() {
    return from.length - 1;
  }

  /** The bytes that this takes in memory. */
  public long bytes() {
    return bytes.length + (long) Integer.BYTES * (from.length + 2L * size());
  }

  /** A key's bytes, to be read. */
  public ByteBuffer key(int number) {
    return ByteBuffer.wrap(bytes, from[number], from[number + 1] - from[number]);
  }

  /** A copy of a key's bytes. */
  byte[] copy(int number) {
    return Arrays.copyOfRange(bytes, from[number], from[number + 1]);
  }

  /** Compares a key of this index with one of another. */
  int compare(int number, KeyIndex other, int otherNumber) {
    return Arrays.compareUnsigned(
        bytes,
        from[number],
        from[number + 1],
        other.bytes,
        other.from[otherNumber],
        other.from[otherNumber + 1]);
  }

  /** The number of the key that the first bytes of the array are, or -1. */
  public int find(byte[] key, int length) {
    int[] table = slots();
    int mask = table.length - 1;
    int slot = (int) Key.hash(key, length) & mask;
    while (table[slot] != 0) {
      int number = table[slot] - 1;
      if (Arrays.equals(bytes, from[number], from[number + 1], key, 0, length)) {
        return number;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private int[] slots() {
    int[] table = slots;
    if (table == null) {
      table = table();
      slots = table;
    }
    return table;
  }

  private int[] table() {
    int length = 2 * Math.max(Integer.highestOneBit(Math.max(size(), 1)), 1);
    int[] table = new int[length < size() * 1.5 ? 2 * length : length];
    for (int number = 0; number < size(); number++) {
      byte[] key = copy(number);
      int slot = (int) Key.hash(key, key.length) & (table.length - 1);
      while (table[slot] != 0) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = number + 1;
    }
    return table;
  }

  /** Writes the keys, each by what it does not share with the one before it. */
  void write(ByteOutput out) {
    out.putCount(size());
    for (int k = 0; k < size(); k++) {
      int length = from[k + 1] - from[k];
      int shared =
          k == 0 ? 0 : Arrays.mismatch(bytes, from[k - 1], from[k], bytes, from[k], from[k + 1]);
      out.putCount(shared);
      out.putCount(length - shared);
      out.put(bytes, from[k] + shared, length - shared);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if keys don't ascend
   */
  static KeyIndex read(ByteBuffer in) {
    int size = Math.toIntExact(ByteOutput.readCount(in));
    if (size > in.remaining() / 2) {
      throw new IllegalArgumentException("there are fewer keys");
    }
    ByteOutput out = new ByteOutput(in.remaining());
    int[] from = new int[size + 1];
    for (int k = 0; k < size; k++) {
      int shared = Math.toIntExact(ByteOutput.readCount(in));
      int own = Math.toIntExact(ByteOutput.readCount(in));
      if (shared > (k == 0 ? 0 : from[k] - from[k - 1]) || own > in.remaining()) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "the key number %d is damaged", k));
      }
      int at = out.reserve(shared + own);
      byte[] bytes = out.array();
      System.arraycopy(bytes, k == 0 ? 0 : from[k - 1], bytes, at, shared);
      in.get(bytes, at + shared, own);
      from[k + 1] = out.size();
      if (k > 0
          && Arrays.compareUnsigned(bytes, from[k - 1], from[k], bytes, from[k], from[k + 1])
              >= 0) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "the key number %d does not follow the one before it", k));
      }
    }
    return new KeyIndex(out.toArray(), from);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyIndex that
        && Arrays.equals(from, that.from)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(from) + Arrays.hashCode(bytes);
  }
}
