package io.normact.sql;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.unsafe.Platform;

/**
 * The rows of a dataset in Catalyst's own memory, without conversion to objects. What an iterator
 * gives is good until the next row, and is any kind of {@link InternalRow}.
 */
final class InternalRows {

  private InternalRows() {}

  static JavaRDD<InternalRow> of(Dataset<?> data) {
    QueryExecution query = data.queryExecution();
    SQLConf conf = data.sparkSession().sessionState().conf();
    return ColumnarRows.of(query, conf).orElseGet(() -> query.toRdd().toJavaRDD());
  }

  /** Fills the array with fields of type double that follow one another; a null reads as NaN. */
  static void readDoubles(InternalRow row, int first, double[] values) {
    if (row instanceof UnsafeRow unsafe && !unsafe.anyNull()) {
      long bitSet = UnsafeRow.calculateBitSetWidthInBytes(unsafe.numFields());
      Platform.copyMemory(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + bitSet + (long) first * Double.BYTES,
          values,
          Platform.DOUBLE_ARRAY_OFFSET,
          (long) values.length * Double.BYTES);
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = row.isNullAt(first + i) ? Double.NaN : row.getDouble(first + i);
      }
    }
  }
}
