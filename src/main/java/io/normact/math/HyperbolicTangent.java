package io.normact.math;

import static io.normact.math.array.Elementary.UNSCALE;
import static io.normact.math.array.Elementary.step;

import io.normact.math.array.Elementary;
import io.normact.math.array.Primitive;
import io.normact.math.array.TanhShrinkSeries;

/** The hyperbolic tangent, and functions made of it. */
sealed interface HyperbolicTangent extends Transcendental {

  /** Hyperbolic tangent. */
  @Formula("tanh(x)")
  record Tanh() implements HyperbolicTangent {
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
  record RectifiedTanh() implements HyperbolicTangent {
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
  record TanhShrink() implements HyperbolicTangent {
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
      return c * (w * TanhShrinkSeries.of(w) + (rest(t) - REST_1)) - (c - x);
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
      double tanh = Math.fma(-(c * w), TanhShrinkSeries.of(w), c);
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
}
