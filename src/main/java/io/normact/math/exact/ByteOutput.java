package io.normact.math.exact;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Bytes that grow as they are written, big end first, in memory that is kept when they are {@link
 * #clear cleared}. They are read by a {@link ByteBuffer} and {@link #readCount}.
 */
public final class ByteOutput {

  private byte[] bytes;
  private ByteBuffer view;
  private int size;

  /** No bytes yet, and room for so many, or for as many as an array may hold. */
  public ByteOutput(long room) {
    bytes = new byte[(int) Math.min(Math.max(room, 16), LARGEST)];
    view = ByteBuffer.wrap(bytes);
  }

  /** Forgets what was written. */
  public void clear() {
    size = 0;
  }

  /** How many bytes were written. */
  public int size() {
    return size;
  }

  /** What was written stands at the beginning of this array, until more is written. */
  public byte[] array() {
    return bytes;
  }

  /** A copy of what was written. */
  public byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** What was written, for the last time: the array itself where it is full, or a copy. */
  public byte[] end() {
    return size == bytes.length ? bytes : toArray();
  }

  /**
   * Makes room for so many bytes, for the caller to fill; where they begin in the array.
   *
   * @throws IllegalArgumentException if no array holds as many
   */
  public int reserve(long length) {
    int from = size;
    long needed = size + length;
    if (needed > LARGEST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "There are %d bytes to write one after the other, but an array holds at most %d.",
              needed,
              LARGEST));
    }
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(2L * bytes.length, needed), LARGEST));
      view = ByteBuffer.wrap(bytes);
    }
    size = (int) needed;
    return from;
  }

  /** The longest array that every virtual machine has. */
  static final int LARGEST = Integer.MAX_VALUE - 8;

  /** Writes the lowest eight bits. */
  public void put(int value) {
    int at = reserve(1);
    bytes[at] = (byte) value;
  }

  /** Writes eight bytes. */
  public void putLong(long value) {
    int at = reserve(Long.BYTES);
    view.putLong(at, value);
  }

  /** Writes four bytes. */
  public void putInt(int value) {
    int at = reserve(Integer.BYTES);
    view.putInt(at, value);
  }

  /** Writes four bytes over those that stand there. */
  public void setInt(int at, int value) {
    view.putInt(at, value);
  }

  /** Writes the lowest bytes, 1 to 16, of a whole number of 128 bits. */
  void putBytes(long upper, long lower, int length) {
    int at = reserve(2 * Long.BYTES);
    size = at + length;
    if (length <= Long.BYTES) {
      view.putLong(at, lower << (Long.SIZE - Byte.SIZE * length));
    } else {
      int shift = Byte.SIZE * (2 * Long.BYTES - length);
      view.putLong(at, (upper << shift) | (lower >>> 1 >>> (Long.SIZE - 1 - shift)));
      view.putLong(at + Long.BYTES, lower << shift);
    }
  }

  /** Writes the eight bytes of a double. */
  public void putDouble(double value) {
    putLong(Double.doubleToRawLongBits(value));
  }

  /** Writes the first n doubles, eight bytes each. */
  public void putDoubles(double[] values, int n) {
    int at = reserve((long) n * Double.BYTES);
    for (int i = 0; i < n; i++) {
      view.putDouble(at + i * Double.BYTES, values[i]);
    }
  }

  /** Writes a part of an array. */
  public void put(byte[] values, int from, int length) {
    int at = reserve(length);
    System.arraycopy(values, from, bytes, at, length);
  }

  /** Writes a count of 0 or more in base 128, low digits first. */
  public void putCount(long count) {
    if (count < 0x80 && size < bytes.length) {
      // As most are; the rest of this is not for loops.
      bytes[size++] = (byte) count;
      return;
    }
    long rest = count;
    while (rest >= 0x80) {
      put((int) rest | 0x80);
      rest >>>= 7;
    }
    put((int) rest);
  }

  /**
   * Reads what {@link #putCount} wrote.
   *
   * @throws ArithmeticException if it has more than 63 bits
   */
  public static long readCount(ByteBuffer in) {
    byte first = in.get();
    return first >= 0 ? first : readLongCount(in, first);
  }

  private static long readLongCount(ByteBuffer in, byte first) {
    long count = first & 0x7fL;
    for (int shift = 7; ; shift += 7) {
      byte digit = in.get();
      count |= (digit & 0x7fL) << shift;
      if (digit >= 0) {
        return count;
      }
      if (shift == 56) {
        throw new ArithmeticException("A count has more than 63 bits");
      }
    }
  }
}
