package io.normact.ml;

import io.normact.math.FeatureFunction;
import io.normact.math.FiniteValues;

/** A function that lets only finite values through to another, and no null. */
record RejectInvalid(FeatureFunction function, String column) implements FeatureFunction {

  private String message(String value) {
    return "Column '%s' holds %s, which handleInvalid=error rejects; clean the data or choose skip or keep."
        .formatted(column, value);
  }

  @Override
  public int features() {
    return function.features();
  }

  @Override
  public FeatureFunction slice(int from, int length) {
    return new RejectInvalid(function.slice(from, length), column);
  }

  @Override
  public boolean keepsZeros() {
    return function.keepsZeros();
  }

  @Override
  public String nullError() {
    return message("null");
  }

  @Override
  public double value(int feature, double x) {
    check(x);
    return function.value(feature, x);
  }

  @Override
  public void apply(double[] x) {
    checkAll(x);
    function.apply(x);
  }

  @Override
  public void apply(int[] indices, double[] x) {
    checkAll(x);
    function.apply(indices, x);
  }

  private void check(double x) {
    if (!Double.isFinite(x)) {
      throw new IllegalArgumentException(message(Double.toString(x)));
    }
  }

  private void checkAll(double[] x) {
    if (!FiniteValues.all(x)) {
      for (double value : x) {
        check(value);
      }
    }
  }
}
