package io.normact.sql.catalyst;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.codegen.FalseLiteral$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** The bytes of a row's key, see {@link io.normact.math.key.KeyKind}. */
final class KeyBytes extends FeatureExpression {

  private static final long serialVersionUID = 1L;

  private final List<Expression> key;

  /**
   * The bytes.
   *
   * @param key the key's columns, as {@link io.normact.sql.column.KeyValues#readable} has them
   */
  KeyBytes(List<Expression> key) {
    super(key);
    this.key = List.copyOf(key);
  }

  /** Statements that add the columns to a lookup. */
  static String added(CodegenContext context, List<Expression> key, String lookup) {
    StringBuilder statements = new StringBuilder(lookup).append(".begin();\n");
    for (Expression column : key) {
      ExprCode value = column.genCode(context);
      statements.append(
          String.format(
              Locale.ROOT,
              "%1$s%nif (%2$s) { %3$s.addNull(); } else { %3$s.add(%4$s); }%n",
              value.code(),
              value.isNull(),
              lookup,
              value.value()));
    }
    return statements.toString();
  }

  @Override
  public Object eval(InternalRow row) {
    KeyLookup lookup = KeyLookup.ofBytes();
    key.forEach(column -> lookup.addValue(column.eval(row)));
    return lookup.bytes();
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    String lookup =
        GeneratedCode.state(context, KeyLookup.class, KeyLookup.class.getName() + ".ofBytes()");
    String statements =
        String.format(
            Locale.ROOT,
            """
        %1$s
        byte[] %2$s = %3$s.bytes();
        """,
            added(context, key, lookup),
            code.value(),
            lookup);
    return GeneratedCode.of(statements, FalseLiteral$.MODULE$, code.value());
  }

  @Override
  public DataType dataType() {
    return DataTypes.BinaryType;
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  KeyBytes of(List<Expression> newChildren) {
    return new KeyBytes(newChildren);
  }

  @Override
  public String prettyName() {
    return "bytes_of_key";
  }
}
