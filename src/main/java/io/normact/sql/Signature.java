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
   * The arguments in the parameters' order, by whatever order and names they were written in; null
   * where one is left out, and no null at the end.
   *
   * @param function the function's name for messages
   * @param arguments no more than there are parameters
   * @throws AnalysisException by Spark's rules for arguments that are named
   */
  List<Expression> arrange(String function, List<Expression> arguments) throws AnalysisException {
    Expression[] arranged = new Expression[parameters.size()];
    String lastName = null;
    int end = 0;
    for (int i = 0; i < arguments.size(); i++) {
      int position = i;
      Expression value = arguments.get(i);
      if (value instanceof NamedArgumentExpression named) {
        lastName = named.key();
        position = position(function, lastName);
        value = named.value();
        if (arranged[position] != null) {
          boolean twice =
              position >= arguments.size()
                  || arguments.get(position) instanceof NamedArgumentExpression;
          throw CallError.named(
              "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT."
                  + (twice ? "DOUBLE_NAMED_ARGUMENT_REFERENCE" : "BOTH_POSITIONAL_AND_NAMED"),
              function,
              lastName);
        }
      } else if (lastName != null) {
        throw CallError.named("UNEXPECTED_POSITIONAL_ARGUMENT", function, lastName);
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
      if (ColumnNames.order().compare(parameters.get(i), name) == 0) {
        return i;
      }
    }
    throw CallError.unknown(
        function,
        name,
        parameters.stream().map(CallError::quoted).collect(Collectors.joining(", ")));
  }
}
