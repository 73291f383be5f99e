package io.normact.ml;

import io.normact.math.row.FeatureFunction;
import io.normact.math.row.FiniteFunction;
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
    implements KeyedFunction, FiniteFunction {

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
  public double finite(int feature, double invalid) {
    throw RejectedValue.of(column(feature), invalid);
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

  private String column(int feature) {
    return columns.get(columns.size() == 1 ? 0 : feature);
  }
}
