package io.normact.sql.catalyst;

import io.normact.sql.column.ColumnKind;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Whether all numbers of a cell that holds a row of features are finite; null for null. */
final class AllFinite extends FeatureExpression {

  private static final long serialVersionUID = 1L;

  private final Expression input;
  private final ColumnKind kind;

  /** The test of a vector, or of an array of doubles or floats. */
  AllFinite(Expression input, ColumnKind kind) {
    super(List.of(input), kind);
    this.input = input;
    this.kind = kind;
  }

  @Override
  public Object eval(InternalRow row) {
    Object cell = input.eval(row);
    return cell == null ? null : (Object) FiniteCells.test(kind, cell);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    ExprCode cell = input.genCode(context);
    String kindInCode = ColumnKind.class.getName() + "." + kind.name();
    String statements =
        String.format(
            Locale.ROOT,
            """
        %1$s
        boolean %2$s = %3$s;
        boolean %4$s = !%3$s && %5$s.test(%6$s, %7$s);
        """,
            cell.code(),
            code.isNull(),
            cell.isNull(),
            code.value(),
            FiniteCells.class.getName(),
            kindInCode,
            cell.value());
    return GeneratedCode.of(statements, code.isNull(), code.value());
  }

  @Override
  public DataType dataType() {
    return DataTypes.BooleanType;
  }

  @Override
  public boolean nullable() {
    return input.nullable();
  }

  @Override
  public boolean foldable() {
    return input.foldable();
  }

  @Override
  AllFinite of(List<Expression> newChildren) {
    return new AllFinite(newChildren.get(0), kind);
  }

  @Override
  public String prettyName() {
    return "all_finite";
  }
}
