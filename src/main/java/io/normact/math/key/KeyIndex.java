package io.normact.math.key;

import io.normact.math.exact.ByteOutput;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/** Different keys in ascending order, and where a key stands among them. */
public final class KeyIndex implements Serializable {

  private static final long serialVersionUID = 1L;

  private final byte[] bytes;

  /** Where each key begins, and the end of the last. */
  private final int[] from;

  private transient volatile Lookup lookup;

  private KeyIndex(byte[] bytes, int[] from) {
    this.bytes = bytes;
    this.from = from;
  }

  /** The index of keys that ascend, which stand one after the other. */
  static KeyIndex of(byte[] bytes, int[] from) {
    return new KeyIndex(bytes, from);
  }

  /** The number of keys. */
  public int size() {
    return from.length - 1;
  }

  /** The bytes that this takes in memory. */
  public long bytes() {
    return bytes.length + (long) Integer.BYTES * from.length + KeySlots.bytes(size());
  }

  /** The bytes of all keys. */
  int keyBytes() {
    return bytes.length;
  }

  /** A key's length in bytes. */
  int length(int number) {
    return from[number + 1] - from[number];
  }

  /** Where a key begins among the bytes of all; for the number of keys, where the last ends. */
  int from(int number) {
    return from[number];
  }

  /** Copies a key's bytes; where they end there. */
  int copy(int number, byte[] to, int at) {
    int length = length(number);
    System.arraycopy(bytes, from[number], to, at, length);
    return at + length;
  }

  /** A key's bytes, to be read. */
  public ByteBuffer key(int number) {
    return ByteBuffer.wrap(bytes, from[number], from[number + 1] - from[number]);
  }

  /** A copy of a key's bytes. */
  byte[] copy(int number) {
    return Arrays.copyOfRange(bytes, from[number], from[number + 1]);
  }

  /** Writes a key's bytes. */
  void writeKey(int number, ByteOutput out) {
    out.put(bytes, from[number], from[number + 1] - from[number]);
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
    if (lookup == null) {
      prepare();
    }
    return lookup.find(key, length);
  }

  /**
   * Hashes all keys, which {@link #find} needs. It is done once, by the thread that asks first; the
   * others wait for it. An index whose keys nobody looks for is never hashed.
   */
  synchronized void prepare() {
    if (lookup == null) {
      lookup = new Lookup(bytes, from);
    }
  }

  /** What is needed to find keys; it does not travel. */
  private static final class Lookup {
    private final byte[] bytes;
    private final int[] from;
    private final KeySlots slots;

    /**
     * How long all keys are but the first, which is null where the others are numbers; or -1. Then
     * nobody has to read where a key begins, which is one more place far off in memory.
     */
    private final int length;

    private final int first;

    Lookup(byte[] bytes, int[] from) {
      this.bytes = bytes;
      this.from = from;
      int size = from.length - 1;
      first = size == 0 ? 0 : from[1];
      int last = size < 2 ? 0 : from[2] - from[1];
      slots = new KeySlots(size);
      for (int number = 0; number < size; number++) {
        slots.add(hash(number), this::hash);
        last = number > 0 && from[number + 1] - from[number] != last ? -1 : last;
      }
      length = last;
    }

    private long hash(int number) {
      return Key.hash(bytes, from[number], from[number + 1] - from[number]);
    }

    int find(byte[] key, int keyLength) {
      long hash = Key.hash(key, keyLength);
      int place = slots.next(hash, -1);
      while (place >= 0) {
        int number = slots.number(place);
        int begin = begin(number);
        if (Arrays.equals(bytes, begin, begin(number + 1), key, 0, keyLength)) {
          return number;
        }
        place = slots.next(hash, place);
      }
      return -1;
    }

    private int begin(int number) {
      if (length < 0) {
        return from[number];
      }
      return number == 0 ? 0 : first + (number - 1) * length;
    }
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
    return read(in, KeyStatistics.MOST_BYTES);
  }

  /** The same of keys of at most so many bytes: a few may repeat a long one without end. */
  static KeyIndex read(ByteBuffer in, long most) {
    int size = Math.toIntExact(ByteOutput.readCount(in));
    if (size > in.remaining() / 2) {
      throw new IllegalArgumentException("there are fewer keys");
    }
    ByteOutput out = new ByteOutput(in.remaining());
    int[] from = new int[size + 1];
    for (int k = 0; k < size; k++) {
      int shared = Math.toIntExact(ByteOutput.readCount(in));
      int own = Math.toIntExact(ByteOutput.readCount(in));
      if (shared > (k == 0 ? 0 : from[k] - from[k - 1])
          || own > in.remaining()
          || out.size() + (long) shared + own > most) {
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
    return new KeyIndex(out.end(), from);
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
