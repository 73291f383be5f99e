package io.normact.math;

import static io.normact.math.array.Elementary.UNSCALE;
import static io.normact.math.array.Elementary.step;

import io.normact.math.array.Primitive;

/** Functions whose values near 0 need e^x - 1 rather than e^x. */
sealed interface ExponentialUnit extends Transcendental {
  @Override
  default Primitive primitive() {
    return Primitive.EXPM1;
  }

  /** Exponential linear unit. Clevert et al., 2015. Slope alpha at 0. */
  @Formula("x above 0, alpha * (e^x - 1) below")
  record Elu(@Parameter(defaultValue = 1, above = 0, atMost = 1e50) double alpha)
      implements ExponentialUnit {
    public Elu {
      Definition.of(Elu.class).check(alpha);
    }

    @Override
    public double argument(double x) {
      return Math.min(x, 0);
    }

    @Override
    public double value(double x, double t) {
      return Math.max(x, -0.0) + alpha * t;
    }

    @Override
    public double slope(double x, double t) {
      double above = step(x);
      return above + (1 - above) * (alpha * t * UNSCALE);
    }

    @Override
    public double infimum() {
      return -alpha;
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
      return y > 0 ? y : StrictMath.log1p(y / alpha);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Continuously differentiable exponential linear unit. Barron, 2017. */
  @Formula("x above 0, alpha * (e^(x / alpha) - 1) below")
  record Celu(@Parameter(defaultValue = 1, atLeast = 1e-50, atMost = 1e50) double alpha)
      implements ExponentialUnit {
    public Celu {
      Definition.of(Celu.class).check(alpha);
    }

    private double clamped(double x) {
      return Math.min(Math.max(x, -1000 * alpha), 0);
    }

    @Override
    public double argument(double x) {
      return clamped(x) / alpha;
    }

    /** What the rounded quotient leaves of x. */
    private double remainder(double x) {
      double a = clamped(x);
      // Negated so that -0 leaves -0.
      return -Math.fma(a / alpha, alpha, -a);
    }

    @Override
    public double value(double x, double t) {
      return Math.max(x, -0.0) + Math.fma(alpha, t, (1 + t) * remainder(x));
    }

    @Override
    public double slope(double x, double t) {
      return Math.fma(t, remainder(x) / alpha, t) * UNSCALE;
    }

    @Override
    public double infimum() {
      return -alpha;
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      return y > 0 ? y : alpha * StrictMath.log1p(y / alpha);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Self-normalising exponential linear unit. Klambauer et al., 2017. */
  @Formula(
      "lambda * x above 0, lambda * alpha * (e^x - 1) below; lambda = 1.0507..., alpha = 1.6732...")
  record Selu() implements ExponentialUnit {
    private static final double LAMBDA = 1.0507009873554805;
    private static final double LAMBDA_ALPHA = 1.7580993408473768;

    @Override
    public double argument(double x) {
      return Math.min(x, 0);
    }

    @Override
    public double value(double x, double t) {
      return LAMBDA * Math.max(x, -0.0) + LAMBDA_ALPHA * t;
    }

    @Override
    public double slope(double x, double t) {
      double above = step(x);
      return above * LAMBDA + (1 - above) * (LAMBDA_ALPHA * t * UNSCALE);
    }

    @Override
    public double infimum() {
      return -LAMBDA_ALPHA;
    }

    @Override
    public double steepestSlope() {
      return LAMBDA_ALPHA;
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      return y > 0 ? y / LAMBDA : StrictMath.log1p(y / LAMBDA_ALPHA);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** The exponential function. */
  @Formula("e^x")
  record Exponential() implements ExponentialUnit {
    @Override
    public Primitive primitive() {
      return Primitive.EXP;
    }

    @Override
    public double argument(double x) {
      return x;
    }

    @Override
    public double value(double x, double t) {
      return t;
    }

    @Override
    public void values(double[] x, double[] y) {
      Primitive.EXP.of(x, y);
    }

    @Override
    public Primitive slopePrimitive() {
      return Primitive.EXP;
    }

    @Override
    public double slope(double x, double t) {
      return t;
    }

    @Override
    public void slopes(double[] x, double[] y) {
      Primitive.EXP.of(x, y);
    }

    @Override
    public double infimum() {
      return 0;
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
      return StrictMath.log(y);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }
}
