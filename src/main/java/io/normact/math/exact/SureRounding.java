package io.normact.math.exact;

/**
 * Mean and variance of a feature out of sums that two or three doubles hold. Double-double
 * arithmetic (T. J. Dekker, A Floating-Point Technique for Extending the Available Precision, 1971)
 * is many times faster than whole numbers of any length. Its error has a bound. A result is given
 * if no error within the bound can change how it is rounded (A. Ziv, Fast Evaluation of Elementary
 * Mathematical Functions with Correctly Rounded Last Bit, 1991). Else it is NaN, and the caller has
 * to compute it from the exact sums.
 */
final class SureRounding {

  /** The most that a result of double-double arithmetic is off, as a part of its largest term. */
  private static final double BOUND = 0x1p-98;

  /** With squares between these two, nothing overflows and no underflow matters. */
  private static final double SMALLEST = 0x1p-800;

  private static final double LARGEST = 0x1p900;

  /** The square of a count below this is a double. */
  private static final double LARGEST_COUNT = 0x1p26;

  private SureRounding() {}

  /** {@code (high + low) / n}, high being the double nearest to high + low. */
  static double mean(double high, double low, long n) {
    double square = high * high;
    if (!(square > SMALLEST && square < LARGEST)) {
      return Double.NaN;
    }
    // A power of two changes no bit, and is where a quotient often lies between two doubles.
    return Long.bitCount(n) == 1 ? high / n : quotient(high, low, (double) n, 0);
  }

  /**
   * {@code (n (square + squareLow) - (sum + sumLow)^2) / n^2}, the lows being less than half of the
   * highs' last bits.
   */
  static double variance(double sum, double sumLow, double square, double squareLow, double n) {
    if (!(square > SMALLEST && square < LARGEST && n < LARGEST_COUNT)) {
      return Double.NaN;
    }
    double a = n * square;
    double aLow = Math.fma(n, square, -a) + n * squareLow;
    double b = sum * sum;
    double bLow = Math.fma(sum, sum, -b) + 2 * sum * sumLow;
    double d = a - b;
    double z = d - a;
    double e = (a - (d - z)) - (b + z) + (aLow - bLow);
    double high = d + e;
    double y = high - d;
    return quotient(high, (d - (high - y)) + (e - y), n * n, a * BOUND);
  }

  /**
   * {@code (high + low) / divisor} if its rounding is sure, else NaN. The bound is that of the
   * error of high + low.
   */
  private static double quotient(double high, double low, double divisor, double bound) {
    double first = high / divisor;
    double second = (Math.fma(-first, divisor, high) + low) / divisor;
    double result = first + second;
    double rest = (first - result) + second;
    double error = bound / divisor + Math.abs(result) * BOUND;
    return result + (rest - error) == result && result + (rest + error) == result
        ? result
        : Double.NaN;
  }
}
