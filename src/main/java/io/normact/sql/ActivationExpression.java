package io.normact.sql;

import io.normact.math.ActivationFunction;
import io.normact.math.Activations;
import io.normact.math.Definition;
import io.normact.math.FeatureFunction;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * Makes the expression of a call of one of normact's SQL functions. Spark asks for it when a query
 * is analysed and the arguments' types are known, so all that is wrong with a call is said then.
 */
final class ActivationExpression {

  static final String ACTIVATE = "activate";
  static final String SLOPE = "activation_slope";

  private ActivationExpression() {}

  /** {@code name(x)} or {@code name(x, parameter, ...)}. */
  static Expression named(Definition definition, List<Expression> arguments) {
    String name = definition.name();
    List<Definition.ParameterDefinition> parameters = definition.parameters();
    if (arguments.isEmpty() || arguments.size() > 1 + parameters.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Function %s takes a column%s, but got %d arguments.",
              name,
              parameters.isEmpty()
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      " and at most %d parameters (%s)",
                      parameters.size(),
                      definition.signature()),
              arguments.size()));
    }
    double[] values = new double[arguments.size() - 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(name, parameters.get(i), arguments.get(i + 1));
    }
    ActivationFunction function = definition.create(values);
    return of(name, function, Activations.values(function), arguments.get(0));
  }

  /** {@code activate(x, 'text')}. */
  static Expression activate(List<Expression> arguments) {
    ActivationFunction function = function(ACTIVATE, arguments);
    return of(ACTIVATE, function, Activations.values(function), arguments.get(0));
  }

  /** {@code activation_slope(x, 'text')}. */
  static Expression slope(List<Expression> arguments) {
    ActivationFunction function = function(SLOPE, arguments);
    return of(SLOPE, function, Activations.slopes(function), arguments.get(0));
  }

  private static ActivationFunction function(String name, List<Expression> arguments) {
    if (arguments.size() != 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Function %s takes a column and the text of an activation function, but got %d arguments.",
              name,
              arguments.size()));
    }
    Expression text = arguments.get(1);
    if (!text.foldable() || !(text.dataType() instanceof StringType)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The activation function of %s is %s, but must be a constant text such as 'elu(alpha=0.5)'.",
              name,
              text.sql()));
    }
    Object value = text.eval(null);
    return ActivationFunction.parse(value == null ? null : value.toString());
  }

  private static double number(
      String name, Definition.ParameterDefinition parameter, Expression argument) {
    Object value = null;
    if (argument.foldable() && argument.dataType() instanceof NumericType) {
      value = FeatureColumns.cast(argument, DataTypes.DoubleType).eval(null);
    }
    if (value == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Parameter %s of %s is %s, but must be a constant number.",
              parameter.name(),
              name,
              argument.sql()));
    }
    return (double) value;
  }

  private static Expression of(
      String name, ActivationFunction function, FeatureFunction mapped, Expression input) {
    Expression x =
        input.dataType() instanceof NullType ? new Literal(null, DataTypes.DoubleType) : input;
    DataType type = x.dataType();
    ColumnKind kind =
        ColumnKind.of(type)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        String.format(
                            Locale.ROOT,
                            "Function %s takes %s, but %s is of type %s.",
                            name,
                            ColumnKind.ACCEPTED,
                            input.sql(),
                            type.catalogString())));
    if (kind.isScalar() && !function.elementwise()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Function %s works across a vector or array, but %s holds one number a row.",
              function.name(),
              input.sql()));
    }
    return FeatureColumns.expression(
        mapped, 0, x, new StructField(input.sql(), type, true, Metadata.empty()));
  }
}
