package io.normact.sql.catalyst;

import java.util.List;
import java.util.Objects;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.UnknownPartitioning;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.Option;
import scala.collection.Seq;
import scala.collection.immutable.IndexedSeq;

/**
 * A projection of batches of columns, whose expressions are columns as they are and features taken
 * from {@link GatheredFeatures} of columns: what {@code ProjectExec} does with rows, without making
 * any.
 */
public final class ColumnarProjectExec extends SparkPlan implements SparkLine.Operator {

  private static final long serialVersionUID = 1L;

  private final scala.collection.immutable.List<NamedExpression> projectList;
  private final SparkPlan child;

  /**
   * The projection; Spark makes copies of it by this constructor.
   *
   * @param projectList the columns
   * @param child what gives batches
   */
  public ColumnarProjectExec(Seq<NamedExpression> projectList, SparkPlan child) {
    this.projectList = SparkLine.seq(SparkLine.list(projectList));
    this.child = child;
  }

  /** Whether this can be a column of such a projection. */
  static boolean canHave(NamedExpression expression) {
    return expression instanceof Attribute
        || (expression instanceof Alias alias
            && (alias.child() instanceof Attribute || isFeature(alias.child())));
  }

  /** Whether this is a feature, computed from columns alone and from each by itself. */
  static boolean isFeature(Expression expression) {
    return expression instanceof TakenFeature taken
        && taken.array() instanceof GatheredFeatures gathered
        && gathered.ofColumns();
  }

  @Override
  public boolean supportsColumnar() {
    return true;
  }

  @Override
  public RDD<ColumnarBatch> doExecuteColumnar() {
    List<FeatureBatches.Field> fields = fields();
    return child
        .executeColumnar()
        .toJavaRDD()
        .mapPartitions(batches -> new FeatureBatches(batches, fields))
        .rdd();
  }

  private List<FeatureBatches.Field> fields() {
    List<ExprId> columns = SparkLine.output(child).stream().map(NamedExpression::exprId).toList();
    return SparkLine.list(projectList).stream().map(field -> field(field, columns)).toList();
  }

  private static FeatureBatches.Field field(NamedExpression expression, List<ExprId> columns) {
    Expression field = expression instanceof Alias alias ? alias.child() : (Expression) expression;
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
        child.vectorTypes().isDefined() ? SparkLine.list(child.vectorTypes().get()) : List.of();
    List<String> types =
        fields().stream()
            .map(
                field ->
                    field.function() != null
                        ? FeatureVector.class.getName()
                        : sources.isEmpty()
                            ? ColumnVector.class.getName()
                            : sources.get(field.place()))
            .toList();
    return Option.apply(SparkLine.seq(types));
  }

  @Override
  public scala.collection.immutable.Seq<Attribute> output() {
    return SparkLine.seq(
        SparkLine.list(projectList).stream().map(NamedExpression::toAttribute).toList());
  }

  /** Rows stay where they are. */
  @Override
  public Partitioning outputPartitioning() {
    Partitioning partitioning = child.outputPartitioning();
    return partitioning instanceof Expression keys && !keys.references().subsetOf(outputSet())
        ? new UnknownPartitioning(partitioning.numPartitions())
        : partitioning;
  }

  @Override
  public scala.collection.immutable.Seq<SparkPlan> children() {
    return SparkLine.seq(List.of(child));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
    return new ColumnarProjectExec(projectList, newChildren.apply(0));
  }

  /** As Scala 2.12 calls it. */
  @Override
  public SparkPlan withNewChildrenInternal(scala.collection.IndexedSeq<SparkPlan> newChildren) {
    return new ColumnarProjectExec(projectList, newChildren.apply(0));
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int n) {
    return n == 0 ? projectList : child;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ColumnarProjectExec;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof ColumnarProjectExec that
            && projectList.equals(that.projectList)
            && child.equals(that.child));
  }

  @Override
  public int hashCode() {
    return Objects.hash(projectList, child);
  }
}
