package io.normact.math.row;

import io.normact.math.ActivationFunction;
import java.util.Locale;

/** Rows of features under one activation function for all of them: its values or its slopes. */
public final class Activations {

  private Activations() {}

  /** {@code y_j = f(x_j)}, or f of the whole row if the function is one of a whole vector. */
  public static FeatureFunction values(ActivationFunction function) {
    return new Values(function);
  }

  /**
   * {@code y_j = f'(x_j)}.
   *
   * @throws IllegalArgumentException if the function is one of a whole vector, whose derivative is
   *     a matrix
   */
  public static FeatureFunction slopes(ActivationFunction function) {
    if (!function.elementwise()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Function '%s' has no slope as a column, since each output depends on all inputs; choose an elementwise function.",
              function));
    }
    return new Slopes(function);
  }

  private record Values(ActivationFunction function) implements FeatureFunction {
    @Override
    public int features() {
      return ANY;
    }

    @Override
    public FeatureFunction slice(int from, int length) {
      return this;
    }

    @Override
    public boolean elementwise() {
      return function.elementwise();
    }

    @Override
    public boolean keepsZeros() {
      return function.elementwise() && function.value(0) == 0;
    }

    @Override
    public double value(int feature, double x) {
      return function.value(x);
    }

    @Override
    public void apply(double[] x) {
      function.values(x, x);
    }

    @Override
    public void apply(int[] indices, double[] x) {
      function.values(x, x);
    }

    @Override
    public void column(int feature, double[] x) {
      function.values(x, x);
    }

    @Override
    public String toString() {
      return function.toString();
    }
  }

  private record Slopes(ActivationFunction function) implements FeatureFunction {
    @Override
    public int features() {
      return ANY;
    }

    @Override
    public FeatureFunction slice(int from, int length) {
      return this;
    }

    @Override
    public boolean keepsZeros() {
      return function.slope(0) == 0;
    }

    @Override
    public double value(int feature, double x) {
      return function.slope(x);
    }

    @Override
    public void apply(double[] x) {
      function.slopes(x, x);
    }

    @Override
    public void apply(int[] indices, double[] x) {
      function.slopes(x, x);
    }

    @Override
    public void column(int feature, double[] x) {
      function.slopes(x, x);
    }

    @Override
    public String toString() {
      return "slope of " + function;
    }
  }
}
