package io.normact.math.exact;

import java.math.BigInteger;

/** A quotient of integers, rounded once. */
final class ExactQuotient {
  private static final int GUARD_BITS = 66;

  /** Three bits below the last bit of a subnormal number. */
  private static final int SUBNORMAL_EXPONENT = -1077;

  private ExactQuotient() {}

  /**
   * The double nearest to {@code numerator / denominator * 2^exponent}, ties to even; the
   * denominator is positive. Beyond the largest double it is infinite.
   */
  static double round(BigInteger numerator, BigInteger denominator, int exponent) {
    if (numerator.signum() == 0) {
      return 0;
    }
    BigInteger magnitude = numerator.abs();
    // A quotient of 66 or 67 bits whose last bit is sticky: set if anything non-zero follows. Any
    // rounding to 64 bits or fewer then sees on which side of a tie the exact value lies.
    int shift = GUARD_BITS - magnitude.bitLength() + denominator.bitLength();
    int unit = exponent - shift;
    boolean subnormal = unit + GUARD_BITS <= Double.MIN_EXPONENT;
    if (subnormal) {
      shift -= SUBNORMAL_EXPONENT + 1 - unit;
    }
    BigInteger[] parts =
        magnitude
            .shiftLeft(Math.max(shift, 0))
            .divideAndRemainder(denominator.shiftLeft(Math.max(-shift, 0)));
    BigInteger quotient = parts[0].shiftLeft(1);
    if (parts[1].signum() != 0) {
      quotient = quotient.setBit(0);
    }
    double result;
    if (subnormal) {
      long eighths = quotient.longValue();
      long last = eighths >>> 3;
      long rest = eighths & 7;
      // A subnormal double's bits count multiples of 2^-1074.
      result = Double.longBitsToDouble(last + (rest > 4 || (rest == 4 && (last & 1) == 1) ? 1 : 0));
    } else {
      result = Math.scalb(quotient.doubleValue(), unit - 1);
    }
    return numerator.signum() < 0 ? -result : result;
  }
}
