package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.InternalArrays;
import io.normact.sql.column.UnsafeDoubles;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * Makes the arrays of {@link GatheredFeatures}, row after row. As with a {@link CellMapper}, the
 * memory is its own and is used again for the next row.
 */
public final class FeatureGatherer {

  private static final int NOT_ADJACENT = -1;

  private final Expression[] inputs;
  private final FeatureFunction function;
  private final double[] x;
  private final UnsafeDoubles values;

  /** The field of the first input where the others follow it in the row's memory. */
  private final int first;

  FeatureGatherer(Expression[] inputs, FeatureFunction function) {
    this.inputs = inputs;
    this.function = function;
    x = new double[inputs.length];
    values = new UnsafeDoubles(0, inputs.length);
    first = firstField(inputs);
  }

  /** The array of a row's features, good until the next row. */
  public ArrayData gather(InternalRow row) {
    long nulls = first == NOT_ADJACENT ? evaluate(row) : read(row);
    if (nulls != 0) {
      rejectNull(Long.numberOfTrailingZeros(nulls));
    }
    function.apply(x);
    values.fill(x);
    for (long rest = nulls; rest != 0; rest &= rest - 1) {
      values.setNull(Long.numberOfTrailingZeros(rest));
    }
    return values.array();
  }

  private static int firstField(Expression[] inputs) {
    int from = inputs[0] instanceof BoundReference reference ? reference.ordinal() : NOT_ADJACENT;
    for (int j = 0; j < inputs.length && from != NOT_ADJACENT; j++) {
      if (!(inputs[j] instanceof BoundReference next) || next.ordinal() != from + j) {
        return NOT_ADJACENT;
      }
    }
    return from;
  }

  /** Reads fields side by side; a null is NaN and a bit in the result. */
  private long read(InternalRow row) {
    InternalArrays.readDoubles(row, first, x);
    long nulls = 0;
    if (row.anyNull()) {
      for (int j = 0; j < x.length; j++) {
        nulls |= row.isNullAt(first + j) ? 1L << j : 0;
      }
    }
    return nulls;
  }

  /** As {@link #read}, for inputs anywhere in the row, or yet to be cast. */
  private long evaluate(InternalRow row) {
    long nulls = 0;
    for (int j = 0; j < x.length; j++) {
      Object value = inputs[j].eval(row);
      x[j] = value == null ? Double.NaN : (double) value;
      nulls |= value == null ? 1L << j : 0;
    }
    return nulls;
  }

  private void rejectNull(int feature) {
    String error = function.nullError(feature);
    if (error != null) {
      throw new IllegalArgumentException(error);
    }
  }
}
