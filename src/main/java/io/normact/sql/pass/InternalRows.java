package io.normact.sql.pass;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution$;
import org.apache.spark.sql.internal.SQLConf;
import scala.Option;

/**
 * The rows of a dataset in Catalyst's own memory, without conversion to objects. What an iterator
 * gives is good until the next row, and is any kind of {@link InternalRow}.
 *
 * <p>Whoever wants rows goes through {@link #execute}, so that no pass over them is hidden from
 * those who watch a session's queries.
 */
final class InternalRows {

  private static final String CALL_SITE = "callSite.short";

  private InternalRows() {}

  /**
   * Runs an action over the rows as one SQL execution, as {@code Dataset.collect} and its like do.
   * Its jobs stand together under this name in the user interface. Query listeners hear of its end.
   * What observes the rows on their way gets the metrics of this execution's first job. A later job
   * over rows that the action has kept does not read the source again.
   *
   * @param name what the user has called, such as {@code BatchNorm.fit}
   * @param action gets the rows, and has done with them when it returns
   */
  static <T> T execute(String name, Dataset<?> data, Function<JavaRDD<InternalRow>, T> action) {
    return executed(name, data, (query, conf) -> action.apply(rows(query, conf)));
  }

  /** The same, where the action has another way for rows that come as columns. */
  static <T> T execute(
      String name,
      Dataset<?> data,
      Function<JavaRDD<InternalRow>, T> action,
      Function<ScannedColumns, T> ofColumns) {
    return executed(
        name,
        data,
        (query, conf) ->
            ScannedColumns.of(query, conf)
                .map(ofColumns)
                .orElseGet(() -> action.apply(query.toRdd().toJavaRDD())));
  }

  private static <T> T executed(
      String name, Dataset<?> data, BiFunction<QueryExecution, SQLConf, T> action) {
    QueryExecution query = data.queryExecution();
    SQLConf conf = data.sparkSession().sessionState().conf();
    SparkContext context = data.sparkSession().sparkContext();
    String callSite = context.getLocalProperty(CALL_SITE);
    if (callSite == null) {
      context.setLocalProperty(CALL_SITE, name);
    }
    try {
      return SQLExecution$.MODULE$.withNewExecutionId(
          query, Option.apply(name), () -> action.apply(query, conf));
    } finally {
      context.setLocalProperty(CALL_SITE, callSite);
    }
  }

  private static JavaRDD<InternalRow> rows(QueryExecution query, SQLConf conf) {
    return ScannedColumns.of(query, conf)
        .filter(ScannedColumns::castNone)
        .map(ColumnarRows::of)
        .orElseGet(() -> query.toRdd().toJavaRDD());
  }
}
