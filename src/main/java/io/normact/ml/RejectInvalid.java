package io.normact.ml;

import io.normact.math.array.FiniteValues;
import io.normact.math.row.ComposedFunction;
import io.normact.math.row.FeatureFunction;
import io.normact.math.row.KeyNumbers;
import io.normact.math.row.KeyedFunction;
import io.normact.math.row.RejectedValue;
import java.util.List;

/**
 * A function that lets only finite values through to another, and no null.
 *
 * @param columns the column of each feature, or the one that holds all
 */
record RejectInvalid(FeatureFunction function, List<String> columns)
    implements KeyedFunction, ComposedFunction {

  @Override
  public RejectInvalid slice(int from, int length) {
    List<String> part = columns.size() == 1 ? columns : columns.subList(from, from + length);
    return new RejectInvalid(function.slice(from, length), List.copyOf(part));
  }

  @Override
  public RejectInvalid by(KeyNumbers numbers) {
    return new RejectInvalid(((KeyedFunction) function).by(numbers), columns);
  }

  @Override
  public String nullError(int feature) {
    return RejectedValue.message(column(feature), "null");
  }

  @Override
  public double value(int feature, double x) {
    check(feature, x);
    return function.value(feature, x);
  }

  @Override
  public void apply(double[] x) {
    if (!FiniteValues.all(x)) {
      for (int j = 0; j < x.length; j++) {
        check(j, x[j]);
      }
    }
    function.apply(x);
  }

  @Override
  public void apply(int[] indices, double[] x) {
    if (!FiniteValues.all(x)) {
      for (int i = 0; i < x.length; i++) {
        check(indices[i], x[i]);
      }
    }
    function.apply(indices, x);
  }

  @Override
  public void column(int feature, double[] x) {
    if (!FiniteValues.all(x)) {
      for (double value : x) {
        check(feature, value);
      }
    }
    function.column(feature, x);
  }

  /** Whether the other guards the same function; the columns are for messages. */
  @Override
  public boolean equals(Object other) {
    return other instanceof RejectInvalid that && function.equals(that.function);
  }

  @Override
  public int hashCode() {
    return function.hashCode();
  }

  @Override
  public String toString() {
    return "finite " + function;
  }

  private void check(int feature, double x) {
    if (!Double.isFinite(x)) {
      throw RejectedValue.of(column(feature), x);
    }
  }

  private String column(int feature) {
    return columns.get(columns.size() == 1 ? 0 : feature);
  }
}
