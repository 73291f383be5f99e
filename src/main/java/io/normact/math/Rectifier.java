package io.normact.math;

import static io.normact.math.array.Elementary.step;

/**
 * The input above a threshold, and a straight line or one value below; exact but for one rounding.
 */
sealed interface Rectifier extends ActivationFunction {

  /** Rectified linear unit. Nair and Hinton, 2010. Slope 0 at 0. */
  @Formula("max(x, 0)")
  record Relu() implements Rectifier {
    @Override
    public double value(double x) {
      return Math.max(x, 0);
    }

    @Override
    public double slope(double x) {
      return step(x);
    }

    @Override
    public double infimum() {
      return 0;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Rectifier that stops at 6. Krizhevsky, 2010. Slope 0 at 0 and at 6. */
  @Alias("relu_6")
  @Formula("min(max(x, 0), 6)")
  record Relu6() implements Rectifier {
    @Override
    public double value(double x) {
      return Math.min(Math.max(x, 0), 6);
    }

    @Override
    public double slope(double x) {
      return step(Math.min(x, 6 - x));
    }

    @Override
    public double infimum() {
      return 0;
    }

    @Override
    public double supremum() {
      return 6;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Rectifier with a small slope below zero. Maas et al., 2013. Slope alpha at 0. */
  @Alias("leakyrelu")
  @Formula("x above 0, alpha * x below")
  record LeakyRelu(@Parameter(defaultValue = 0.01, above = 0) double alpha) implements Rectifier {
    public LeakyRelu {
      Definition.of(LeakyRelu.class).check(alpha);
    }

    @Override
    public double value(double x) {
      // Not in a method of its own: JDK 25 did not always inline that into loops.
      return alpha > 1 ? Math.min(x, alpha * x) : Math.max(x, alpha * x);
    }

    @Override
    public double slope(double x) {
      return leakySlope(x, alpha);
    }

    @Override
    public double steepestSlope() {
      return Math.max(1, alpha);
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      return y > 0 ? y : y / alpha;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Leaky rectifier whose alpha was learned, and so may be negative. He et al., 2015. */
  @Formula("x above 0, alpha * x below")
  record Prelu(@Parameter(defaultValue = 0.25) double alpha) implements Rectifier {
    public Prelu {
      Definition.of(Prelu.class).check(alpha);
    }

    @Override
    public double value(double x) {
      // 0 times an infinity would be NaN; the compiler takes both questions out of loops.
      return alpha == 0
          ? Math.max(x, 0)
          : alpha > 1 ? Math.min(x, alpha * x) : Math.max(x, alpha * x);
    }

    @Override
    public double slope(double x) {
      return leakySlope(x, alpha);
    }

    @Override
    public double infimum() {
      return alpha > 0 ? Double.NEGATIVE_INFINITY : 0;
    }

    @Override
    public double steepestSlope() {
      return Math.max(1, Math.abs(alpha));
    }

    @Override
    public boolean invertible() {
      return alpha > 0;
    }

    @Override
    public double inverse(double y) {
      if (!invertible()) {
        throw Definition.noInverse(this);
      }
      return y > 0 ? y : y / alpha;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Rectifier that starts at theta. Konda et al., 2014. Slope 0 at theta. */
  @Alias("thresholdedrelu")
  @Formula("x above theta, 0 below")
  record ThresholdedRelu(@Parameter(defaultValue = 1, atLeast = 0) double theta)
      implements Rectifier {
    public ThresholdedRelu {
      Definition.of(ThresholdedRelu.class).check(theta);
    }

    @Override
    public double value(double x) {
      return Math.max(x, theta) * step(x - theta);
    }

    @Override
    public double slope(double x) {
      return step(x - theta);
    }

    @Override
    public double infimum() {
      return 0;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /**
   * The input above theta, else one value, as {@code torch.nn.Threshold}. It may jump, up or down.
   * Slope 0 at theta.
   */
  @Formula("x above theta, value below")
  record Threshold(
      @Parameter(defaultValue = 0) double theta, @Parameter(defaultValue = 0) double value)
      implements Rectifier {
    public Threshold {
      Definition.of(Threshold.class).check(theta, value);
      // -0 would be 0 in a sparse vector.
      value += 0.0;
    }

    @Override
    public double value(double x) {
      return x <= theta ? value : x;
    }

    @Override
    public double slope(double x) {
      return step(x - theta);
    }

    @Override
    public double infimum() {
      return Math.min(theta, value);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  private static double leakySlope(double x, double alpha) {
    double above = step(x);
    return above + (1 - above) * alpha;
  }
}
