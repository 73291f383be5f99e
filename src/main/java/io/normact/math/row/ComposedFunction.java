package io.normact.math.row;

/**
 * A function that does something to a row first, feature by feature, and then applies another. It
 * answers as the other does unless it says otherwise.
 */
public interface ComposedFunction extends FeatureFunction {

  /** What is applied at the end. */
  FeatureFunction function();

  @Override
  default int features() {
    return function().features();
  }

  @Override
  default boolean elementwise() {
    return function().elementwise();
  }

  @Override
  default boolean keepsZeros() {
    return function().keepsZeros();
  }
}
