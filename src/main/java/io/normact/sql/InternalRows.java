package io.normact.sql;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;

/** The rows of a dataset in Catalyst's own memory, without conversion to objects. */
final class InternalRows {

  private InternalRows() {}

  static JavaRDD<InternalRow> of(Dataset<?> data) {
    return ((org.apache.spark.sql.classic.Dataset<?>) data).queryExecution().toRdd().toJavaRDD();
  }
}
