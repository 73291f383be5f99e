package io.normact.sql;

import io.normact.sql.catalyst.SparkLine;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.collection.Seq;
import scala.runtime.AbstractFunction1;

/**
 * An SQL function as Spark's registry holds it. Spark calls it when a query is analysed and the
 * arguments' types are known, so all that is wrong with a call is said then.
 */
final class SqlFunction extends AbstractFunction1<Seq<Expression>, Expression> {

  private final ExpressionInfo info;
  private final boolean yieldsToUsers;
  private final Call call;

  /** Makes the expression of a call. */
  interface Call {
    Expression of(String name, List<Expression> arguments) throws AnalysisException;
  }

  /**
   * A function.
   *
   * @param info its name and description
   * @param yieldsToUsers whether a function that a user registered under its name is called in its
   *     place
   */
  SqlFunction(ExpressionInfo info, boolean yieldsToUsers, Call call) {
    this.info = info;
    this.yieldsToUsers = yieldsToUsers;
    this.call = call;
  }

  String name() {
    return info.getName();
  }

  ExpressionInfo info() {
    return info;
  }

  @Override
  public Expression apply(Seq<Expression> arguments) {
    Expression users = yieldsToUsers ? SparkLine.usersFunction(name(), arguments) : null;
    if (users != null) {
      return users;
    }
    try {
      return call.of(name(), List.copyOf(SparkLine.list(arguments)));
    } catch (AnalysisException e) {
      throw SqlFunction.<RuntimeException>unchecked(e);
    }
  }

  /** Throws it as Scala does, where no exception is checked. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // It is never of that type.
  private static <E extends Exception> E unchecked(Exception e) throws E {
    throw (E) e;
  }
}
