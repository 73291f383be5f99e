package io.normact.sql.catalyst;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;

/** The statistics of a row's key out of {@link SharedKeys}. */
final class KeyStatisticsLookup extends StatisticsOfKey {

  private static final long serialVersionUID = 1L;

  private final List<Expression> key;

  /**
   * A lookup.
   *
   * @param key the key's columns, as {@link io.normact.sql.column.KeyValues#readable} has them
   */
  KeyStatisticsLookup(List<Expression> key, SharedKeys keys) {
    super(key, keys);
    this.key = List.copyOf(key);
  }

  @Override
  public Object eval(InternalRow row) {
    KeyLookup lookup = keys().lookup();
    key.forEach(column -> lookup.addValue(column.eval(row)));
    return lookup.find();
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    String lookup = lookup(context);
    String statements =
        String.format(
            Locale.ROOT,
            """
        %1$s
        ArrayData %2$s = %3$s.find();
        boolean %4$s = %2$s == null;
        """,
            KeyBytes.added(context, key, lookup),
            code.value(),
            lookup,
            code.isNull());
    return GeneratedCode.of(statements, code.isNull(), code.value());
  }

  @Override
  KeyStatisticsLookup of(List<Expression> newChildren) {
    return new KeyStatisticsLookup(newChildren, keys());
  }

  @Override
  public String prettyName() {
    return "statistics_of_key";
  }
}
