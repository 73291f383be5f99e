package io.normact.sql;

import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.math.row.Activations;
import io.normact.math.row.FeatureFunction;
import io.normact.sql.catalyst.FeatureColumns;
import io.normact.text.Given;
import java.util.Locale;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * Activation functions as columns, for the DataFrame API.
 *
 * <p>A column may be a number of any type, a vector, {@code array<double>} or {@code array<float>}.
 * Float stays float, vectors and arrays stay what they are, every other number becomes double. A
 * sparse vector stays sparse where f(0) = 0. null gives null, NaN gives NaN, an infinity gives the
 * limit. An empty vector or array stays empty. All is computed in double and rounded once. A text
 * that is a number is cast, and so is an array of them, as in SQL: one that is no number is an
 * error or null, as {@code spark.sql.ansi.enabled} says.
 *
 * <pre>{@code
 * import static io.normact.sql.ActivationFunctions.activate;
 *
 * data.select(activate(col("x"), "elu(alpha=0.5)"));
 * }</pre>
 *
 * <p>These columns don't depend on which functions the session has. Neither a user's own function
 * called {@code activate} nor the settings of the SQL functions change them. In SQL text call the
 * functions by their names: {@code elu(x, 0.5)}. In a pipeline that is to be saved use the stage
 * {@code io.normact.ml.Activation}, which is saved with its settings.
 *
 * <p>A client of Spark Connect can use them too. Its server needs this jar.
 */
public final class ActivationFunctions {

  private static final String ACTIVATE = "activate";
  private static final String SLOPE = "activation_slope";

  /** Whether this is more than a client of Spark Connect. */
  private static final boolean CLASSIC =
      isThere("org.apache.spark.sql.catalyst.expressions.Expression");

  private ActivationFunctions() {}

  /**
   * The function's value in each row.
   *
   * @param x a number, a vector, {@code array<double>} or {@code array<float>}; another type is an
   *     error when the query is analysed
   * @param function a text such as {@code "elu(alpha=0.5)"}
   * @return a column of the type of x, but double for every number that is not float; null where x
   *     is null
   * @throws IllegalArgumentException if {@link ActivationFunction#parse} can't read the text
   */
  public static Column activate(Column x, String function) {
    return activate(x, ActivationFunction.parse(function));
  }

  /**
   * The function's value in each row, as {@link #activate(Column, String)}, for a function that is
   * parsed already.
   *
   * @param x a number, a vector, {@code array<double>} or {@code array<float>}; for a function of a
   *     whole vector, such as softmax, no number
   * @param function the function
   * @return a column of the type of x, but double for every number that is not float
   */
  public static Column activate(Column x, ActivationFunction function) {
    return byText(ACTIVATE, x, function, Activations::values);
  }

  /**
   * The function's derivative with respect to its input, in each row.
   *
   * @param x as in {@link #activate(Column, String)}
   * @param function a text such as {@code "elu(alpha=0.5)"}
   * @return a column of the type of x, but double for every number that is not float; null where x
   *     is null
   * @throws IllegalArgumentException if {@link ActivationFunction#parse} can't read the text, or if
   *     the function is one of a whole vector, which has no slope for each element
   */
  public static Column activationSlope(Column x, String function) {
    return activationSlope(x, ActivationFunction.parse(function));
  }

  /**
   * The function's derivative with respect to its input, as {@link #activationSlope(Column,
   * String)}, for a function that is parsed already.
   *
   * @param x as in {@link #activate(Column, String)}
   * @param function an elementwise function
   * @return a column of the type of x, but double for every number that is not float
   * @throws IllegalArgumentException if the function is one of a whole vector
   */
  public static Column activationSlope(Column x, ActivationFunction function) {
    return byText(SLOPE, x, function, Activations::slopes);
  }

  /**
   * The call that SQL writes as {@code elu(x, 0.5)}. The column has that name; what is wrong with
   * the arguments is said by SQL's errors, on Spark 3.5 by this method and else when the query is
   * analysed.
   *
   * @param name a function's name in SQL, without a prefix: that of an activation function, {@code
   *     activate} or {@code activation_slope}; case does not matter
   * @param arguments as SQL takes them: a column as in {@link #activate(Column, String)}, then
   *     constants
   * @return a column of the type of x, but double for every number that is not float
   * @throws IllegalArgumentException if there is no such function
   */
  public static Column call(String name, Column... arguments) {
    String key =
        Given.argument(name, "name", "a function's name such as 'elu'")
            .strip()
            .toLowerCase(Locale.ROOT);
    for (Column argument : Given.argument(arguments, "arguments", "Columns")) {
      Given.argument(argument, "arguments", "Columns");
    }
    if (!key.equals(ACTIVATE) && !key.equals(SLOPE)) {
      Definition unused = Definition.named(key);
    }
    return internal(key, arguments);
  }

  private static Column byText(
      String name,
      Column x,
      ActivationFunction function,
      Function<ActivationFunction, FeatureFunction> mapping) {
    Given.argument(x, "x", "a Column");
    Given.argument(function, "function", "an activation function");
    // Made here and now, so that a slope that there is not is an error of the line that asks for
    // it.
    FeatureFunction unused = mapping.apply(function);
    return internal(name, x, functions.lit(function.toString()));
  }

  private static Column internal(String name, Column... arguments) {
    if (CLASSIC) {
      SqlFunctions.registerInternal();
    }
    return CalledColumn.of(SqlFunctions.INTERNAL_PREFIX + name, arguments)
        .orElseGet(
            () ->
                CLASSIC
                    ? FeatureColumns.called(SqlFunctions.internal(name), arguments)
                    : functions.call_function(name, arguments));
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
