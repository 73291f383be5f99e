package io.normact.sql;

import io.normact.sql.catalyst.FeatureCall;
import io.normact.sql.catalyst.SparkLine;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.trees.CurrentOrigin$;
import org.apache.spark.sql.types.DataType;
import scala.Option;
import scala.collection.immutable.Map;

/**
 * What is wrong with a call of an SQL function, as Spark tells it: an {@link AnalysisException}
 * with an error class of Spark's. Spark adds where in the query the call stands.
 */
final class CallError {

  // The one condition of its kind on every line of Spark whose sentence is free; one without a
  // sentence of its own, as its parent is, ends PySpark's report of the error by another error.
  private static final String VALUE = "INVALID_PARAMETER_VALUE.PATTERN";
  private static final String CONSTANT = "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT";
  private static final String COUNT = "WRONG_NUM_ARGS.WITHOUT_SUGGESTION";

  private CallError() {}

  /** A parameter's value is none that the function takes, as the sentence says. */
  static AnalysisException value(String function, String parameter, String sentence) {
    return of(
        VALUE,
        sentence,
        new Map.Map3<>(
            "parameter",
            quoted(parameter),
            "functionName",
            quoted(function),
            "value",
            sentence.substring(0, sentence.length() - 1)));
  }

  /** An argument is no constant, as the sentence says. */
  static AnalysisException notConstant(
      String function,
      List<Expression> arguments,
      String parameter,
      DataType type,
      Expression argument,
      String sentence) {
    String call =
        arguments.stream()
            .map(FeatureCall::shown)
            .collect(Collectors.joining(", ", function + "(", ")"));
    return of(
        CONSTANT,
        sentence,
        new Map.Map4<>(
            "sqlExpr",
            '"' + call + '"',
            "inputName",
            quoted(parameter),
            "inputType",
            '"' + type.sql() + '"',
            "inputExpr",
            '"' + FeatureCall.shown(argument) + '"'));
  }

  /** There are too few or too many arguments, as the sentence says. */
  static AnalysisException count(String function, String expected, int actual, String sentence) {
    return of(
        COUNT,
        sentence,
        new Map.Map4<>(
            "functionName",
            quoted(function),
            "expectedNum",
            expected,
            "actualNum",
            Integer.toString(actual),
            "docroot",
            "https://spark.apache.org/docs/latest"));
  }

  /** Spark's own sentence about an argument that was named. */
  static AnalysisException named(String condition, String function, String parameter) {
    return spark(
        condition,
        new Map.Map2<>(SparkLine.ROUTINE, quoted(function), "parameterName", quoted(parameter)));
  }

  /** Spark's own sentence about a name that no parameter has. */
  static AnalysisException unknown(String function, String argument, String proposal) {
    return spark(
        "UNRECOGNIZED_PARAMETER_NAME",
        new Map.Map3<>(
            SparkLine.ROUTINE,
            quoted(function),
            "argumentName",
            quoted(argument),
            "proposal",
            proposal));
  }

  /** Spark's own sentence about a parameter that must be given, and was not. */
  static AnalysisException missing(String function, String parameter, int position) {
    return spark(
        "REQUIRED_PARAMETER_NOT_FOUND",
        new Map.Map3<>(
            SparkLine.ROUTINE,
            quoted(function),
            "parameterName",
            quoted(parameter),
            "index",
            Integer.toString(position)));
  }

  static String quoted(String name) {
    return '`' + name + '`';
  }

  private static AnalysisException spark(String condition, Map<String, String> parameters) {
    return new AnalysisException(condition, parameters, CurrentOrigin$.MODULE$.get());
  }

  private static AnalysisException of(
      String condition, String sentence, Map<String, String> parameters) {
    return new AnalysisException(
        String.format(Locale.ROOT, "[%s] %s", condition, sentence),
        Option.empty(),
        Option.empty(),
        Option.empty(),
        Option.apply(condition),
        parameters,
        new QueryContext[0]);
  }
}
