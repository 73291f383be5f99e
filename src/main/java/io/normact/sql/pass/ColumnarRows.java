package io.normact.sql.pass;

import io.normact.sql.catalyst.SparkLine;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecutionRDD;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * The rows of a query that ends in batches of columns, as a scan of Parquet or ORC does, read where
 * they lie. Spark's own last step would write each into an {@code UnsafeRow}, which was a quarter
 * of the processor time of a fit of 32 features.
 */
final class ColumnarRows implements Iterator<InternalRow> {

  private final Iterator<ColumnarBatch> batches;

  /** Where each field of a row is among the columns of a batch. */
  private final int[] columns;

  private Iterator<InternalRow> rows = Collections.emptyIterator();

  private ColumnarRows(Iterator<ColumnarBatch> batches, int[] columns) {
    this.batches = batches;
    this.columns = columns;
  }

  /**
   * The query's rows, read with the session's settings; empty if it does more with columns than to
   * choose and rename some.
   */
  static Optional<JavaRDD<InternalRow>> of(QueryExecution query, SQLConf conf) {
    SparkPlan last = query.executedPlan();
    if (last instanceof WholeStageCodegenExec stage) {
      last = stage.child();
    }
    List<? extends NamedExpression> fields = SparkLine.output(last);
    if (last instanceof ProjectExec project) {
      fields = SparkLine.projectList(project);
      last = project.child();
    }
    if (!(last instanceof ColumnarToRowExec toRows)) {
      return Optional.empty();
    }
    int[] columns = columns(fields, SparkLine.output(toRows));
    if (Arrays.stream(columns).anyMatch(column -> column < 0)) {
      return Optional.empty();
    }
    SparkPlan source = toRows.child() instanceof InputAdapter scan ? scan.child() : toRows.child();
    RDD<InternalRow> rows =
        source
            .executeColumnar()
            .toJavaRDD()
            .mapPartitions(
                (Iterator<ColumnarBatch> batches) ->
                    (Iterator<InternalRow>) new ColumnarRows(batches, columns))
            .rdd();
    // As Spark's toRdd() does: without it the tasks would not know the session's settings.
    return Optional.of(new SQLExecutionRDD(rows, conf).toJavaRDD());
  }

  /** The column that each field is; -1 where it is computed. */
  private static int[] columns(List<? extends NamedExpression> fields, List<Attribute> source) {
    List<ExprId> ids = source.stream().map(NamedExpression::exprId).toList();
    return fields.stream()
        .map(field -> field instanceof Alias alias ? alias.child() : field)
        .mapToInt(field -> field instanceof Attribute column ? ids.indexOf(column.exprId()) : -1)
        .toArray();
  }

  @Override
  public boolean hasNext() {
    while (!rows.hasNext() && batches.hasNext()) {
      rows = rows(batches.next());
    }
    return rows.hasNext();
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException("There are no more rows to read.");
    }
    return rows.next();
  }

  private Iterator<InternalRow> rows(ColumnarBatch batch) {
    ColumnVector[] fields =
        Arrays.stream(columns).mapToObj(batch::column).toArray(ColumnVector[]::new);
    return new ColumnarBatch(fields, batch.numRows()).rowIterator();
  }
}
