package io.normact.math;

import static io.normact.math.array.Elementary.step;
import static io.normact.math.array.ErrorFree.roundedOff;

import io.normact.math.array.Elementary;

/** Curves made of powers, quotients and square roots. */
sealed interface AlgebraicUnit extends ActivationFunction {

  /** Turian et al., 2009. */
  @Formula("x / (1 + |x|)")
  record Softsign() implements AlgebraicUnit {
    @Override
    public double value(double x) {
      // Beyond 1e300 the result is 1 long since, and infinity over infinity would be NaN.
      double a = Math.min(Math.max(x, -1e300), 1e300);
      return a / (1 + Math.abs(a));
    }

    @Override
    public double slope(double x) {
      double d = 1 + Math.abs(x);
      // Not 1 / d^2, which underflows too early.
      return 1 / d / d;
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
      return Math.abs(y) > 1 ? Double.NaN : y / (1 - Math.abs(y));
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Smooth rectifier without exponentials. Barron, 2021. */
  @Formula("(x + sqrt(x^2 + b)) / 2")
  record Squareplus(@Parameter(defaultValue = 4, atLeast = 1e-50, atMost = 1e50) double b)
      implements AlgebraicUnit {
    public Squareplus {
      Definition.of(Squareplus.class).check(b);
    }

    /** |x|, with the sign of a NaN as it is. */
    private static double magnitude(double x) {
      return Math.max(x, 0) - Math.min(x, 0);
    }

    @Override
    public double value(double x) {
      double a = magnitude(x);
      // Beyond 1e120 the root of a^2 + b is a.
      double c = Math.min(a, 1e120);
      double root = Math.sqrt(Math.fma(c, c, b)) + (a - c);
      // (root - a) / 2 = b / (2 (root + a)), without cancellation and without overflow
      return Math.max(x, 0) + 0.25 * b / (0.5 * a + 0.5 * root);
    }

    @Override
    public double slope(double x) {
      double a = magnitude(x);
      double c = Math.min(a, 0x1p400);
      double square = Math.fma(c, c, b);
      double root = Math.sqrt(square);
      // (1 - a / root) / 2 = b / (2 root (root + a)), and beyond 2^400 less by the square of c / a
      double share = 0x1p400 / Math.max(a, 0x1p400);
      double below = 0.5 * b / Math.fma(c, root, square) * share * share;
      double above = Elementary.beginning(x);
      return above + (1 - 2 * above) * below;
    }

    @Override
    public double infimum() {
      return 0;
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      return y < 0 ? Double.NaN : y == Double.POSITIVE_INFINITY ? y : y - 0.25 * b / y;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Smooth rectifier that is exactly 0 below -1 and x above 1. Li et al., 2023. */
  @Formula("0 below -1, (x + 1)^2 / 4 up to 1, x above")
  record SparsePlus() implements AlgebraicUnit {
    @Override
    public double value(double x) {
      double s = Math.min(Math.max(x, -1), 1) + 1;
      // (x + 1)^2 / 4 is nowhere below x.
      return Math.max(0.25 * s * s, x);
    }

    @Override
    public double slope(double x) {
      return 0.5 * (Math.min(Math.max(x, -1), 1) + 1);
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

  /** Straight lines in place of the gate of swish. Howard et al., 2019. Slope 0 at -3, 1 at 3. */
  @Alias({"hard_silu", "hardswish"})
  @Formula("x * min(max(x + 3, 0), 6) / 6")
  record HardSwish() implements AlgebraicUnit {
    @Override
    public double value(double x) {
      double a = Math.max(x, -3);
      // From -3 - a rather than a + 3 the gate is -0 for x <= -3, and so the value is not.
      return a * (Math.max(-3 - a, -6) * (-1.0 / 6));
    }

    @Override
    public double slope(double x) {
      double a = Math.min(Math.max(x, -4), 4);
      double below3 = step(3 - a);
      return step(a + 3) * below3 * ((2 * a + 3) / 6) + (1 - below3);
    }

    @Override
    public double infimum() {
      return -0.375;
    }

    @Override
    public double steepestSlope() {
      return 1.5;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Third power, as DL4J's CUBE. */
  @Formula("x^3")
  record Cube() implements AlgebraicUnit {
    @Override
    public double value(double x) {
      return x * x * x;
    }

    @Override
    public double slope(double x) {
      return 3 * (x * x);
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
      return StrictMath.cbrt(y);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /**
   * 1.7159 tanh(2x/3) without exponentials, as DL4J's RATIONALTANH. Anguita et al. (arXiv
   * 1508.01292), with tanh(a) = 1 - 1 / (1 + a + a^2 + 1.41645 a^4).
   */
  @Alias("rationaltanh")
  @Formula("1.7159 * sign(x) * (1 - 1 / (1 + a + a^2 + 1.41645 * a^4)), a = 2 * |x| / 3")
  record RationalTanh() implements AlgebraicUnit {
    // With what rounding took away from each.
    private static final double HEIGHT = 1.7159;
    private static final double HEIGHT_LOW = 1.9184653865522706e-17;
    private static final double QUARTIC = 1.41645;
    private static final double QUARTIC_LOW = 1.3145040611561854e-17;

    /** What of 2/3 of the height its double lacks, over it. */
    private static final double STEEPEST_LACKS = 7.588260174138258e-17;

    /** 2 |x| / 3, up to where the value is the limit and the slope 0. */
    private static double argument(double x) {
      return 2 * Math.min(Math.abs(x), 1e70) / 3;
    }

    /** a + a^2 + 1.41645 a^4 */
    private static double polynomial(double a) {
      double w = a * a;
      return a + Math.fma(QUARTIC * w, w, w);
    }

    /** 2 |x| / 3 less what {@link #argument} gave. */
    private static double argumentLow(double x, double a) {
      return Math.fma(-3, a, 2 * Math.min(Math.abs(x), 1e70)) / 3;
    }

    /** Of s / (1 + s), what s and its division took away is put back. */
    @Override
    public double value(double x) {
      double a = argument(x);
      double w = a * a;
      double rest = Math.fma(QUARTIC * w, w, w);
      double s = a + rest;
      double sLow = roundedOff(a, rest, s) + argumentLow(x, a);
      double d = 1 + s;
      double dLow = roundedOff(1, s, d) + sLow;
      double share = s / d;
      double shareLow = (Math.fma(-share, d, s) + (sLow - share * dLow)) / d;
      return Math.copySign(
          Math.fma(HEIGHT, share, Math.fma(HEIGHT, shareLow, HEIGHT_LOW * share)), x);
    }

    /**
     * n / d^2 with d = 1 + {@link #polynomial} and n its derivative. d^2 doubles and a^4 quadruples
     * the error of what is before it, so what was rounded is carried along.
     */
    @Override
    public double slope(double x) {
      double a = argument(x);
      double aLow = argumentLow(x, a);
      double w = a * a;
      double wLow = Math.fma(a, a, -w) + 2 * a * aLow;
      double p = QUARTIC * w;
      double pLow = Math.fma(QUARTIC, w, -p) + QUARTIC * wLow + QUARTIC_LOW * w;
      double m = w * p;
      double mLow = Math.fma(w, p, -m) + w * pLow + wLow * p;
      double s = m + w;
      double sLow = roundedOff(m, w, s) + (mLow + wLow);
      double t = s + a;
      double tLow = roundedOff(s, a, t) + (sLow + aLow);
      double d = 1 + t;
      double dLow = roundedOff(1, t, d) + tLow;
      double q = 4 * p * a;
      double qLow = Math.fma(4 * p, a, -q) + 4 * (pLow * a + p * aLow);
      double r = q + 2 * a;
      double rLow = roundedOff(q, 2 * a, r) + (qLow + 2 * aLow);
      double n = r + 1;
      double nLow = roundedOff(r, 1, n) + rLow;
      double slope = HEIGHT * 2 / 3 * n / d / d;
      return Math.fma(slope, nLow / n - 2 * (dLow / d) + STEEPEST_LACKS, slope);
    }

    @Override
    public double infimum() {
      return -HEIGHT;
    }

    @Override
    public double supremum() {
      return HEIGHT;
    }

    @Override
    public double steepestSlope() {
      return HEIGHT * 2 / 3;
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      double t = Math.abs(y) / HEIGHT;
      if (!(t < 1)) {
        return t == 1 ? Math.copySign(Double.POSITIVE_INFINITY, y) : Double.NaN;
      }
      double s = t / (1 - t);
      // Each term alone is at most s, so this is above the solution of a polynomial that is convex:
      // Newton's steps approach from above.
      double a = Math.min(s, Math.min(Math.sqrt(s), Math.sqrt(Math.sqrt(s / QUARTIC))));
      for (int i = 0; i < 8; i++) {
        a -= (polynomial(a) - s) / (1 + a * (2 + 4 * QUARTIC * a * a));
      }
      return Math.copySign(1.5 * a, y);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }
}
