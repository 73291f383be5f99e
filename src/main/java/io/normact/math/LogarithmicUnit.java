package io.normact.math;

import io.normact.math.array.Primitive;

/**
 * Logarithms, which draw in what is far out. Their bits are those of {@link StrictMath}, one number
 * at a time.
 */
sealed interface LogarithmicUnit extends ActivationFunction {

  /**
   * Logarithm of 1 + x, as {@code torch.log1p} and {@code keras.ops.log1p}: minus infinity at -1,
   * NaN below. The slope is infinite at -1 and NaN below.
   */
  @Formula("ln(1 + x)")
  record Log1p() implements LogarithmicUnit {
    @Override
    public double value(double x) {
      return x < -1 ? Double.NaN : Double.isNaN(x) ? x : StrictMath.log1p(x);
    }

    @Override
    public double slope(double x) {
      return x < -1 ? Double.NaN : 1 / (1 + x);
    }

    @Override
    public double leastInput() {
      return -1;
    }

    @Override
    public double steepestSlope() {
      return Double.POSITIVE_INFINITY;
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      return StrictMath.expm1(y);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Logarithm on both sides of 0. Webber, A bi-symmetric log transformation, 2013. */
  @Formula("sign(x) * ln(1 + |x|)")
  record SignedLog1p() implements LogarithmicUnit {
    @Override
    public double value(double x) {
      return Double.isNaN(x) ? x : Math.copySign(StrictMath.log1p(Math.abs(x)), x);
    }

    @Override
    public double slope(double x) {
      return 1 / (1 + Math.abs(x));
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      return Math.copySign(StrictMath.expm1(Math.abs(y)), y);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /**
   * Inverse of the logistic function, as {@code torch.logit} without eps: infinite at 0 and 1, NaN
   * below and above. The slope is infinite at 0 and 1, and NaN below and above.
   */
  @Formula("ln(x / (1 - x))")
  record Logit() implements LogarithmicUnit {
    @Override
    public double value(double x) {
      return x < 0 || x > 1 ? Double.NaN : Double.isNaN(x) ? x : logit(x);
    }

    @Override
    public double slope(double x) {
      // The magnitude, since -0 is 0.
      return x < 0 || x > 1 ? Double.NaN : 1 / Math.abs(x * (1 - x));
    }

    @Override
    public double leastInput() {
      return 0;
    }

    @Override
    public double greatestInput() {
      return 1;
    }

    @Override
    public double steepestSlope() {
      return Double.POSITIVE_INFINITY;
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      return Double.isNaN(y) ? y : Primitive.LOGISTIC.of(y);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** ln(y / (1 - y)), exact where that is near 0. */
  static double logit(double y) {
    return y < 0.25
        ? StrictMath.log(y) - StrictMath.log1p(-y)
        : StrictMath.log1p((2 * y - 1) / (1 - y));
  }
}
