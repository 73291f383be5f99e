package io.normact.math;

import static io.normact.math.array.Elementary.UNSCALE;
import static io.normact.math.array.Elementary.step;

import io.normact.math.array.Elementary;
import io.normact.math.array.Primitive;

/** Functions whose values near 0 need e^x - 1 rather than e^x. */
sealed interface ExponentialUnit extends Transcendental {
  @Override
  default Primitive primitive() {
    return Primitive.EXPM1;
  }

  /** Hyperbolic tangent. */
  @Formula("tanh(x)")
  record Tanh() implements ExponentialUnit {
    @Override
    public Primitive primitive() {
      return Primitive.TANH;
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
      Primitive.TANH.of(x, y);
    }

    @Override
    public double slopeArgument(double x) {
      return -2 * Math.abs(x);
    }

    @Override
    public double slope(double x, double t) {
      return 4 * Elementary.scaledLogisticSlope(t) * UNSCALE;
    }

    @Override
    public double infimum() {
      return -1;
    }

    @Override
    public double supremum() {
      return 1;
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      double a = Math.abs(y);
      return Math.copySign(0.5 * StrictMath.log1p(2 * a / (1 - a)), y);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Hyperbolic tangent above 0, as DL4J's RECTIFIEDTANH. Slope 0 at 0. */
  @Alias("rectifiedtanh")
  @Formula("max(tanh(x), 0)")
  record RectifiedTanh() implements ExponentialUnit {
    @Override
    public Primitive primitive() {
      return Primitive.TANH;
    }

    @Override
    public double argument(double x) {
      return x;
    }

    @Override
    public double value(double x, double t) {
      return Math.max(t, 0);
    }

    @Override
    public double slopeArgument(double x) {
      return -2 * Math.abs(x);
    }

    @Override
    public double slope(double x, double t) {
      return step(x) * (4 * Elementary.scaledLogisticSlope(t) * UNSCALE);
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
    public String toString() {
      return definition().text(this);
    }
  }

  /** x less its hyperbolic tangent. */
  @Alias("tanhshrink")
  @Formula("x - tanh(x)")
  record TanhShrink() implements ExponentialUnit {
    // (a - tanh(a)) / a^3 in a^2 on [0, 1], degree 15, interpolated at the Chebyshev nodes in
    // 60-digit arithmetic (mpmath 1.3.0); off by 1.4e-17 of itself at most.
    private static final double C0 = 0.3333333333333333;
    private static final double C1 = -0.1333333333333309;
    private static final double C2 = 0.05396825396804637;
    private static final double C3 = -0.02186948852912909;
    private static final double C4 = 0.008863235404578283;
    private static final double C5 = -0.003592126679366341;
    private static final double C6 = 0.0014558246920964941;
    private static final double C7 = -0.0005899792946300052;
    private static final double C8 = 0.00023895705228738225;
    private static final double C9 = -9.646277743313181e-05;
    private static final double C10 = 3.8389607893147334e-05;
    private static final double C11 = -1.4606131676715378e-05;
    private static final double C12 = 4.987760317520347e-06;
    private static final double C13 = -1.3791814499083342e-06;
    private static final double C14 = 2.6330772232959337e-07;
    private static final double C15 = -2.5155023659382105e-08;
    private static final double T_1 = Elementary.scaledExp(-2);
    private static final double REST_1 = rest(T_1);
    private static final double SLOPE_REST_1 = slopeRest(T_1);

    /** 1 - tanh(a) from t = 2^256 e^(-2a) */
    private static double rest(double t) {
      return 2 * (t * UNSCALE) / (1 + t * UNSCALE);
    }

    /** 1 - tanh(a)^2 from t = 2^256 e^(-2a) */
    private static double slopeRest(double t) {
      return 4 * Elementary.scaledLogisticSlope(t) * UNSCALE;
    }

    /** (a - tanh(a)) / a^3 for |a| up to 1, from w = a^2. */
    private static double series(double w) {
      double w2 = w * w;
      double w4 = w2 * w2;
      double a = Math.fma(Math.fma(C4, w, C3), w2, Math.fma(C2, w, C1));
      double b = Math.fma(Math.fma(C8, w, C7), w2, Math.fma(C6, w, C5));
      double d = Math.fma(Math.fma(C12, w, C11), w2, Math.fma(C10, w, C9));
      double e = Math.fma(C15, w2, Math.fma(C14, w, C13));
      // The first coefficient last: only this rounding counts in full.
      return Math.fma(Math.fma(Math.fma(e, w4, d), w4 * w4, Math.fma(b, w4, a)), w, C0);
    }

    @Override
    public Primitive primitive() {
      return Primitive.SCALED_EXP;
    }

    @Override
    public double argument(double x) {
      return -2 * Math.max(Math.abs(x), 1);
    }

    @Override
    public double value(double x, double t) {
      double c = Math.min(Math.max(x, -1), 1);
      double w = c * c;
      // From 1 on, a - tanh(a) = (1 - tanh(1)) + (a - 1) + rest(a) - rest(1), and c is the sign;
      // up to 1 both differences are exactly 0. From 0, so that -0 stays what it is.
      return c * (w * series(w) + (rest(t) - REST_1)) - (c - x);
    }

    /** From 1 on, tanh(a)^2 = tanh(1)^2 + rest(1) - rest(a): the difference, which is 0 up to 1. */
    @Override
    public double slopeRefined(double x, double t) {
      return SLOPE_REST_1 - slopeRest(t);
    }

    @Override
    public double slope(double x, double t) {
      double c = Math.min(Math.max(x, -1), 1);
      double w = c * c;
      double tanh = Math.fma(-(c * w), series(w), c);
      return Math.fma(tanh, tanh, t);
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      double a = Math.abs(y);
      if (a == 0 || Double.isInfinite(a)) {
        return y;
      }
      // Newton's steps; a - tanh(a) is convex, so that they approach from above after the first.
      double x = a < 1 ? StrictMath.cbrt(3 * a) : a + 1;
      for (int i = 0; i < 8; i++) {
        x -= (value(x) - a) / slope(x);
      }
      return Math.copySign(x, y);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
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
