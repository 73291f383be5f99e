package io.normact.sql.catalyst;

import io.normact.math.array.FiniteValues;
import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.ColumnValues;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Batches of columns, some of them as they come and some put through a {@link FeatureFunction}.
 *
 * <p>The rows before a value that a function rejects are handed on first; only then it is an error.
 * So it is where rows are read one by one: {@code LIMIT 5} does not see what stands in the sixth
 * row.
 */
final class FeatureBatches implements Iterator<ColumnarBatch> {

  /**
   * A column of the result.
   *
   * @param place of its source in a batch
   * @param from the source's type
   * @param to its own type
   * @param function what its values go through; null if it is the source
   * @param feature which of the function's features it is
   */
  record Field(int place, DataType from, DataType to, FeatureFunction function, int feature)
      implements Serializable {}

  private final Iterator<ColumnarBatch> batches;
  private final List<Field> fields;
  private ColumnarBatch filled;
  private double[][] memory;
  private IllegalArgumentException error;

  FeatureBatches(Iterator<ColumnarBatch> batches, List<Field> fields) {
    this.batches = batches;
    this.fields = fields;
  }

  @Override
  public boolean hasNext() {
    return error != null || batches.hasNext();
  }

  @Override
  public ColumnarBatch next() {
    if (error != null) {
      throw error;
    }
    if (!batches.hasNext()) {
      throw new NoSuchElementException("There are no more batches to read.");
    }
    ColumnarBatch batch = batches.next();
    try {
      return mapped(batch, batch.numRows());
    } catch (IllegalArgumentException e) {
      error = e;
      return mapped(batch, validRows(batch));
    }
  }

  private ColumnarBatch mapped(ColumnarBatch batch, int rows) {
    ColumnVector[] columns = new ColumnVector[fields.size()];
    for (int j = 0; j < columns.length; j++) {
      Field field = fields.get(j);
      ColumnVector source = batch.column(field.place);
      columns[j] = field.function == null ? source : mapped(field, source, memory(batch, j, rows));
    }
    return new ColumnarBatch(columns, rows);
  }

  /**
   * For a field's values. A scan that fills a batch again does so when nobody reads what was in it
   * any more. Then the memory of its values is filled again too, while a processor's cache has it.
   */
  private double[] memory(ColumnarBatch batch, int j, int rows) {
    if (batch != filled) {
      filled = batch;
      memory = new double[fields.size()][0];
    }
    if (memory[j].length != rows) {
      memory[j] = new double[rows];
    }
    return memory[j];
  }

  private static FeatureVector mapped(Field field, ColumnVector source, double[] x) {
    int rows = x.length;
    boolean[] nulls = source.hasNull() ? ColumnValues.nulls(source, rows) : null;
    ColumnValues.read(source, field.from, 0, x, rows);
    boolean readsNull = field.function.readsNull();
    if (nulls != null) {
      rejectNull(field, nulls);
      for (int i = 0; i < rows; i++) {
        // A function may reject the NaN that a null reads as.
        x[i] = nulls[i] && !readsNull ? 0 : x[i];
      }
    }
    field.function.column(field.feature, x);
    if (!FiniteValues.all(x)) {
      for (int i = 0; i < rows; i++) {
        // There is one NaN, as in ScalarFunction.
        x[i] = Double.isNaN(x[i]) ? Double.NaN : x[i];
      }
    }
    return new FeatureVector(field.to, x, readsNull ? null : nulls, source);
  }

  private static void rejectNull(Field field, boolean[] nulls) {
    String message = field.function.nullError(field.feature);
    for (int i = 0; message != null && i < nulls.length; i++) {
      if (nulls[i]) {
        throw new IllegalArgumentException(message);
      }
    }
  }

  /** How many rows stand before the first that a function rejects, whose error is kept. */
  private int validRows(ColumnarBatch batch) {
    int row = 0;
    try {
      while (row < batch.numRows()) {
        for (Field field : fields) {
          if (field.function != null) {
            check(field, batch.column(field.place), row);
          }
        }
        row++;
      }
      throw new IllegalStateException("A batch was rejected, but none of its rows is.", error);
    } catch (IllegalArgumentException e) {
      error = e;
      return row;
    }
  }

  private static void check(Field field, ColumnVector source, int row) {
    if (!source.isNullAt(row)) {
      field.function.value(field.feature, ColumnValues.value(source, field.from, row));
      return;
    }
    String message = field.function.nullError(field.feature);
    if (message != null) {
      throw new IllegalArgumentException(message);
    }
  }
}
