package io.normact.sql.catalyst;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;

/** The statistics that a join has found for a row's key, or those of unknown keys. */
final class JoinedKeyStatistics extends StatisticsOfKey {

  private static final long serialVersionUID = 1L;

  private final Expression found;
  private final Expression key;

  /**
   * The statistics.
   *
   * @param found the bytes of an array, or null
   * @param key the bytes of the key
   * @param unknown a table without keys
   */
  JoinedKeyStatistics(Expression found, Expression key, SharedKeys unknown) {
    super(List.of(found, key), unknown);
    this.found = found;
    this.key = key;
  }

  @Override
  public Object eval(InternalRow row) {
    return keys().lookup().found((byte[]) found.eval(row), (byte[]) key.eval(row));
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    ExprCode bytes = found.genCode(context);
    ExprCode ofKey = key.genCode(context);
    String statements =
        String.format(
            Locale.ROOT,
            """
        %1$s
        %2$s
        ArrayData %3$s = %4$s.found(%5$s ? null : %6$s, %7$s);
        boolean %8$s = %3$s == null;
        """,
            bytes.code(),
            ofKey.code(),
            code.value(),
            lookup(context),
            bytes.isNull(),
            bytes.value(),
            ofKey.value(),
            code.isNull());
    return GeneratedCode.of(statements, code.isNull(), code.value());
  }

  @Override
  JoinedKeyStatistics of(List<Expression> newChildren) {
    return new JoinedKeyStatistics(newChildren.get(0), newChildren.get(1), keys());
  }

  @Override
  public String prettyName() {
    return "joined_statistics_of_key";
  }
}
