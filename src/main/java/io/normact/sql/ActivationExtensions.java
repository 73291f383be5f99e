package io.normact.sql;

import io.normact.math.Definition;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Registers the SQL functions in every session whose class path holds this jar; Spark finds it
 * through META-INF/services. A name that Spark has already, such as {@code tanh}, stays Spark's.
 */
public final class ActivationExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit>
    implements SparkSessionExtensionsProvider {

  private static final String SINCE = "0.1.0";

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (Definition definition : Definition.all()) {
      FunctionIdentifier name = new FunctionIdentifier(definition.name());
      if (!FunctionRegistry.builtin().functionExists(name)) {
        register(
            extensions,
            definition.name(),
            info(definition),
            arguments -> ActivationExpression.named(definition, arguments));
      }
    }
    register(
        extensions,
        ActivationExpression.ACTIVATE,
        info(
            ActivationExpression.ACTIVATE,
            "(x, function) - The activation function that the constant text names, of x.",
            "> SELECT _FUNC_(-1D, 'leaky_relu(alpha=0.25)');\n       -0.25"),
        ActivationExpression::activate);
    register(
        extensions,
        ActivationExpression.SLOPE,
        info(
            ActivationExpression.SLOPE,
            "(x, function) - The derivative, with respect to x, of the activation function that"
                + " the constant text names.",
            "> SELECT _FUNC_(0D, 'sigmoid');\n       0.25"),
        ActivationExpression::slope);
    return BoxedUnit.UNIT;
  }

  private static void register(
      SparkSessionExtensions extensions,
      String name,
      ExpressionInfo info,
      Function<List<Expression>, Expression> builder) {
    extensions.injectFunction(
        new Tuple3<>(
            new FunctionIdentifier(name),
            info,
            new AbstractFunction1<Seq<Expression>, Expression>() {
              @Override
              public Expression apply(Seq<Expression> arguments) {
                return builder.apply(CollectionConverters.asJava(arguments));
              }
            }));
  }

  private static ExpressionInfo info(Definition definition) {
    StringBuilder arguments = new StringBuilder("(x");
    StringBuilder defaults = new StringBuilder();
    for (Definition.ParameterDefinition parameter : definition.parameters()) {
      arguments.append(", ").append(parameter.name());
      defaults.append(
          String.format(
              Locale.ROOT,
              " %s: %s, default %s.",
              parameter.name(),
              parameter.range(),
              parameter.defaultValue()));
    }
    String x = definition.elementwise() ? "1D" : "array(1D, 2D)";
    Object value = definition.elementwise() ? definition.create().value(1) : row(definition);
    return info(
        definition.name(),
        arguments + ") - " + definition.formula() + "." + defaults,
        String.format(Locale.ROOT, "> SELECT _FUNC_(%s);\n       %s", x, value));
  }

  /** An example's result as the SQL shell prints an array. */
  private static String row(Definition definition) {
    double[] row = {1, 2};
    definition.create().values(row, row);
    return String.format(Locale.ROOT, "[%s,%s]", row[0], row[1]);
  }

  private static ExpressionInfo info(String name, String usage, String example) {
    return new ExpressionInfo(
        ActivationExpression.class.getName(),
        null,
        name,
        "_FUNC_" + usage,
        "",
        "\n    Examples:\n      " + example + "\n  ",
        "",
        "math_funcs",
        SINCE,
        "",
        "java_udf");
  }
}
