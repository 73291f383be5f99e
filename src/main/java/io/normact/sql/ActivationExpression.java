package io.normact.sql;

import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.math.row.Activations;
import io.normact.math.row.FeatureFunction;
import io.normact.sql.catalyst.FeatureCall;
import io.normact.text.Counted;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;

/**
 * Makes the expression of a call of one of normact's SQL functions, or says what is wrong with the
 * call.
 */
final class ActivationExpression {

  static final String ACTIVATE = "activate";
  static final String SLOPE = "activation_slope";

  private static final String INPUT = "x";
  private static final String FUNCTION = "function";
  private static final Signature BY_TEXT = new Signature(List.of(INPUT, FUNCTION), 2);

  private ActivationExpression() {}

  /** {@code name(x)} or {@code name(x, parameter, ...)}. */
  static Expression named(Definition definition, String name, List<Expression> arguments)
      throws AnalysisException {
    List<Definition.ParameterDefinition> parameters = definition.parameters();
    int most = 1 + parameters.size();
    List<String> names =
        Stream.concat(
                Stream.of(INPUT), parameters.stream().map(Definition.ParameterDefinition::name))
            .toList();
    Signature signature = new Signature(names, 1);
    signature.checkNames(name, arguments);
    if (arguments.isEmpty() || arguments.size() > most) {
      throw CallError.count(
          name,
          most == 1 ? "1" : String.format(Locale.ROOT, "[1, %d]", most),
          arguments.size(),
          String.format(
              Locale.ROOT,
              "Function %s takes %s%s, but got %s.",
              name,
              definition.elementwise() ? "a column" : "one vector or array, such as array(x, y)",
              parameters.isEmpty()
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      " and at most %s (%s)",
                      Counted.of(parameters.size(), "parameter"),
                      definition.signature()),
              Counted.of(arguments.size(), "argument")));
    }
    List<Expression> arranged = signature.arrange(name, arguments);
    double[] values = new double[arranged.size() - 1];
    for (int i = 0; i < values.length; i++) {
      Definition.ParameterDefinition parameter = parameters.get(i);
      if (arranged.get(i + 1) == null) {
        arranged.set(i + 1, new Literal(parameter.defaultValue(), DataTypes.DoubleType));
      }
      values[i] = number(name, parameter, arranged.get(i + 1), arguments);
    }
    ActivationFunction function;
    try {
      function = definition.create(values);
    } catch (IllegalArgumentException e) {
      String all = String.join(", ", names.subList(1, names.size()));
      throw CallError.value(name, all, e.getMessage());
    }
    return FeatureCall.written(
        name, arranged, Activations.values(function), !function.elementwise());
  }

  /** {@code activate(x, 'text')}. */
  static Expression activate(String name, List<Expression> arguments) throws AnalysisException {
    return byText(name, arguments, Activations::values);
  }

  /** {@code activation_slope(x, 'text')}. */
  static Expression slope(String name, List<Expression> arguments) throws AnalysisException {
    return byText(name, arguments, Activations::slopes);
  }

  private static Expression byText(
      String name,
      List<Expression> arguments,
      Function<ActivationFunction, FeatureFunction> mapping)
      throws AnalysisException {
    BY_TEXT.checkNames(name, arguments);
    if (arguments.size() != BY_TEXT.required()) {
      throw CallError.count(
          name,
          "2",
          arguments.size(),
          String.format(
              Locale.ROOT,
              "Function %s takes a column and the text of an activation function, but got %s.",
              name,
              Counted.of(arguments.size(), "argument")));
    }
    List<Expression> arranged = BY_TEXT.arrange(name, arguments);
    Expression text = arranged.get(1);
    if (!text.foldable() || !(text.dataType() instanceof StringType)) {
      String sentence =
          String.format(
              Locale.ROOT,
              "The activation function of %s is %s, but must be a constant text such as 'elu(alpha=0.5)'.",
              name,
              FeatureCall.shown(text));
      throw text.foldable()
          ? CallError.value(name, FUNCTION, sentence)
          : CallError.notConstant(name, arguments, FUNCTION, DataTypes.StringType, text, sentence);
    }
    Object value = text.eval(null);
    try {
      ActivationFunction function =
          ActivationFunction.parse(value == null ? null : value.toString());
      return FeatureCall.written(name, arranged, mapping.apply(function), !function.elementwise());
    } catch (IllegalArgumentException e) {
      throw CallError.value(name, FUNCTION, e.getMessage());
    }
  }

  private static double number(
      String name,
      Definition.ParameterDefinition parameter,
      Expression argument,
      List<Expression> arguments)
      throws AnalysisException {
    Object value = null;
    if (argument.foldable()
        && (argument.dataType() instanceof NumericType
            || argument.dataType() instanceof StringType)) {
      boolean ansi = false;
      value = Cast$.MODULE$.apply(argument, DataTypes.DoubleType, ansi).eval(null);
    }
    if (value == null) {
      String sentence =
          String.format(
              Locale.ROOT,
              "Parameter %s of %s is %s, but must be a constant number.",
              parameter.name(),
              name,
              FeatureCall.shown(argument));
      throw argument.foldable()
          ? CallError.value(name, parameter.name(), sentence)
          : CallError.notConstant(
              name, arguments, parameter.name(), DataTypes.DoubleType, argument, sentence);
    }
    return (double) value;
  }
}
