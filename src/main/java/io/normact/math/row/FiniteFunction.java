package io.normact.math.row;

import io.normact.math.array.FiniteValues;

/** A composed function that replaces or rejects NaN and infinity before the other is applied. */
public interface FiniteFunction extends ComposedFunction {

  /**
   * What stands for NaN or an infinity.
   *
   * @throws IllegalArgumentException if nothing does, since such a value is an error
   */
  double finite(int feature, double invalid);

  @Override
  default double value(int feature, double x) {
    return function().value(feature, Double.isFinite(x) ? x : finite(feature, x));
  }

  @Override
  default void apply(double[] x) {
    if (!FiniteValues.all(x)) {
      for (int j = 0; j < x.length; j++) {
        x[j] = Double.isFinite(x[j]) ? x[j] : finite(j, x[j]);
      }
    }
    function().apply(x);
  }

  @Override
  default void apply(int[] indices, double[] x) {
    if (!FiniteValues.all(x)) {
      for (int i = 0; i < indices.length; i++) {
        x[i] = Double.isFinite(x[i]) ? x[i] : finite(indices[i], x[i]);
      }
    }
    function().apply(indices, x);
  }

  @Override
  default void column(int feature, double[] x) {
    if (!FiniteValues.all(x)) {
      for (int i = 0; i < x.length; i++) {
        x[i] = Double.isFinite(x[i]) ? x[i] : finite(feature, x[i]);
      }
    }
    function().column(feature, x);
  }
}
