package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;

/** Features as they are. */
enum UnchangedFeatures implements FeatureFunction {
  /** The one function. */
  INSTANCE;

  @Override
  public int features() {
    return ANY;
  }

  @Override
  public boolean keepsZeros() {
    return true;
  }

  @Override
  public FeatureFunction slice(int from, int length) {
    return this;
  }

  @Override
  public double value(int feature, double x) {
    return x;
  }

  @Override
  public void apply(double[] x) {}

  @Override
  public void apply(int[] indices, double[] x) {}

  @Override
  public void column(int feature, double[] x) {}

  @Override
  public String toString() {
    return "unchanged";
  }
}
