package io.normact.sql;

import io.normact.math.ActivationFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * Activation functions as columns, for use with the DataFrame API; in SQL text they are called by
 * their names. Any column that the stage takes will do: a number, a vector, {@code array<double>}
 * or {@code array<float>}; null gives null.
 *
 * <pre>{@code
 * import static io.normact.sql.ActivationFunctions.activate;
 *
 * data.select(activate(col("x"), "elu(alpha=0.5)"));
 * }</pre>
 */
public final class ActivationFunctions {

  private ActivationFunctions() {}

  /**
   * The function's value, column by column.
   *
   * @throws IllegalArgumentException if {@link ActivationFunction#parse} can't read the text; a
   *     column of another type is an error when the query is analysed
   */
  public static Column activate(Column x, String function) {
    return activate(x, ActivationFunction.parse(function));
  }

  /** The function's value, column by column. */
  public static Column activate(Column x, ActivationFunction function) {
    return call(ActivationExpression.ACTIVATE, x, function);
  }

  /**
   * The function's derivative with respect to its input.
   *
   * @throws IllegalArgumentException if {@link ActivationFunction#parse} can't read the text; a
   *     function of a whole vector is an error when the query is analysed
   */
  public static Column activationSlope(Column x, String function) {
    return activationSlope(x, ActivationFunction.parse(function));
  }

  /** The function's derivative with respect to its input. */
  public static Column activationSlope(Column x, ActivationFunction function) {
    return call(ActivationExpression.SLOPE, x, function);
  }

  private static Column call(String name, Column x, ActivationFunction function) {
    return functions.call_function(name, x, functions.lit(function.toString()));
  }
}
