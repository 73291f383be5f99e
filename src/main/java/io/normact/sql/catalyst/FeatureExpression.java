package io.normact.sql.catalyst;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** An expression as a node of Catalyst's tree: its children, its copies and its equality. */
abstract class FeatureExpression extends Expression
    implements SparkLine.Node<Expression>, Serializable {

  private static final long serialVersionUID = 1L;

  private final Seq<Expression> children;
  private final List<?> settings;

  /**
   * A node.
   *
   * @param children the expressions it is made from
   * @param settings whatever else its values follow from; equal ones make equal expressions
   */
  FeatureExpression(List<Expression> children, Object... settings) {
    this.children = SparkLine.seq(children);
    this.settings = List.of(settings);
  }

  /** The same expression of other children. */
  abstract FeatureExpression of(List<Expression> newChildren);

  @Override
  public final Seq<Expression> children() {
    return children;
  }

  @Override
  public final Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return of(List.copyOf(SparkLine.list(newChildren)));
  }

  /** As Scala 2.12 calls it. */
  @Override
  public final Expression withNewChildrenInternal(
      scala.collection.IndexedSeq<Expression> newChildren) {
    return of(List.copyOf(SparkLine.list(newChildren)));
  }

  @Override
  public final int productArity() {
    return 1 + settings.size();
  }

  @Override
  public final Object productElement(int n) {
    return n == 0 ? children : settings.get(n - 1);
  }

  @Override
  public final boolean canEqual(Object other) {
    return other != null && getClass() == other.getClass();
  }

  @Override
  public final boolean equals(Object other) {
    return this == other
        || (canEqual(other)
            && settings.equals(((FeatureExpression) other).settings)
            && children.equals(((FeatureExpression) other).children));
  }

  @Override
  public final int hashCode() {
    return Objects.hash(children, settings);
  }
}
