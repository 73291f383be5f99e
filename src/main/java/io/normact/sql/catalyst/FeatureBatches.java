package io.normact.sql.catalyst;

import io.normact.math.array.FiniteValues;
import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.ColumnValues;
import io.normact.sql.column.RowRange;
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

  /**
   * The most rows of a batch that are handed on as one. While they are read, row by row, a
   * processor's cache still has what was read and computed for them; of a batch of Spark's, 4096
   * rows, it would have lost that.
   */
  static final int MOST_ROWS = 1024;

  private final Iterator<ColumnarBatch> batches;
  private final List<Field> fields;
  private final boolean inRanges;
  private ColumnarBatch batch;
  private int from;
  private boolean isHandedOn = true;
  private boolean isFilledAgain;
  private double[][] memory;
  private IllegalArgumentException error;

  FeatureBatches(Iterator<ColumnarBatch> batches, List<Field> fields) {
    this.batches = batches;
    this.fields = fields;
    this.inRanges = inRanges(fields);
  }

  /** Whether batches are handed on in ranges of rows, each source as a {@link RowRange}. */
  static boolean inRanges(List<Field> fields) {
    return fields.stream().allMatch(field -> RowRange.supports(field.from));
  }

  @Override
  public boolean hasNext() {
    return error != null || !isHandedOn || batches.hasNext();
  }

  @Override
  public ColumnarBatch next() {
    if (error != null) {
      throw error;
    }
    if (isHandedOn) {
      fetch();
    }
    int left = batch.numRows() - from;
    int rows = inRanges ? Math.min(left, MOST_ROWS) : left;
    isHandedOn = rows == left;
    try {
      ColumnarBatch result = mapped(rows);
      from += rows;
      return result;
    } catch (IllegalArgumentException e) {
      error = e;
      isHandedOn = true;
      return mapped(validRows(rows));
    }
  }

  private void fetch() {
    if (!batches.hasNext()) {
      throw new NoSuchElementException("There are no more batches to read.");
    }
    ColumnarBatch next = batches.next();
    isFilledAgain = next == batch;
    if (!isFilledAgain) {
      memory = new double[fields.size()][0];
    }
    batch = next;
    from = 0;
  }

  private ColumnarBatch mapped(int rows) {
    ColumnVector[] columns = new ColumnVector[fields.size()];
    for (int j = 0; j < columns.length; j++) {
      Field field = fields.get(j);
      ColumnVector source = batch.column(field.place);
      columns[j] =
          field.function != null
              ? mapped(field, source, memory(j, rows))
              : inRanges ? RowRange.of(source, from, isHandedOn) : source;
    }
    return new ColumnarBatch(columns, rows);
  }

  /**
   * For a field's values. A scan that fills a batch again does so when nobody reads what was in it
   * any more. Then the memory of its values is filled again too, while a processor's cache has it.
   */
  private double[] memory(int j, int rows) {
    if (!isFilledAgain) {
      return new double[rows];
    }
    if (memory[j].length != rows) {
      memory[j] = new double[rows];
    }
    return memory[j];
  }

  private FeatureVector mapped(Field field, ColumnVector source, double[] x) {
    int rows = x.length;
    boolean[] nulls = source.hasNull() ? ColumnValues.nulls(source, from, rows) : null;
    ColumnValues.read(source, field.from, from, x, rows);
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
    return new FeatureVector(field.to, x, readsNull ? null : nulls, isHandedOn ? source : null);
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
  private int validRows(int rows) {
    int row = 0;
    try {
      while (row < rows) {
        for (Field field : fields) {
          if (field.function != null) {
            check(field, batch.column(field.place), from + row);
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
