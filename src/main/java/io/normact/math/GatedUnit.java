package io.normact.math;

import static io.normact.math.Elementary.UNSCALE;
import static io.normact.math.Elementary.logisticNumerator;

/**
 * The input times a gate between 0 and 1, 0 at minus infinity and infinite at infinity.
 *
 * <p>The slopes of the smooth ones pass through zero where the function has its minimum, between x
 * = -1.3 and -0.7 (over beta for swish). There two terms of up to 0.3 cancel, and the slope is off
 * by 2.2e-16 at most instead of 4 ulp of itself.
 */
sealed interface GatedUnit extends Transcendental {

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
    public double slope(double x, double t) {
      return logisticGateSlope(x, Math.min(Math.max(x, -1000), 1000), t);
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
    public double slope(double x, double t) {
      double z = beta * Math.min(Math.max(x, -1000 / beta), 1000 / beta);
      return logisticGateSlope(z, z, t);
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
      double back = sum - A;
      double sumLow = A - (sum - back) + (cubic - back) + (cubicLow + A_LOW);
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
    public double slope(double x, double t) {
      double a = Math.min(Math.max(x, -30), 30);
      return logisticGateSlope(x, a * Math.fma(3 * B, a * a, A), t);
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
    public double slope(double x, double t) {
      double below = t * UNSCALE;
      double above = Math.min(Math.max(x * 0x1p1000, 0), 1);
      return above + (1 - 2 * above) * below;
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
    // tanh(ln(1 + e)) = n / (n + 2) with e = e^x and n = e (e + 2); it is 1 from x = 40 on.
    @Override
    public double argument(double x) {
      return Math.min(x, 40);
    }

    @Override
    public double value(double x, double t) {
      double e = t * UNSCALE;
      double gate = t * (e + 2) / Math.fma(e, e + 2, 2);
      return Math.max(x, -0.0) * (gate * UNSCALE)
          + Math.min(Math.max(x, -1000), 0) * gate * UNSCALE;
    }

    @Override
    public double slope(double x, double t) {
      double e = t * UNSCALE;
      double d = Math.fma(e, e + 2, 2);
      double a = Math.min(Math.max(x, -1000), 40);
      return t * Math.fma(4 * a, 1 + e, (e + 2) * d) / d / d * UNSCALE;
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
    return (Math.max(x, -0.0) + Math.min(a, 0) * t * UNSCALE) / (1 + t * UNSCALE);
  }

  /** sigma(z) (1 + k (1 - sigma(z))) with k = x dz/dx, from t = 2^256 e^-|z|. */
  private static double logisticGateSlope(double z, double k, double t) {
    double e = t * UNSCALE;
    double d = 1 + e;
    double inner = Math.fma(Math.max(k, 0), e, 1 + Math.min(k, 0) + e);
    return logisticNumerator(z, t) * inner / (d * d) * UNSCALE;
  }
}
