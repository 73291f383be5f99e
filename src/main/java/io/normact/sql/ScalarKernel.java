package io.normact.sql;

import io.normact.math.FeatureFunction;
import java.io.Serializable;

/**
 * Applies a {@link FeatureFunction} to cells that hold one feature. Generated code calls it by
 * method name, so the class and its methods are public; it is no interface for users.
 */
public final class ScalarKernel implements Serializable {

  private static final long serialVersionUID = 1L;

  private final FeatureFunction function;

  /** A kernel of this function. */
  public ScalarKernel(FeatureFunction function) {
    this.function = function;
  }

  /** A cell of the feature with this number. */
  public double scalar(int feature, double x) {
    return function.value(feature, x);
  }

  /** As {@link #scalar(int, double)}, where a null is an error. */
  public double scalar(int feature, double x, boolean isNull) {
    checkNull(feature, isNull);
    return scalar(feature, x);
  }

  /** A float cell: computed in double, rounded once. */
  public float floatScalar(int feature, float x) {
    return (float) function.value(feature, x);
  }

  /** As {@link #floatScalar(int, float)}, where a null is an error. */
  public float floatScalar(int feature, float x, boolean isNull) {
    checkNull(feature, isNull);
    return floatScalar(feature, x);
  }

  private void checkNull(int feature, boolean isNull) {
    if (isNull) {
      throw new IllegalArgumentException(function.nullError(feature));
    }
  }
}
