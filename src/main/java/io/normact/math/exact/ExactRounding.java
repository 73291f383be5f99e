package io.normact.math.exact;

import java.math.BigInteger;

/**
 * Weight, mean and variance of a feature out of its exact sums W, S and Q, see {@link Moments}:
 * integers of any length are multiplied and subtracted, and the quotient is rounded once. Most
 * features of a key are spared that by {@link SureRounding}.
 */
final class ExactRounding {

  private ExactRounding() {}

  /** {@code W 2^exponent}. */
  static double weight(ExactSum weight, int exponent) {
    return ExactQuotient.round(weight.significand(), BigInteger.ONE, weight.exponent() + exponent);
  }

  /** {@code S / W 2^exponent}; W is above 0. */
  static double mean(ExactSum weight, ExactSum sum, int exponent) {
    return ExactQuotient.round(
        sum.significand(), weight.significand(), sum.exponent() - weight.exponent() + exponent);
  }

  /**
   * {@code (W Q - S^2) / W^2 * numerator / denominator * 2^(2 exponent)}; W and the denominator are
   * above 0.
   */
  static double variance(
      ExactSum weight,
      ExactSum sum,
      ExactSum square,
      long numerator,
      long denominator,
      int exponent) {
    BigInteger w = weight.significand();
    BigInteger s = sum.significand();
    // W Q and S^2 as integers that count the same power of two.
    int left = weight.exponent() + square.exponent();
    int right = 2 * sum.exponent();
    int unit = Math.min(left, right);
    BigInteger difference =
        w.multiply(square.significand())
            .shiftLeft(left - unit)
            .subtract(s.multiply(s).shiftLeft(right - unit));
    return ExactQuotient.round(
        difference.multiply(BigInteger.valueOf(numerator)),
        w.multiply(w).multiply(BigInteger.valueOf(denominator)),
        unit - 2 * weight.exponent() + 2 * exponent);
  }
}
