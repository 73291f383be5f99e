package io.normact.job;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.util.QueryExecutionListener;
import scala.Option;

/**
 * Counts the rows of a query on their way to a sink.
 *
 * <p>Spark's {@code Observation} does the same, but leaves an object in the session that makes its
 * closures unserialisable, those of a logistic regression with a training summary among them.
 */
final class RowCounter implements QueryExecutionListener, AutoCloseable {

  private final SparkSession spark;
  private final String name = "rows-" + UUID.randomUUID();
  private final CompletableFuture<Long> rows = new CompletableFuture<>();

  RowCounter(SparkSession spark) {
    this.spark = spark;
    spark.listenerManager().register(this);
  }

  /** The same rows, counted when they are written. */
  Dataset<Row> counted(Dataset<Row> data) {
    return data.observe(name, functions.count(functions.lit(1)).as("rows"));
  }

  /** The number of rows, once the query has succeeded. */
  long rows() throws InterruptedException {
    try {
      return rows.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  @SuppressWarnings("GuardedBy") // The method is marked as guarded, but takes its lock itself.
  public void onSuccess(String function, QueryExecution query, long nanos) {
    Option<Row> metrics = query.observedMetrics().get(name);
    if (metrics.isDefined()) {
      rows.complete(metrics.get().getLong(0));
    }
  }

  @Override
  public void onFailure(String function, QueryExecution query, Exception exception) {
    // The write has thrown the same exception already.
  }

  @Override
  public void close() {
    spark.listenerManager().unregister(this);
  }
}
