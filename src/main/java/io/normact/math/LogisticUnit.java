package io.normact.math;

import static io.normact.math.array.Elementary.UNSCALE;
import static io.normact.math.array.Elementary.logisticNumerator;

import io.normact.math.array.Elementary;
import io.normact.math.array.Primitive;

/** The logistic function, its logarithm and its integral, all from e^-|x|. */
sealed interface LogisticUnit extends Transcendental {

  /** Logistic function. */
  @Alias("logistic")
  @Formula("1 / (1 + e^-x)")
  record Sigmoid() implements LogisticUnit {
    @Override
    public Primitive primitive() {
      return Primitive.LOGISTIC;
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
      Primitive.LOGISTIC.of(x, y);
    }

    @Override
    public double slopeArgument(double x) {
      return -Math.abs(x);
    }

    @Override
    public double slope(double x, double t) {
      return Elementary.scaledLogisticSlope(t) * UNSCALE;
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
      return LogarithmicUnit.logit(y);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Logarithm of the logistic function. */
  @Alias("logsigmoid")
  @Formula("-ln(1 + e^-x)")
  record LogSigmoid() implements LogisticUnit {
    @Override
    public double argument(double x) {
      return -Math.abs(x);
    }

    @Override
    public Primitive primitive() {
      return Primitive.SCALED_LOG1P_EXP;
    }

    @Override
    public double value(double x, double t) {
      return Math.min(x, 0) - t * UNSCALE;
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

    /** beta * |x| less its rounded value. */
    private double low(double x) {
      double a = clamped(x);
      return Math.fma(beta, a, -(beta * a));
    }

    @Override
    public Primitive primitive() {
      return Primitive.SCALED_LOG1P_EXP;
    }

    @Override
    public double value(double x, double t) {
      // With beta 1 nothing was rounded; the compiler takes this question out of loops.
      return Math.max(x, 0) + (beta == 1 ? t : quotient(x, t)) * UNSCALE;
    }

    private double quotient(double x, double t) {
      // The derivative of l = ln(1 + e^a) is 1 - e^-l: its series is enough for what is so small.
      double l = t * UNSCALE;
      double corrected = Math.fma(t, -low(x) * Math.fma(l, Math.fma(l, 1.0 / 6, -0.5), 1), t);
      return corrected / beta;
    }

    @Override
    public double slope(double x, double t) {
      return logistic(beta * x, Math.fma(t, -low(x), t));
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
