package io.normact.sql.catalyst;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.codegen.FalseLiteral$;
import org.apache.spark.sql.types.DecimalType;

/**
 * The generated method that puts the features of a row into a {@link GatheredRow}. The caller
 * evaluates them, since Spark has the columns at hand in its method. To keep that method short it
 * hands over numbers, and features that another array holds as that array.
 */
final class GatherMethod {

  private final CodegenContext context;
  private final StringBuilder evaluation = new StringBuilder();
  private final StringBuilder body = new StringBuilder();
  private final List<String> parameters = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();
  private final Map<Expression, String> arrays = new HashMap<>();
  private int features;
  private String statistics;

  GatherMethod(CodegenContext context) {
    this.context = context;
  }

  /** Adds the next feature. */
  void add(Expression input) {
    if (input instanceof TakenFeature taken) {
      String array = arrays.computeIfAbsent(taken.array(), this::array);
      put(taken.nullable() ? taken.isNull(array) : null, taken.value(array));
    } else {
      ExprCode code = evaluated(input);
      String value = parameter(CodeGenerator.javaType(input.dataType()), code.value().toString());
      String isNull =
          code.isNull() instanceof FalseLiteral$
              ? null
              : parameter("boolean", code.isNull().toString());
      put(isNull, input.dataType() instanceof DecimalType ? value + ".toDouble()" : value);
    }
  }

  /** Adds the statistics of the row's key. */
  void addStatistics(Expression array) {
    ExprCode code = evaluated(array);
    statistics =
        parameter(
            "ArrayData", String.format(Locale.ROOT, "%s ? null : %s", code.isNull(), code.value()));
  }

  private String array(Expression array) {
    return parameter("ArrayData", evaluated(array).value().toString());
  }

  private ExprCode evaluated(Expression expression) {
    ExprCode code = expression.genCode(context);
    evaluation.append(code.code()).append('\n');
    return code;
  }

  private String parameter(String type, String argument) {
    String name = "a" + parameters.size();
    parameters.add(type + " " + name);
    arguments.add(argument);
    return name;
  }

  /** Spark's own cast to double is Java's, too, or that of its decimal. */
  private void put(String isNull, String value) {
    if (isNull != null) {
      body.append(String.format(Locale.ROOT, "if (%s) nulls |= 1L << %d; else ", isNull, features));
    }
    body.append(String.format(Locale.ROOT, "x[%d] = %s;%n", features++, value));
  }

  /**
   * Statements that call the method.
   *
   * @param row the row's name in the generated code
   * @param result the name of the variable for the array that comes of it
   */
  String call(String row, String result) {
    String name = context.freshName("gather");
    String method =
        context.addNewFunction(
            name,
            String.format(
                Locale.ROOT,
                """
        private ArrayData %1$s(%2$s) {
          double[] x = %3$s.x;
          long nulls = 0L;
          %4$s
          return %3$s.map(nulls%5$s);
        }
        """,
                name,
                String.join(", ", parameters),
                row,
                body,
                statistics == null ? "" : ", " + statistics),
            false);
    return String.format(
        Locale.ROOT,
        """
        %s
        ArrayData %s = %s(%s);
        """,
        evaluation,
        result,
        method,
        String.join(", ", arguments));
  }
}
