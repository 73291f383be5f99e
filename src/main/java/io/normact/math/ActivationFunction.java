package io.normact.math;

import java.io.Serializable;

/**
 * An activation function: value, slope and, where it exists, inverse.
 *
 * <p>A function is written as {@code name} or {@code name(param=value, ...)}; {@link
 * #parse(String)} reads that and {@link Object#toString()} writes it back. Functions are immutable,
 * serialisable and equal when their names and parameters are.
 *
 * <p>{@code value} and {@code slope} of an elementwise function are within 4 ulp of the exact
 * result for every double and every allowed parameter: near the zero of a slope, in tails and where
 * the result is subnormal too. An ulp is that of the exact result. A seeded search for the worst
 * input is among the tests. NaN gives NaN with the sign and payload that it has, an infinity gives
 * the mathematical limit.
 */
public sealed interface ActivationFunction extends Serializable
    permits PiecewiseLinear, AlgebraicUnit, Transcendental, VectorFunction {

  /**
   * Reads {@code name} or {@code name(param=value, ...)}; case and blanks do not matter, and a
   * parameter that is not given has its default.
   *
   * @throws IllegalArgumentException if the text is none of that; the message names the nearest
   *     known name, the valid parameters or the valid range
   */
  static ActivationFunction parse(String text) {
    return Spelling.parse(text);
  }

  /**
   * The function of that name with these parameters in their order; parameters left out at the end
   * have their defaults.
   *
   * @throws IllegalArgumentException if the name is unknown, or the parameters are too many or out
   *     of range
   */
  static ActivationFunction of(String name, double... parameters) {
    return Definition.named(name).create(parameters);
  }

  /** The value at x. For a function of a whole vector, that of the vector with one element x. */
  double value(double x);

  /**
   * The derivative with respect to the input, at the input x.
   *
   * @throws UnsupportedOperationException if the function is one of a whole vector
   */
  double slope(double x);

  /**
   * Values of a whole array, bit for bit those of {@link #value} element by element; a function of
   * a whole vector takes the array as one vector.
   *
   * @param x inputs
   * @param y receives the values; at least as long as x; may be x itself
   */
  default void values(double[] x, double[] y) {
    ArrayLoop.of(this).values(this, x, y);
  }

  /**
   * Slopes of a whole array, bit for bit those of {@link #slope} element by element.
   *
   * @param x inputs
   * @param y receives the slopes; at least as long as x; may be x itself
   * @throws UnsupportedOperationException if the function is one of a whole vector
   */
  default void slopes(double[] x, double[] y) {
    ArrayLoop.of(this).slopes(this, x, y);
  }

  /** Greatest lower bound of the values; minus infinity if there is none. */
  default double infimum() {
    return Double.NEGATIVE_INFINITY;
  }

  /** Least upper bound of the values; infinity if there is none. */
  default double supremum() {
    return Double.POSITIVE_INFINITY;
  }

  /** Least upper bound of |slope|: what a saturation report measures slopes against. */
  default double steepestSlope() {
    return 1;
  }

  /** True if the function is strictly monotone, so that {@link #inverse} exists. */
  default boolean invertible() {
    return false;
  }

  /**
   * The x with value y: infinite where y is a bound of the values that is reached in the limit
   * only, NaN where y is outside of the values.
   *
   * @throws UnsupportedOperationException if the function is not {@link #invertible()}
   */
  default double inverse(double y) {
    throw Definition.noInverse(this);
  }

  /** False for functions of a whole vector, such as softmax. */
  default boolean elementwise() {
    return true;
  }

  /** True if f(0) = 0, so that a sparse vector stays sparse. */
  default boolean zeroAtZero() {
    return elementwise() && value(0) == 0;
  }

  /** Name, parameters and formula. */
  default Definition definition() {
    return Definition.of(getClass());
  }

  /** The name without parameters, in snake case: {@code hard_tanh}. */
  default String name() {
    return definition().name();
  }
}
