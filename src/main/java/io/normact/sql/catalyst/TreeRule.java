package io.normact.sql.catalyst;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.QueryPlan;
import scala.Function1;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractPartialFunction;

/** Functions in Java as those in Scala by which Spark rewrites its trees. */
final class TreeRule {

  private TreeRule() {}

  static <T> Function1<T, T> function(UnaryOperator<T> function) {
    return new AbstractFunction1<>() {
      @Override
      public T apply(T x) {
        return function.apply(x);
      }
    };
  }

  /** For a rewriting that asks about each node whether a function is for it. */
  static <T> AbstractPartialFunction<T, T> everywhere(UnaryOperator<T> function) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(T x) {
        return true;
      }

      @Override
      public <A extends T, B> B applyOrElse(A x, Function1<A, B> otherwise) {
        @SuppressWarnings("unchecked")
        B y = (B) function.apply(x);
        return y;
      }
    };
  }

  /** The node with each of its expressions, and all that these consist of, rewritten. */
  @SuppressWarnings("unchecked") // A node's copy is of its own kind.
  static <T extends QueryPlan<?>> T mapped(T node, UnaryOperator<Expression> rule) {
    return (T)
        node.mapExpressions(function(expression -> expression.transformDown(everywhere(rule))));
  }
}
