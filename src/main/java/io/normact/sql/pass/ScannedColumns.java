package io.normact.sql.pass;

import io.normact.sql.catalyst.SparkLine;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.execution.ColumnarToRowTransition;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecutionRDD;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * A query that comes to batches of columns, such as a scan of Parquet or ORC, and then does no more
 * than choose and rename columns, and cast numbers to double.
 *
 * @param source the last step before that
 * @param conf the session's settings
 * @param fields where the query's fields are in a batch
 */
record ScannedColumns(SparkPlan source, SQLConf conf, List<Field> fields) {

  /**
   * A field of the query.
   *
   * @param place of its column in a batch
   * @param type of that column
   * @param cast whether the field is that column cast to double
   */
  record Field(int place, DataType type, boolean cast) implements Serializable {}

  /** The columns of a query, if it is of this kind. */
  static Optional<ScannedColumns> of(QueryExecution query, SQLConf conf) {
    SparkPlan last = query.executedPlan();
    if (last instanceof WholeStageCodegenExec stage) {
      last = stage.child();
    }
    List<? extends NamedExpression> expressions = SparkLine.output(last);
    if (last instanceof ProjectExec project) {
      expressions = SparkLine.projectList(project);
      last = project.child();
    }
    if (!(last instanceof ColumnarToRowTransition toRows)) {
      return Optional.empty();
    }
    SparkPlan batches = toRows.child();
    SparkPlan source = batches instanceof InputAdapter scan ? scan.child() : batches;
    List<ExprId> ids = SparkLine.output(last).stream().map(NamedExpression::exprId).toList();
    List<Field> fields = new ArrayList<>();
    for (NamedExpression expression : expressions) {
      Optional<Field> field = field(expression, ids);
      if (field.isEmpty()) {
        return Optional.empty();
      }
      fields.add(field.get());
    }
    return Optional.of(new ScannedColumns(source, conf, fields));
  }

  private static Optional<Field> field(NamedExpression expression, List<ExprId> ids) {
    Expression field = expression instanceof Alias alias ? alias.child() : (Expression) expression;
    boolean cast = field instanceof Cast;
    if (field instanceof Cast number) {
      if (!(number.dataType() instanceof DoubleType)
          || !(number.child().dataType() instanceof NumericType)) {
        return Optional.empty();
      }
      field = number.child();
    }
    return field instanceof Attribute column && ids.contains(column.exprId())
        ? Optional.of(new Field(ids.indexOf(column.exprId()), column.dataType(), cast))
        : Optional.empty();
  }

  /** The batches. */
  @SuppressWarnings({"unchecked", "rawtypes"}) // SQLExecutionRDD hands on what it gets.
  JavaRDD<ColumnarBatch> batches() {
    // As Spark's toRdd() does: without it the tasks would not know the session's settings.
    RDD rows = source.executeColumnar();
    return ((RDD<ColumnarBatch>) (RDD) new SQLExecutionRDD(rows, conf)).toJavaRDD();
  }

  /** Whether all fields are columns as they are. */
  boolean castNone() {
    return fields.stream().noneMatch(Field::cast);
  }
}
