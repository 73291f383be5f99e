package io.normact.sql.catalyst;

import java.util.Locale;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprValue;
import scala.runtime.AbstractFunction1;

/** What expressions written in Java need in order to take part in Spark's code generation. */
final class GeneratedCode {

  private GeneratedCode() {}

  /**
   * A field of the generated class, of which every partition has an instance.
   *
   * @param initial the Java expression of its value
   */
  static String state(CodegenContext context, Class<?> type, String initial) {
    return context.addMutableState(
        type.getName(),
        "state",
        new AbstractFunction1<>() {
          @Override
          public String apply(String name) {
            return String.format(Locale.ROOT, "%s = %s;", name, initial);
          }
        },
        false,
        true);
  }

  /** Statements, and the terms for what they leave. */
  static ExprCode of(String statements, ExprValue isNull, ExprValue value) {
    return new ExprCode(SparkLine.code(statements), isNull, value);
  }
}
