package io.normact.sql.catalyst;

import io.normact.sql.column.RowRange;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.Option;
import scala.collection.Seq;

/** A {@link FeatureProjectExec} of batches of columns, which makes no rows. */
public final class ColumnarProjectExec extends FeatureProjectExec {

  private static final long serialVersionUID = 1L;

  /**
   * The projection; Spark makes copies of it by this constructor.
   *
   * @param projectList the columns
   * @param child what gives batches
   */
  public ColumnarProjectExec(Seq<NamedExpression> projectList, SparkPlan child) {
    super(projectList, child);
  }

  @Override
  public boolean supportsColumnar() {
    return true;
  }

  @Override
  public RDD<ColumnarBatch> doExecuteColumnar() {
    List<FeatureBatches.Field> fields = fields();
    return source()
        .executeColumnar()
        .toJavaRDD()
        .mapPartitions(batches -> new FeatureBatches(batches, fields))
        .rdd();
  }

  private List<FeatureBatches.Field> fields() {
    List<ExprId> columns =
        SparkLine.output(source()).stream().map(NamedExpression::exprId).toList();
    return projected().stream().map(field -> field(field, columns)).toList();
  }

  private static FeatureBatches.Field field(Expression field, List<ExprId> columns) {
    if (field instanceof TakenFeature taken) {
      return ((GatheredFeatures) taken.array()).field(taken.place(), columns, taken.dataType());
    }
    Attribute column = (Attribute) field;
    int place = columns.indexOf(column.exprId());
    return new FeatureBatches.Field(place, column.dataType(), column.dataType(), null, 0);
  }

  /** What Spark asks for of no operator that is columnar; for others than Spark. */
  @Override
  public RDD<InternalRow> doExecute() {
    return new ColumnarToRowExec(this).execute();
  }

  /** The classes of the columns, so that Spark's generated code calls them directly. */
  @Override
  public Option<scala.collection.immutable.Seq<String>> vectorTypes() {
    List<String> sources =
        source().vectorTypes().isDefined()
            ? SparkLine.list(source().vectorTypes().get())
            : List.of();
    List<FeatureBatches.Field> fields = fields();
    boolean inRanges = FeatureBatches.inRanges(fields);
    List<String> types =
        fields.stream()
            .map(
                field ->
                    field.function() != null
                        ? FeatureVector.class.getName()
                        : inRanges
                            ? RowRange.class.getName()
                            : sources.isEmpty()
                                ? ColumnVector.class.getName()
                                : sources.get(field.place()))
            .toList();
    return Option.apply(SparkLine.seq(types));
  }

  @Override
  ColumnarProjectExec of(
      scala.collection.immutable.List<NamedExpression> fields, SparkPlan source) {
    return new ColumnarProjectExec(fields, source);
  }
}
