package io.normact.math;

import static io.normact.math.Elementary.UNSCALE;
import static io.normact.math.Elementary.logisticNumerator;
import static io.normact.math.Elementary.scaledLog1p;

/** The logistic function, its logarithm and its integral, all from e^-|x|. */
sealed interface LogisticUnit extends Transcendental {

  /** Logistic function. */
  @Formula("1 / (1 + e^-x)")
  record Sigmoid() implements LogisticUnit {
    @Override
    public double argument(double x) {
      return -Math.abs(x);
    }

    @Override
    public double value(double x, double t) {
      return logistic(x, t);
    }

    @Override
    public double slope(double x, double t) {
      double d = 1 + t * UNSCALE;
      return t / (d * d) * UNSCALE;
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
      return 0.25;
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      return StrictMath.log1p((2 * y - 1) / (1 - y));
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Logarithm of the logistic function. */
  @Formula("-ln(1 + e^-x)")
  record LogSigmoid() implements LogisticUnit {
    @Override
    public double argument(double x) {
      return -Math.abs(x);
    }

    @Override
    public double value(double x, double t) {
      return Math.min(x, 0) - scaledLog1p(t) * UNSCALE;
    }

    @Override
    public double slope(double x, double t) {
      return logistic(-x, t);
    }

    @Override
    public double supremum() {
      return 0;
    }

    @Override
    public boolean invertible() {
      return true;
    }

    @Override
    public double inverse(double y) {
      return y > 0 ? Double.NaN : y - StrictMath.log(-StrictMath.expm1(y));
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Integral of the logistic function: a smooth rectifier. Dugas et al., 2001. */
  @Formula("ln(1 + e^(beta * x)) / beta")
  record Softplus(@Parameter(defaultValue = 1, atLeast = 1e-50, atMost = 1e50) double beta)
      implements LogisticUnit {
    public Softplus {
      Definition.of(Softplus.class).check(beta);
    }

    private double clamped(double x) {
      return Math.min(Math.abs(x), 1000 / beta);
    }

    @Override
    public double argument(double x) {
      return -(beta * clamped(x));
    }

    /** t for the exact product beta * x, not the rounded one. */
    private double corrected(double x, double t) {
      double a = clamped(x);
      return Math.fma(t, -Math.fma(beta, a, -(beta * a)), t);
    }

    @Override
    public double value(double x, double t) {
      return Math.max(x, 0) + scaledLog1p(corrected(x, t)) / beta * UNSCALE;
    }

    @Override
    public double slope(double x, double t) {
      // The sign and size of beta * x decide, and 1e50 * x might overflow only where it may.
      return logistic(beta * x, corrected(x, t));
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
      return y < 0 ? Double.NaN : y + StrictMath.log(-StrictMath.expm1(-beta * y)) / beta;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** The logistic function of z from t = 2^256 e^-|z|. */
  static double logistic(double z, double t) {
    return logisticNumerator(z, t) / (1 + t * UNSCALE) * UNSCALE;
  }
}
