package io.normact.math.exact;

/**
 * The sum of a few doubles of like magnitudes, exactly: an integer of 128 bits times a power of
 * two. It is what {@link ExactSum} is, for the most common case and in a fraction of the time.
 */
final class ShortSum {

  private static final long HIDDEN_BIT = 1L << 52;
  private static final int SUBNORMAL = -1074;

  /** From the lowest bit of all terms to the highest, so that 16 terms stay within 127 bits. */
  private static final int MOST_BITS = 122;

  private ShortSum() {}

  /** Writes the sum of a lane as {@link ExactSum#write} does; false if it doesn't fit in here. */
  static boolean write(double[][] levels, int lane, ByteOutput out) {
    int unit = Integer.MAX_VALUE;
    int top = Integer.MIN_VALUE;
    for (double[] level : levels) {
      long bits = Double.doubleToRawLongBits(level[lane]);
      if (bits << 1 != 0) {
        int exponent = exponent(bits);
        unit = Math.min(unit, exponent + Long.numberOfTrailingZeros(significand(bits)));
        top = Math.max(top, exponent + 53);
      }
    }
    if (unit == Integer.MAX_VALUE) {
      out.putCount(0);
      return true;
    }
    if (top - unit > MOST_BITS) {
      return false;
    }
    long high = 0;
    long low = 0;
    for (double[] level : levels) {
      long bits = Double.doubleToRawLongBits(level[lane]);
      if (bits << 1 != 0) {
        long odd = significand(bits);
        int zeros = Long.numberOfTrailingZeros(odd);
        odd >>>= zeros;
        int shift = exponent(bits) + zeros - unit;
        // In two's complement; a shift by 64 - shift would be one by 0 where shift is 0.
        long signed = bits < 0 ? -odd : odd;
        long lower = shift < Long.SIZE ? signed << shift : 0;
        long upper =
            shift < Long.SIZE
                ? (signed >> (Long.SIZE - 1 - shift)) >> 1
                : signed << (shift - Long.SIZE);
        low += lower;
        high += upper + (Long.compareUnsigned(low, lower) < 0 ? 1 : 0);
      }
    }
    write(high, low, unit, out);
    return true;
  }

  /** Writes a value other than 0 and its square, as {@link ExactSum#write} does. */
  static void writePowers(double value, ByteOutput out) {
    long bits = Double.doubleToRawLongBits(value);
    long odd = significand(bits);
    int zeros = Long.numberOfTrailingZeros(odd);
    odd >>>= zeros;
    int unit = exponent(bits) + zeros;
    long signed = bits < 0 ? -odd : odd;
    write(signed >> (Long.SIZE - 1), signed, unit, out);
    write(Math.multiplyHigh(odd, odd), odd * odd, 2 * unit, out);
  }

  private static int exponent(long bits) {
    int biased = (int) (bits >>> 52) & 0x7ff;
    return biased == 0 ? SUBNORMAL : biased + SUBNORMAL - 1;
  }

  private static long significand(long bits) {
    long fraction = bits & (HIDDEN_BIT - 1);
    return (bits >>> 52 & 0x7ff) == 0 ? fraction : fraction | HIDDEN_BIT;
  }

  private static void write(long high, long low, int unit, ByteOutput out) {
    if ((high | low) == 0) {
      out.putCount(0);
      return;
    }
    int zeros;
    long lower;
    long upper;
    if (low == 0) {
      zeros = Long.SIZE + Long.numberOfTrailingZeros(high);
      lower = high >> (zeros - Long.SIZE);
      upper = high >> (Long.SIZE - 1);
    } else {
      zeros = Long.numberOfTrailingZeros(low);
      lower = (high << 1 << (Long.SIZE - 1 - zeros)) | (low >>> zeros);
      upper = high >> zeros;
    }
    long sign = upper >> (Long.SIZE - 1);
    int bits =
        upper == lower >> (Long.SIZE - 1)
            ? Long.SIZE - Long.numberOfLeadingZeros(lower ^ sign)
            : 2 * Long.SIZE - Long.numberOfLeadingZeros(upper ^ sign);
    int length = bits / Byte.SIZE + 1;
    int exponent = unit + zeros;
    out.putCount(length);
    out.putCount(((exponent << 1) ^ (exponent >> 31)) & 0xffffffffL);
    out.putBytes(upper, lower, length);
  }
}
