package io.normact.sql.catalyst;

import io.normact.sql.column.ColumnKind;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;

/** A {@link FeatureCall} of a vector or array by the statistics of the row's key. */
final class KeyedCall extends FeatureExpression {

  private static final long serialVersionUID = 1L;

  private final Expression input;
  private final Expression statistics;
  private final KeyedSlice slice;
  private final DataType type;
  private final String column;

  /**
   * A call.
   *
   * @param input the vector or array, of the type of its kind
   * @param statistics the array of the statistics, or null
   * @param column the input's name for messages
   */
  KeyedCall(
      Expression input, Expression statistics, KeyedSlice slice, DataType type, String column) {
    super(List.of(input, statistics), slice, type);
    this.input = input;
    this.statistics = statistics;
    this.slice = slice;
    this.type = type;
    this.column = column;
  }

  private boolean nullGivesNull() {
    return slice.function().nullGivesNull(0);
  }

  private KeyedMapper.Kept kept() {
    return new KeyedMapper.Kept(ColumnKind.of(type).orElseThrow(), slice, column);
  }

  @Override
  public Object eval(InternalRow row) {
    Object cell = input.eval(row);
    return cell == null && nullGivesNull()
        ? null
        : kept().mapper().map(cell, (ArrayData) statistics.eval(row));
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    String self =
        context.addReferenceObj("cells", kept(), KeyedMapper.Kept.class.getCanonicalName());
    String mapper = GeneratedCode.state(context, KeyedMapper.class, self + ".mapper()");
    ExprCode cell = input.genCode(context);
    ExprCode ofKey = statistics.genCode(context);
    String statements =
        String.format(
            Locale.ROOT,
            """
        %1$s
        %2$s
        boolean %3$s = %4$s;
        %5$s %6$s = (%5$s) (%3$s ? null : %7$s.map(%8$s ? null : %9$s, %10$s ? null : %11$s));
        """,
            cell.code(),
            ofKey.code(),
            code.isNull(),
            nullGivesNull() ? cell.isNull() : "false",
            CodeGenerator.javaType(type),
            code.value(),
            mapper,
            cell.isNull(),
            cell.value(),
            ofKey.isNull(),
            ofKey.value());
    return GeneratedCode.of(statements, code.isNull(), code.value());
  }

  @Override
  public DataType dataType() {
    return type;
  }

  @Override
  public boolean nullable() {
    return nullGivesNull() && input.nullable();
  }

  @Override
  KeyedCall of(List<Expression> newChildren) {
    return new KeyedCall(newChildren.get(0), newChildren.get(1), slice, type, column);
  }

  @Override
  public String prettyName() {
    return "map_features_by_key";
  }
}
