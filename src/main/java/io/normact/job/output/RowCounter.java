package io.normact.job.output;

import java.io.Serializable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts the rows of a query on their way to a sink, by an accumulator, which comes back with the
 * results of the tasks. Spark takes it once from each task of the last stage, whatever is tried
 * again.
 *
 * <p>Spark's {@code Observation} and a listener learn of their numbers by an event. Spark drops
 * events when listeners are slow, and whoever waits for one then waits for ever.
 */
final class RowCounter {

  private final LongAccumulator rows;

  RowCounter(SparkSession spark) {
    rows = spark.sparkContext().longAccumulator();
  }

  /** The same rows, counted when they are written. */
  Dataset<Row> counted(Dataset<Row> data) {
    return data.filter(
        functions.udf(new Count(rows), DataTypes.BooleanType).asNondeterministic().apply());
  }

  /** The number of rows, once the query has succeeded. */
  long rows() {
    return rows.value();
  }

  /** Lets every row through; not deterministic, so that Spark calls it once for each. */
  private record Count(LongAccumulator rows) implements UDF0<Boolean>, Serializable {
    @Override
    public Boolean call() {
      rows.add(1);
      return true;
    }
  }
}
