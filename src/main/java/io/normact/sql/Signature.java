package io.normact.sql;

import io.normact.sql.column.ColumnNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;

/**
 * The parameters of an SQL function, in their order.
 *
 * @param parameters their names
 * @param required how many of them, from the first on, have no default
 */
record Signature(List<String> parameters, int required) {

  /**
   * Checks the arguments that are named, in the order in which Spark does, which counts them later.
   *
   * @param function the function's name for messages
   * @throws AnalysisException by Spark's rules for arguments that are named
   */
  void checkNames(String function, List<Expression> arguments) throws AnalysisException {
    List<String> names = new ArrayList<>();
    for (Expression argument : arguments) {
      if (argument instanceof NamedArgumentExpression named) {
        String name = named.key();
        if (names.stream().anyMatch(other -> same(other, name))) {
          throw twice("DOUBLE_NAMED_ARGUMENT_REFERENCE", function, name);
        }
        names.add(name);
      } else if (!names.isEmpty()) {
        throw CallError.named(
            "UNEXPECTED_POSITIONAL_ARGUMENT", function, names.get(names.size() - 1));
      }
    }
    for (String name : names) {
      if (position(function, name) < arguments.size() - names.size()) {
        throw twice("BOTH_POSITIONAL_AND_NAMED", function, name);
      }
    }
  }

  private static AnalysisException twice(String how, String function, String name) {
    return CallError.named("DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT." + how, function, name);
  }

  /**
   * The arguments in the parameters' order, by whatever order and names they were written in; null
   * where one is left out, and no null at the end.
   *
   * @param function the function's name for messages
   * @param arguments no more than there are parameters, whose names are checked
   * @throws AnalysisException if one that is required is left out
   */
  List<Expression> arrange(String function, List<Expression> arguments) throws AnalysisException {
    Expression[] arranged = new Expression[parameters.size()];
    int end = 0;
    for (int i = 0; i < arguments.size(); i++) {
      int position = i;
      Expression value = arguments.get(i);
      if (value instanceof NamedArgumentExpression named) {
        position = position(function, named.key());
        value = named.value();
      }
      arranged[position] = value;
      end = Math.max(end, position + 1);
    }
    for (int i = 0; i < required; i++) {
      if (arranged[i] == null) {
        throw CallError.missing(function, parameters.get(i), i);
      }
    }
    return new ArrayList<>(Arrays.asList(arranged).subList(0, end));
  }

  private int position(String function, String name) throws AnalysisException {
    for (int i = 0; i < parameters.size(); i++) {
      if (same(parameters.get(i), name)) {
        return i;
      }
    }
    throw CallError.unknown(
        function,
        name,
        parameters.stream().map(CallError::quoted).collect(Collectors.joining(", ")));
  }

  private static boolean same(String first, String second) {
    return ColumnNames.order().compare(first, second) == 0;
  }
}
