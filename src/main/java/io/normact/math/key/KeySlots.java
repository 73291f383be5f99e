package io.normact.math.key;

import java.util.Arrays;

/**
 * Numbers of keys by hash: open addressing, at most two of three places taken. A place holds half
 * of the hash beside the number, so that another key's place is seldom mistaken and no other memory
 * is read for it.
 */
final class KeySlots {

  private static final long NUMBER = 0xffffffffL;

  /** The upper half of a hash, and below it the number of a key and 1; 0 where there is none. */
  private long[] slots;

  private int size;

  /** Places for so many keys. */
  KeySlots(int keys) {
    slots = new long[length(keys)];
  }

  private static int length(int keys) {
    long least = Math.max(keys + (keys >> 1), 4);
    return 1 << (Long.SIZE - Long.numberOfLeadingZeros(least - 1));
  }

  /** The bytes that so many keys take here. */
  static long bytes(int keys) {
    return (long) Long.BYTES * length(keys);
  }

  /** The bytes that this takes. */
  long bytes() {
    return (long) Long.BYTES * slots.length;
  }

  /** A place where a number may stand for a hash, at first or after another such place; or -1. */
  int next(long hash, int place) {
    int mask = slots.length - 1;
    int at = place < 0 ? (int) hash & mask : (place + 1) & mask;
    while (slots[at] != 0) {
      if ((slots[at] ^ hash) >>> Integer.SIZE == 0) {
        return at;
      }
      at = (at + 1) & mask;
    }
    return -1;
  }

  /** The number that stands in a place. */
  int number(int place) {
    return (int) (slots[place] & NUMBER) - 1;
  }

  /** Puts in the next number, for a key that has none. */
  void add(long hash, HashOfKey hashes) {
    if (size + (size >> 1) >= slots.length) {
      slots = new long[2 * slots.length];
      for (int number = 0; number < size; number++) {
        put(hashes.of(number), number);
      }
    }
    put(hash, size++);
  }

  private void put(long hash, int number) {
    int mask = slots.length - 1;
    int at = (int) hash & mask;
    while (slots[at] != 0) {
      at = (at + 1) & mask;
    }
    slots[at] = (hash & ~NUMBER) | (number + 1L);
  }

  /** Forgets all numbers. */
  void clear() {
    Arrays.fill(slots, 0);
    size = 0;
  }

  /** The hash of the key of a number. */
  interface HashOfKey {
    long of(int number);
  }
}
