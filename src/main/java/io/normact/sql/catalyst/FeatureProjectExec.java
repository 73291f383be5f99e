package io.normact.sql.catalyst;

import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.UnknownPartitioning;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.Seq;
import scala.collection.immutable.IndexedSeq;

/**
 * A projection whose expressions are columns as they are and features taken from {@link
 * GatheredFeatures} of columns: {@code ProjectExec} for nothing else, and therefore faster.
 */
abstract class FeatureProjectExec extends SparkPlan implements SparkLine.Operator {

  private static final long serialVersionUID = 1L;

  private final scala.collection.immutable.List<NamedExpression> projectList;
  private final SparkPlan child;

  FeatureProjectExec(Seq<NamedExpression> projectList, SparkPlan child) {
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

  /** What gives the columns. */
  final SparkPlan source() {
    return child;
  }

  /** The expressions, each an {@link Attribute} or a {@link TakenFeature}. */
  final List<Expression> projected() {
    return SparkLine.list(projectList).stream()
        .map(field -> field instanceof Alias alias ? alias.child() : (Expression) field)
        .toList();
  }

  /** The same projection of another source. */
  abstract SparkPlan of(scala.collection.immutable.List<NamedExpression> fields, SparkPlan source);

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
    return of(projectList, newChildren.apply(0));
  }

  /** As Scala 2.12 calls it. */
  @Override
  public SparkPlan withNewChildrenInternal(scala.collection.IndexedSeq<SparkPlan> newChildren) {
    return of(projectList, newChildren.apply(0));
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
    return other != null && other.getClass() == getClass();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (canEqual(other)
            && projectList.equals(((FeatureProjectExec) other).projectList)
            && child.equals(((FeatureProjectExec) other).child));
  }

  @Override
  public int hashCode() {
    return Objects.hash(projectList, child);
  }
}
