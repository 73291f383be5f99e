package io.normact.math;

import java.io.Serializable;

/**
 * An activation function: value, slope and, where it exists, inverse.
 *
 * <p>A function is written as {@code name} or {@code name(param=value, ...)}. {@link
 * #parse(String)} reads that text and {@link Object#toString()} writes it back. {@link
 * Definition#all()} lists the names with their parameters and formulas. Functions are immutable,
 * serialisable, safe for use by many threads, and equal when their names and parameters are.
 *
 * <p>{@code value} and {@code slope} of an elementwise function are within 4 ulp of the exact
 * result, for every double and every allowed parameter. That includes tails, the zeros of slopes
 * and subnormal results. An ulp is that of the exact result. The tests search for the worst input
 * by a seed. NaN gives NaN with its sign and payload. An infinity gives the mathematical limit. A
 * number below {@link #leastInput} or above {@link #greatestInput} gives NaN. Only {@code log1p}
 * and {@code logit} have such numbers.
 *
 * <p>Use it for numbers and arrays in memory. For columns of a dataset use the stage {@code
 * io.normact.ml.Activation} or {@code io.normact.sql.ActivationFunctions}. A UDF around {@link
 * #value} gives the same bits, but Spark can't see into it. The interface is sealed, so other
 * projects can't add functions.
 */
public sealed interface ActivationFunction extends Serializable
    permits PiecewiseLinear,
        Rectifier,
        AlgebraicUnit,
        LogarithmicUnit,
        Transcendental,
        VectorFunction {

  /**
   * Reads {@code name} or {@code name(param=value, ...)}. Case and blanks do not matter. A
   * parameter that is not given has its default. The name may be one of {@link
   * Definition#aliases()}, such as {@code hardtanh}.
   *
   * @param text the function as a user types it
   * @return the function; its {@link Object#toString()} writes its own name and all its parameters
   * @throws IllegalArgumentException if the text is null, blank or not of this form, or if a name
   *     or value is not allowed; the message has the nearest known name, the valid parameters or
   *     the valid range
   */
  static ActivationFunction parse(String text) {
    return Spelling.parse(text);
  }

  /**
   * Makes a function from its name and the numbers of its parameters, without a text to {@link
   * #parse}.
   *
   * @param name a known name or alias; case does not matter
   * @param parameters values in the order of {@link Definition#parameters()}; those left out at the
   *     end have their defaults
   * @return the function
   * @throws IllegalArgumentException if the name is unknown, or the parameters are too many or out
   *     of range
   */
  static ActivationFunction of(String name, double... parameters) {
    return Definition.named(name).create(parameters);
  }

  /**
   * Computes the function's value. A function of a whole vector takes x as a vector with one
   * element.
   *
   * <p>For many inputs use {@link #values}, which gives the same bits and is faster.
   *
   * @param x any double
   * @return f(x); NaN for NaN
   */
  double value(double x);

  /**
   * Computes the function's derivative with respect to its input.
   *
   * <p>At a kink or jump it is the slope on one side: that of {@code relu} at 0 is 0.
   *
   * @param x any double
   * @return f'(x); NaN for NaN
   * @throws UnsupportedOperationException if the function is one of a whole vector
   */
  double slope(double x);

  /**
   * Computes the values of a whole array. They have the bits of {@link #value}, element by element.
   * A function of a whole vector takes the array as one vector instead. An empty array is allowed.
   *
   * @param x inputs
   * @param y receives the values; at least as long as x; may be x itself
   */
  default void values(double[] x, double[] y) {
    ArrayLoop.of(this).values(this, x, y);
  }

  /**
   * Computes the slopes of a whole array. They have the bits of {@link #slope}, element by element.
   *
   * @param x inputs
   * @param y receives the slopes; at least as long as x; may be x itself
   * @throws UnsupportedOperationException if the function is one of a whole vector
   */
  default void slopes(double[] x, double[] y) {
    ArrayLoop.of(this).slopes(this, x, y);
  }

  /**
   * {@return the least number at which the function is defined; minus infinity if it is defined
   * everywhere} Below it value and slope are NaN.
   */
  default double leastInput() {
    return Double.NEGATIVE_INFINITY;
  }

  /**
   * {@return the greatest number at which the function is defined; infinity if it is defined
   * everywhere} Above it value and slope are NaN.
   */
  default double greatestInput() {
    return Double.POSITIVE_INFINITY;
  }

  /** {@return the greatest lower bound of the values; minus infinity if there is none} */
  default double infimum() {
    return Double.NEGATIVE_INFINITY;
  }

  /** {@return the least upper bound of the values; infinity if there is none} */
  default double supremum() {
    return Double.POSITIVE_INFINITY;
  }

  /**
   * {@return the least upper bound of |slope|, which may be infinite} Reports measure slopes
   * against it.
   */
  default double steepestSlope() {
    return 1;
  }

  /** {@return whether the function is strictly monotone, so that {@link #inverse} exists} */
  default boolean invertible() {
    return false;
  }

  /**
   * Finds the input from the value.
   *
   * <p>Where the function is nearly flat many inputs have the same rounded value. So don't expect
   * {@code inverse(value(x))} to be x in a saturated tail.
   *
   * @param y a value of the function
   * @return the x with value y; infinite where y is a bound that the values reach in the limit
   *     only; NaN where y is NaN or outside of the range of values
   * @throws UnsupportedOperationException if the function is not {@link #invertible()}
   */
  default double inverse(double y) {
    throw Definition.noInverse(this);
  }

  /**
   * {@return whether each element of an array is mapped by itself; false for functions of a whole
   * vector, such as softmax}
   */
  default boolean elementwise() {
    return true;
  }

  /**
   * {@return whether f(0) = 0, so that a sparse vector stays sparse; false for functions of a whole
   * vector}
   */
  default boolean zeroAtZero() {
    return elementwise() && value(0) == 0;
  }

  /** {@return name, parameters and formula} */
  default Definition definition() {
    return Definition.of(getClass());
  }

  /** {@return the name without parameters, in snake case: {@code hard_tanh}} */
  default String name() {
    return definition().name();
  }
}
