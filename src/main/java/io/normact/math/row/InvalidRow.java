package io.normact.math.row;

import java.util.Arrays;

/**
 * A function to which every feature is NaN, whatever it holds.
 *
 * @param function what is applied then
 */
public record InvalidRow(FeatureFunction function) implements ComposedFunction {

  @Override
  public InvalidRow slice(int from, int length) {
    return new InvalidRow(function.slice(from, length));
  }

  @Override
  public boolean keepsZeros() {
    return false;
  }

  @Override
  public boolean readsNull() {
    return function.readsNull();
  }

  @Override
  public String nullError(int feature) {
    return function.nullError(feature);
  }

  @Override
  public double value(int feature, double x) {
    return function.value(feature, Double.NaN);
  }

  @Override
  public void apply(double[] x) {
    Arrays.fill(x, Double.NaN);
    function.apply(x);
  }

  @Override
  public void apply(int[] indices, double[] x) {
    Arrays.fill(x, Double.NaN);
    function.apply(indices, x);
  }

  @Override
  public void column(int feature, double[] x) {
    Arrays.fill(x, Double.NaN);
    function.column(feature, x);
  }

  @Override
  public String toString() {
    return "invalid, " + function;
  }
}
