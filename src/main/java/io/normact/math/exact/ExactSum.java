package io.normact.math.exact;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * An exact sum of doubles times powers of two, as a long fixed-point number.
 *
 * <p>This is Kulisch's long accumulator (U. Kulisch, Computer Arithmetic and Validity, 2nd ed.,
 * 2013, chapter 8) in redundant form: the value is {@code sum of chunks[i] * 2^(32 (base + i))},
 * where each chunk is a signed 64-bit number that receives 32 bits at a time, so carries seldom
 * have to move. Only the window of chunks that was ever touched is held, since a column of data
 * rarely needs more than ten of them.
 */
final class ExactSum {
  private static final int CHUNK_BITS = 32;
  private static final long CHUNK_MASK = (1L << CHUNK_BITS) - 1;
  private static final long HIDDEN_BIT = 1L << 52;

  /** So many additions, of less than 2^32 to a chunk, before carries move. 2^30 would fit. */
  private static final int MAX_PENDING = 1 << 20;

  /** A longer window is not kept for other sums. */
  private static final int LONGEST_KEPT = 16;

  private static final long[] EMPTY = {};

  private long[] chunks = EMPTY;
  private int base;
  private int pending;

  /** Becomes 0. */
  void clear() {
    if (chunks.length > LONGEST_KEPT) {
      chunks = EMPTY;
    }
    Arrays.fill(chunks, 0);
    pending = 0;
  }

  /** Adds {@code value * 2^exponent}; the value is finite. */
  void add(double value, int exponent) {
    long bits = Double.doubleToRawLongBits(value);
    int biased = (int) (bits >>> 52) & 0x7ff;
    long significand = bits & (HIDDEN_BIT - 1);
    // A subnormal has no hidden bit and the exponent of the smallest normal number.
    significand |= biased == 0 ? 0 : HIDDEN_BIT;
    if (significand == 0) {
      return;
    }
    long sign = bits >> 63;
    addScaled(significand, Math.max(biased, 1) - 1075 + exponent, sign);
  }

  /** Adds a signed count. */
  void add(long value) {
    if (value != 0) {
      long sign = value >> 63;
      long magnitude = (value ^ sign) - sign;
      addScaled(magnitude & CHUNK_MASK, 0, sign);
      addScaled(magnitude >>> CHUNK_BITS, CHUNK_BITS, sign);
    }
  }

  /**
   * Adds {@code significand * 2^position}, negated where {@code sign} is -1. The significand is
   * below 2^53, so shifted by up to 31 bits it covers three chunks.
   */
  private void addScaled(long significand, int position, long sign) {
    int first = position >> 5;
    int shift = position & (CHUNK_BITS - 1);
    reserve(first, first + 3);
    long low = (significand & CHUNK_MASK) << shift;
    long high = (low >>> CHUNK_BITS) + ((significand >>> CHUNK_BITS) << shift);
    int i = first - base;
    chunks[i] += ((low & CHUNK_MASK) ^ sign) - sign;
    chunks[i + 1] += ((high & CHUNK_MASK) ^ sign) - sign;
    chunks[i + 2] += ((high >>> CHUNK_BITS) ^ sign) - sign;
    if (++pending == MAX_PENDING) {
      carry();
    }
  }

  /** Adds another sum, which stays as it is. */
  void add(ExactSum other) {
    combine(other, 0);
  }

  /** Subtracts another sum, which stays as it is. */
  void subtract(ExactSum other) {
    combine(other, -1);
  }

  private void combine(ExactSum other, long sign) {
    if (other.chunks.length == 0) {
      return;
    }
    carry();
    reserve(other.base, other.base + other.chunks.length);
    int offset = other.base - base;
    for (int i = 0; i < other.chunks.length; i++) {
      chunks[offset + i] += (other.chunks[i] ^ sign) - sign;
    }
    carry();
  }

  /** Adds {@code significand * 2^exponent}. */
  void add(BigInteger significand, int exponent) {
    BigInteger magnitude = significand.abs();
    long sign = significand.signum() >> 1;
    for (int i = 0; i < magnitude.bitLength(); i += CHUNK_BITS) {
      addScaled(magnitude.shiftRight(i).longValue() & CHUNK_MASK, exponent + i, sign);
    }
  }

  /** Whether the sum is this count. */
  boolean is(long value) {
    ExactSum difference = new ExactSum();
    difference.add(value);
    difference.subtract(this);
    return difference.significand().signum() == 0;
  }

  /** The sum is {@code significand() * 2^exponent()}. */
  BigInteger significand() {
    if (chunks.length == 0) {
      return BigInteger.ZERO;
    }
    carry();
    // Two's complement, most significant byte first: the signed top chunk, then 32 bits a chunk.
    int n = chunks.length;
    byte[] bytes = new byte[4 * n];
    for (int i = 0; i < n; i++) {
      int word = (int) chunks[n - 1 - i];
      bytes[4 * i] = (byte) (word >> 24);
      bytes[4 * i + 1] = (byte) (word >> 16);
      bytes[4 * i + 2] = (byte) (word >> 8);
      bytes[4 * i + 3] = (byte) word;
    }
    return new BigInteger(bytes);
  }

  /**
   * Writes the odd integer and the power of two whose product this is: the integer's length in
   * bytes, the exponent (signs folded: 0, -1, 1, -2, ...), the integer in two's complement, big end
   * first. 0 is the length 0.
   */
  void write(ByteOutput out) {
    carry();
    int first = 0;
    while (first < chunks.length && chunks[first] == 0) {
      first++;
    }
    if (first == chunks.length) {
      out.putCount(0);
      return;
    }
    int last = chunks.length - 1;
    while (last > first && (int) chunks[last] == (int) chunks[last - 1] >> 31) {
      last--; // It repeats the sign of the one below.
    }
    int top = (int) chunks[last];
    long sign = top >> 31;
    int zeros = Long.numberOfTrailingZeros(chunks[first]);
    int bits = CHUNK_BITS * (last - first + 1) + 1 - Integer.numberOfLeadingZeros(top ^ (int) sign);
    int length = (bits - zeros + 7) / Byte.SIZE;
    int exponent = (base + first) * CHUNK_BITS + zeros;
    out.putCount(length);
    out.putCount(((exponent << 1) ^ (exponent >> 31)) & 0xffffffffL);
    int end = out.reserve(length) + length - 1;
    byte[] bytes = out.array();
    long window = (chunks[first] & CHUNK_MASK) >>> zeros;
    int held = CHUNK_BITS - zeros;
    int next = first + 1;
    for (int i = 0; i < length; i++) {
      if (held < Byte.SIZE) {
        window |= ((next <= last ? chunks[next] : sign) & CHUNK_MASK) << held;
        held += CHUNK_BITS;
        next++;
      }
      bytes[end - i] = (byte) window;
      window >>>= Byte.SIZE;
      held -= Byte.SIZE;
    }
  }

  /** The power of two that {@link #significand()} counts in. */
  int exponent() {
    return base * CHUNK_BITS;
  }

  /** Brings every chunk but the last into [0, 2^32) and the last into [-2^31, 2^31). */
  private void carry() {
    pending = 0;
    long carry = 0;
    for (int i = 0; i < chunks.length; i++) {
      long chunk = chunks[i] + carry;
      carry = chunk >> CHUNK_BITS;
      chunks[i] = chunk & CHUNK_MASK;
    }
    if (chunks.length > 0) {
      int last = chunks.length - 1;
      long top = (carry << CHUNK_BITS) | chunks[last];
      if (top == (int) top) {
        chunks[last] = top;
      } else {
        chunks = Arrays.copyOf(chunks, chunks.length + 1);
        chunks[last + 1] = carry;
      }
    }
  }

  /** Widens the window so that it holds the chunks in [from, to). */
  private void reserve(int from, int to) {
    if (from >= base && to <= base + chunks.length) {
      return;
    }
    if (chunks.length == 0) {
      base = from;
    }
    int newFrom = Math.min(from, base);
    int newTo = Math.max(to, base + chunks.length);
    long[] wider = new long[newTo - newFrom];
    System.arraycopy(chunks, 0, wider, base - newFrom, chunks.length);
    chunks = wider;
    base = newFrom;
  }
}
