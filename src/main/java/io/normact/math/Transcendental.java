package io.normact.math;

/**
 * A function that goes through one exponential: the argument of the exponential, and what is made
 * of its result, are plain arithmetic without branches, so that a loop over each becomes vector
 * instructions, and the exponential in between is {@link Simd}'s.
 *
 * <p>The value goes through {@link Elementary#expm1} where that is needed for small results, else,
 * as the slope always does, through {@link Elementary#scaledExp}.
 */
sealed interface Transcendental extends ActivationFunction
    permits LogisticUnit, GatedUnit, ExponentialUnit {

  /** True if {@link #value(double, double)} takes e^a - 1, false if 2^256 e^a. */
  default boolean throughExpm1() {
    return false;
  }

  /** The a of e^a or e^a - 1 for the value. */
  double argument(double x);

  /** The value at x from t, the exponential of {@link #argument}. */
  double value(double x, double t);

  /** The a of e^a for the slope. */
  default double slopeArgument(double x) {
    return argument(x);
  }

  /** The slope at x from t = 2^256 e^a. */
  double slope(double x, double t);

  @Override
  default double value(double x) {
    double a = argument(x);
    return value(x, throughExpm1() ? Elementary.expm1(a) : Elementary.scaledExp(a));
  }

  @Override
  default double slope(double x) {
    return slope(x, Elementary.scaledExp(slopeArgument(x)));
  }
}
