package io.normact.sql;

import io.normact.math.ActivationFunction;
import io.normact.math.row.Activations;
import io.normact.math.row.FeatureFunction;
import io.normact.sql.catalyst.FeatureColumns;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * Activation functions as columns, for use with the DataFrame API; in SQL text they are called by
 * their names. Any column that the stage takes will do: a number, a vector, {@code array<double>}
 * or {@code array<float>}; null gives null.
 *
 * <p>They don't depend on what functions the session has: neither one of the user's called {@code
 * activate} nor the settings of the SQL functions change them. With Spark Connect they are for the
 * client too; there the server needs this jar.
 *
 * <pre>{@code
 * import static io.normact.sql.ActivationFunctions.activate;
 *
 * data.select(activate(col("x"), "elu(alpha=0.5)"));
 * }</pre>
 */
public final class ActivationFunctions {

  private static final String ACTIVATE = "activate";
  private static final String SLOPE = "activation_slope";

  /** Whether this is more than a client of Spark Connect. */
  private static final boolean CLASSIC =
      isThere("org.apache.spark.sql.catalyst.expressions.Expression");

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
    return call(ACTIVATE, x, function, Activations::values);
  }

  /**
   * The function's derivative with respect to its input.
   *
   * @throws IllegalArgumentException if {@link ActivationFunction#parse} can't read the text, or
   *     the function is one of a whole vector
   */
  public static Column activationSlope(Column x, String function) {
    return activationSlope(x, ActivationFunction.parse(function));
  }

  /**
   * The function's derivative with respect to its input.
   *
   * @throws IllegalArgumentException if the function is one of a whole vector
   */
  public static Column activationSlope(Column x, ActivationFunction function) {
    return call(SLOPE, x, function, Activations::slopes);
  }

  private static Column call(
      String name,
      Column x,
      ActivationFunction function,
      Function<ActivationFunction, FeatureFunction> mapping) {
    // Made here and now, so that a slope that there is not is an error of the line that asks for
    // it.
    FeatureFunction mapped = mapping.apply(function);
    if (CLASSIC) {
      SqlFunctions.registerInternal();
    }
    Column text = functions.lit(function.toString());
    return CalledColumn.of(SqlFunctions.INTERNAL_PREFIX + name, x, text)
        .orElseGet(
            () ->
                CLASSIC
                    ? FeatureColumns.called(name, x, text, mapped, !function.elementwise())
                    : functions.call_function(name, x, text));
  }

  private static boolean isThere(String className) {
    try {
      Class.forName(className, false, Column.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
