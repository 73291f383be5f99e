package io.normact.math;

import static io.normact.math.array.Elementary.step;

import java.util.Locale;

/** The identity, clamps and shrinks: straight lines between kinks, exact but for one rounding. */
sealed interface PiecewiseLinear extends ActivationFunction {

  /** The input itself. */
  @Alias("linear")
  @Formula("x")
  record Identity() implements PiecewiseLinear {
    @Override
    public double value(double x) {
      return x;
    }

    @Override
    public double slope(double x) {
      return Double.isNaN(x) ? x : 1;
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      return y;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** The input, clamped. Collobert, 2004. Slope 0 at both ends. */
  @Alias("hardtanh")
  @Formula("min(max(x, min), max)")
  record HardTanh(@Parameter(defaultValue = -1) double min, @Parameter(defaultValue = 1) double max)
      implements PiecewiseLinear {
    public HardTanh {
      Definition.of(HardTanh.class).check(min, max);
      if (!(min < max)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Parameter min of hard_tanh is %s, but must be below max, %s.",
                min,
                max));
      }
    }

    @Override
    public double value(double x) {
      return Math.min(Math.max(x, min), max);
    }

    @Override
    public double slope(double x) {
      return step(Math.min(x - min, max - x));
    }

    @Override
    public double infimum() {
      return min;
    }

    @Override
    public double supremum() {
      return max;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /**
   * Straight line in place of the logistic function. Courbariaux et al., 2015. The kinks are where
   * the exact alpha * x + beta is 0 and 1; the slope there is 0. The default alpha is the double
   * next to 1/6, which is a little less. So the second kink lies between 3 and the next double, and
   * the slope at 3 is still alpha.
   */
  @Alias("hardsigmoid")
  @Formula("min(max(alpha * x + beta, 0), 1)")
  record HardSigmoid(
      @Parameter(defaultValue = 1.0 / 6, above = 0) double alpha,
      @Parameter(defaultValue = 0.5) double beta)
      implements PiecewiseLinear {
    public HardSigmoid {
      Definition.of(HardSigmoid.class).check(alpha, beta);
    }

    @Override
    public double value(double x) {
      return Math.min(Math.max(Math.fma(alpha, x, beta), 0), 1);
    }

    @Override
    public double slope(double x) {
      double lower = lowerKink();
      double upper = upperKink();
      return slope(x, lower, upper, beyond(lower, value(lower)), beyond(upper, 1 - value(upper)));
    }

    @Override
    public void slopes(double[] x, double[] y) {
      double lower = lowerKink();
      double upper = upperKink();
      double beyondLower = beyond(lower, value(lower));
      double beyondUpper = beyond(upper, 1 - value(upper));
      for (int i = 0; i < x.length; i++) {
        y[i] = slope(x[i], lower, upper, beyondLower, beyondUpper);
      }
    }

    private double slope(
        double x, double lower, double upper, double beyondLower, double beyondUpper) {
      return alpha * step(Math.min(x - lower + beyondLower, upper - x + beyondUpper));
    }

    /** 1 if a kink lies beyond the doubles, so that even the outermost is on the slope; else 0. */
    private static double beyond(double kink, double toTheFlat) {
      return Math.abs(kink) == Double.MAX_VALUE && toTheFlat > 0 ? 1 : 0;
    }

    /** The greatest number where the value is 0. */
    private double lowerKink() {
      return greatestNotAbove(beta, 0);
    }

    /** The least number where the value is 1. */
    private double upperKink() {
      double rest = 1 - beta;
      // What the rounding of 1 - beta took away, by D. E. Knuth's sum of two.
      double back = rest - 1;
      return -greatestNotAbove(rest, 1 - (rest - back) - (beta + back));
    }

    /** The greatest x with alpha * x + b + bLow up to 0; the quotient is two units off at most. */
    private double greatestNotAbove(double b, double bLow) {
      double x = Math.min(Math.max(-b / alpha, -Double.MAX_VALUE), Double.MAX_VALUE);
      for (int i = 0; i < 2; i++) {
        x = sign(x, b, bLow) > 0 ? Math.nextDown(x) : x;
      }
      for (int i = 0; i < 2; i++) {
        x = sign(Math.nextUp(x), b, bLow) <= 0 ? Math.nextUp(x) : x;
      }
      return Math.min(Math.max(x, -Double.MAX_VALUE), Double.MAX_VALUE);
    }

    /** A number with the sign of the exact alpha * x + b + bLow; bLow is half an ulp at most. */
    private double sign(double x, double b, double bLow) {
      // A factor, so that products near -b have all their bits; without b the sign of x is enough.
      double factor = Math.abs(b) < 0x1p-900 && alpha < 0x1p400 ? 0x1p600 : 1;
      double a = b == 0 ? 1 : alpha * factor;
      double bound = Math.min(0x1.fffffffffffp1023 / a, Double.MAX_VALUE);
      double c = Math.min(Math.max(x, -bound), bound);
      double product = a * c;
      double productLow = Math.fma(a, c, -product);
      // Exact where the two cancel.
      double sum = b * factor + product;
      double low = bLow + productLow;
      double back = low - bLow;
      double lowest = bLow - (low - back) + (productLow - back);
      return sum + low + lowest;
    }

    @Override
    public double infimum() {
      return 0;
    }

    @Override
    public double supremum() {
      return 1;
    }

    @Override
    public double steepestSlope() {
      return alpha;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Slope of {@code sparse_plus}. Slope 0 at -1 and 1. */
  @Formula("min(max((x + 1) / 2, 0), 1)")
  record SparseSigmoid() implements PiecewiseLinear {
    @Override
    public double value(double x) {
      return (Math.min(Math.max(x, -1), 1) + 1) * 0.5;
    }

    @Override
    public double slope(double x) {
      return 0.5 * step(1 - Math.abs(x));
    }

    @Override
    public double infimum() {
      return 0;
    }

    @Override
    public double supremum() {
      return 1;
    }

    @Override
    public double steepestSlope() {
      return 0.5;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Soft threshold. Donoho, 1995. Slope 0 at -lambda and lambda. */
  @Alias("softshrink")
  @Formula("x - min(max(x, -lambda), lambda)")
  record SoftShrink(@Parameter(defaultValue = 0.5, atLeast = 0) double lambda)
      implements PiecewiseLinear {
    public SoftShrink {
      Definition.of(SoftShrink.class).check(lambda);
    }

    @Override
    public double value(double x) {
      return x - Math.min(Math.max(x, -lambda), lambda);
    }

    @Override
    public double slope(double x) {
      return stepBeyond(lambda, x);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Hard threshold. Donoho and Johnstone, 1994. Slope 0 at -lambda and lambda. */
  @Alias("hardshrink")
  @Formula("x where |x| is above lambda, else 0")
  record HardShrink(@Parameter(defaultValue = 0.5, atLeast = 0) double lambda)
      implements PiecewiseLinear {
    public HardShrink {
      Definition.of(HardShrink.class).check(lambda);
    }

    @Override
    public double value(double x) {
      // Adding 0 turns -0 below the threshold into 0; |x| would lose the sign of a NaN.
      return x * step(Math.max(x, 0) - Math.min(x, 0) - lambda) + 0.0;
    }

    @Override
    public double slope(double x) {
      return stepBeyond(lambda, x);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** 1 for |x| above the threshold, else 0; NaN for NaN. */
  private static double stepBeyond(double threshold, double x) {
    // As step(), but what is never infinitely negative needs no maximum, which is slow in loops.
    double excess = Math.abs(x) - threshold;
    return Math.min((excess + Math.abs(excess)) * 0x1p1000 * 0x1p100, 1);
  }
}
