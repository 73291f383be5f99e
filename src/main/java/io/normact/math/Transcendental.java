package io.normact.math;

import io.normact.math.array.Primitive;

/**
 * A function that goes through one {@link Primitive}, most often an exponential. The primitive has
 * a vector loop of its own. Its argument, and what is made of its result, are plain arithmetic
 * without branches, so that a loop over each becomes vector instructions.
 */
sealed interface Transcendental extends ActivationFunction
    permits LogisticUnit, GatedUnit, HyperbolicTangent, ExponentialUnit {

  /** The primitive that the value goes through. */
  default Primitive primitive() {
    return Primitive.SCALED_EXP;
  }

  /** What the value's primitive is taken of. */
  double argument(double x);

  /**
   * The primitive of the exact argument, from t, that of the rounded one. A step of its own, since
   * C2 makes vector instructions of short loops only.
   */
  default double refined(double x, double t) {
    return t;
  }

  /** The value at x from t, the refined primitive of {@link #argument}. */
  double value(double x, double t);

  /** The primitive that the slope goes through. */
  default Primitive slopePrimitive() {
    return Primitive.SCALED_EXP;
  }

  /** What the slope's primitive is taken of. */
  default double slopeArgument(double x) {
    return argument(x);
  }

  /** As {@link #refined}, of {@link #slopeArgument}. */
  default double slopeRefined(double x, double t) {
    return refined(x, t);
  }

  /** The slope at x from t, the refined primitive of {@link #slopeArgument}. */
  double slope(double x, double t);

  // The sum of a NaN with itself is that NaN, made quiet, as arithmetic makes it.

  @Override
  default double value(double x) {
    return Double.isNaN(x) ? x + x : value(x, refined(x, primitive().of(argument(x))));
  }

  @Override
  default double slope(double x) {
    return Double.isNaN(x)
        ? x + x
        : slope(x, slopeRefined(x, slopePrimitive().of(slopeArgument(x))));
  }

  @Override
  default void values(double[] x, double[] y) {
    ArrayLoop.of(this).values(this, x, y);
  }

  @Override
  default void slopes(double[] x, double[] y) {
    ArrayLoop.of(this).slopes(this, x, y);
  }
}
