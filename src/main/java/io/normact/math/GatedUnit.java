package io.normact.math;

import static io.normact.math.array.Elementary.UNSCALE;
import static io.normact.math.array.Elementary.logisticNumerator;
import static io.normact.math.array.ErrorFree.roundedOff;

import io.normact.math.array.Elementary;
import io.normact.math.array.Primitive;

/**
 * The input times a gate between 0 and 1, 0 at minus infinity and infinite at infinity.
 *
 * <p>The slopes pass through zero where the function has its minimum, between x = -1.3 and -0.7
 * (over beta for swish). There the terms of their formulas cancel, and {@link SlopeZero} takes
 * their place.
 */
sealed interface GatedUnit extends Transcendental {
  /** Where the slope passes through zero. */
  SlopeZero slopeZero();

  /** What {@link #slopeZero} is a point of, rounded. */
  default double scaled(double x) {
    return x;
  }

  /** What the rounding of {@link #scaled} took away. */
  default double scaledLow(double x) {
    return 0;
  }

  /**
   * The first of two steps from t to the slope; C2 makes vector instructions of short loops only.
   */
  double slopeNumerator(double x, double t);

  /**
   * The second step, from t and {@link #slopeNumerator}: here the quotient of a logistic gate, with
   * t = 2^256 e^-|z|.
   */
  default double slope(double x, double t, double numerator) {
    double e = t * UNSCALE;
    return numerator / Elementary.squareOfOneAnd(e) * UNSCALE;
  }

  @Override
  default double slope(double x, double t) {
    return slope(x, t, slopeNumerator(x, t));
  }

  /** Whether the slope at x is the one that its formula gives; false near its zero and for NaN. */
  default boolean isFarFromSlopeZero(double x) {
    return slopeZero().isFar(scaled(x));
  }

  @Override
  default double slope(double x) {
    double z = scaled(x);
    return slopeZero().isNear(z)
        ? slopeZero().slope(z, scaledLow(x))
        : Transcendental.super.slope(x);
  }

  /** Sigmoid-weighted linear unit. Elfwing et al., 2017. */
  @Formula("x / (1 + e^-x)")
  record Silu() implements GatedUnit {
    @Override
    public double argument(double x) {
      return -Math.abs(x);
    }

    @Override
    public double value(double x, double t) {
      return logisticGate(x, Math.max(x, -1000), t);
    }

    @Override
    public double slopeNumerator(double x, double t) {
      return logisticGateNumerator(
          x, Math.min(Math.max(x, 0), 1000), Math.min(Math.max(x, -1000), 0), 0, t);
    }

    @Override
    public SlopeZero slopeZero() {
      return SlopeZero.SILU;
    }

    @Override
    public double infimum() {
      return -0.2784645427610738;
    }

    @Override
    public double steepestSlope() {
      return 1.099839320128867;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Silu with a steepness. Ramachandran et al., 2017. */
  @Formula("x / (1 + e^(-beta * x))")
  record Swish(@Parameter(defaultValue = 1, atLeast = 1e-50, atMost = 1e50) double beta)
      implements GatedUnit {
    public Swish {
      Definition.of(Swish.class).check(beta);
    }

    private double clamped(double x) {
      return Math.min(Math.abs(x), 1000 / beta);
    }

    @Override
    public double argument(double x) {
      return -(beta * clamped(x));
    }

    @Override
    public double refined(double x, double t) {
      double a = clamped(x);
      return Math.fma(t, -Math.fma(beta, a, -(beta * a)), t);
    }

    @Override
    public double value(double x, double t) {
      return logisticGate(x, Math.max(x, -1000 / beta), t);
    }

    @Override
    public double slopeNumerator(double x, double t) {
      double above = beta * Math.min(Math.max(x, 0), 1000 / beta);
      double a = Math.min(Math.max(x, -1000 / beta), 0);
      double below = beta * a;
      return logisticGateNumerator(x, above, below, Math.fma(beta, a, -below), t);
    }

    @Override
    public SlopeZero slopeZero() {
      return SlopeZero.SILU;
    }

    @Override
    public double scaled(double x) {
      return beta * x;
    }

    @Override
    public double scaledLow(double x) {
      return Math.fma(beta, x, -(beta * x));
    }

    @Override
    public double infimum() {
      return -0.2784645427610738 / beta;
    }

    @Override
    public double steepestSlope() {
      return 1.099839320128867;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Gaussian error linear unit, tanh approximation. Hendrycks and Gimpel, 2016. */
  @Formula("0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))")
  record GeluTanh() implements GatedUnit {
    // 0.5 (1 + tanh(u)) is the logistic function of 2u = x (A + B x^2).
    private static final double A = 1.5957691216057308;
    private static final double A_LOW = -9.96930880911092e-17;
    private static final double B = 0.07135481627260025;
    private static final double B_LOW = -6.175149918155315e-19;
    private static final double B3 = 0.21406444881780073;
    private static final double B3_LOW = 1.2025242832367862e-17;

    private static double clamped(double x) {
      return Math.min(Math.abs(x), 30);
    }

    @Override
    public double argument(double x) {
      double a = clamped(x);
      return -(a * Math.fma(B, a * a, A));
    }

    @Override
    public double refined(double x, double t) {
      double a = clamped(x);
      double square = a * a;
      double squareLow = Math.fma(a, a, -square);
      double cubic = B * square;
      double cubicLow = Math.fma(B, square, -cubic) + Math.fma(B, squareLow, B_LOW * square);
      double sum = A + cubic;
      double sumLow = roundedOff(A, cubic, sum) + (cubicLow + A_LOW);
      // Against what argument() gave.
      double used = a * Math.fma(B, square, A);
      double product = a * sum;
      double low = product - used + (Math.fma(a, sum, -product) + a * sumLow);
      return Math.fma(t, -low, t);
    }

    @Override
    public double value(double x, double t) {
      return logisticGate(x, Math.max(x, -30), t);
    }

    @Override
    public double slopeNumerator(double x, double t) {
      // x dz/dx = x (A + 3 B x^2), with what the rounding of sum and product took away.
      double a = Math.min(Math.max(x, -30), 0);
      double b = Math.min(Math.max(x, 0), 30);
      double square = (a + b) * (a + b);
      double squareLow = Math.fma(a + b, a + b, -square);
      double cubic = B3 * square;
      double cubicLow = Math.fma(B3, square, -cubic) + Math.fma(B3, squareLow, B3_LOW * square);
      double sum = A + cubic;
      double sumLow = roundedOff(A, cubic, sum) + (cubicLow + A_LOW);
      double below = a * sum;
      double low = Math.fma(a, sumLow, Math.fma(a, sum, -below));
      return logisticGateNumerator(x, b * sum, below, low, t);
    }

    @Override
    public SlopeZero slopeZero() {
      return SlopeZero.GELU_TANH;
    }

    @Override
    public double infimum() {
      return -0.17004075057125406;
    }

    @Override
    public double steepestSlope() {
      return 1.1289930686587717;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Gaussian error linear unit: x times the normal distribution function. Hendrycks, 2016. */
  @Formula("x * (1 + erf(x / sqrt(2))) / 2")
  record Gelu() implements GatedUnit {
    private static double clamped(double x) {
      return Math.min(Math.abs(x), 39);
    }

    @Override
    public double argument(double x) {
      return clamped(x);
    }

    @Override
    public Primitive primitive() {
      return Primitive.SCALED_NORMAL_TAIL;
    }

    @Override
    public double value(double x, double t) {
      return Math.max(x, -0.0) - clamped(x) * t * UNSCALE;
    }

    @Override
    public Primitive slopePrimitive() {
      return Primitive.SCALED_NORMAL_TAIL_EXCESS;
    }

    @Override
    public double slopeNumerator(double x, double t) {
      return t;
    }

    @Override
    public double slope(double x, double t, double numerator) {
      double below = t * UNSCALE;
      double above = Elementary.beginning(x);
      return above + (1 - 2 * above) * below;
    }

    @Override
    public SlopeZero slopeZero() {
      return SlopeZero.GELU;
    }

    @Override
    public double infimum() {
      return -0.16997120747990366;
    }

    @Override
    public double steepestSlope() {
      return 1.1289041451851547;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** x tanh(softplus(x)). Misra, 2019. */
  @Formula("x * tanh(ln(1 + e^x))")
  record Mish() implements GatedUnit {
    // tanh(ln(1 + e)) = n / d with e = e^x, n = e (e + 2) and d = n + 2; it is 1 from x = 40 on.
    @Override
    public double argument(double x) {
      return Math.min(x, 40);
    }

    @Override
    public double value(double x, double t) {
      double e = t * UNSCALE;
      // Below 0 the gate is e - e^2 (1 + e) / d, above 0 it is 1 - 2 / d: no error counts twice.
      double most = Math.min(t, Elementary.SCALE);
      double share = Math.min(Math.fma(e, e, e), 2) / Math.fma(e, e + 2, 2);
      double gate = Math.fma(-most, share, most);
      return Math.max(x, -0.0) * (gate * UNSCALE)
          + Math.min(Math.max(x, -1000), 0) * gate * UNSCALE;
    }

    @Override
    public double slopeNumerator(double x, double t) {
      double e = t * UNSCALE;
      double a = Math.min(Math.max(x, -1000), 40);
      double above = Elementary.beginning(x);
      // Of e inner / d^2, and above 0 of the same as 1 less what is missing, which is small.
      // 4 (a + 1) + e (4 a + 6 + e (e + 4))
      double least = Math.fma(4, a, 6);
      double most = e * (e + 4);
      double rise = least + most;
      double riseLow = roundedOff(least, most, rise) + Math.fma(e, e + 4, -most);
      double product = e * rise;
      double sum = 4 * (a + 1) + product;
      double sumLow =
          roundedOff(4 * (a + 1), product, sum) + Math.fma(e, rise, -product) + e * riseLow;
      double inner = Math.fma(t, sum, t * sumLow);
      double missing = Math.fma(e, Math.fma(e, Math.fma(-4, a, 2), Math.fma(-4, a, 4)), 4);
      return (1 - above) * inner - above * (missing * Elementary.SCALE);
    }

    @Override
    public double slope(double x, double t, double numerator) {
      double e = t * UNSCALE;
      double d = Math.fma(e, e + 2, 2);
      double low = Math.fma(e, e + 2, 2 - d);
      double rest = numerator / Math.fma(d, d, 2 * low * d);
      return Elementary.beginning(x) + rest * UNSCALE;
    }

    @Override
    public SlopeZero slopeZero() {
      return SlopeZero.MISH;
    }

    @Override
    public double infimum() {
      return -0.30884341301725043;
    }

    @Override
    public double steepestSlope() {
      return 1.088498161251728;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** x sigma(z) from t = 2^256 e^-|z|; a is x, cut off below where the result is 0. */
  private static double logisticGate(double x, double a, double t) {
    double e = t * UNSCALE;
    double above = 1 / (1 + e);
    // Below 0 the gate is e / (1 + e) as e - e^2 / (1 + e), in which no error counts twice.
    double below = Math.fma(-t, e * above, t);
    return Math.max(x, -0.0) * above + Math.min(a, 0) * below * UNSCALE;
  }

  /**
   * Of sigma(z) (1 + k (1 - sigma(z))) with k = x dz/dx, from t = 2^256 e^-|z|; above is k where it
   * is positive, else 0, below plus belowLow where it is negative. Of z only the sign counts.
   */
  private static double logisticGateNumerator(
      double z, double above, double below, double belowLow, double t) {
    double e = t * UNSCALE;
    double numerator = logisticNumerator(z, t);
    double sum = 1 + below;
    double sumLow = roundedOff(1, below, sum) + belowLow;
    return Math.fma(numerator, sum, numerator * Math.fma(above, e, e + sumLow));
  }
}
