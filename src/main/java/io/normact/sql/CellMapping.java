package io.normact.sql;

import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.Seq;

/**
 * A {@link CellFunction} over a column, evaluated inside whole-stage generated code, which has a
 * {@link CellMapper} for each partition. Spark's own Invoke could not give it one.
 */
final class CellMapping extends FeatureExpression {

  private static final long serialVersionUID = 1L;

  private final Expression input;
  private final CellFunction function;
  private final DataType dataType;
  private final boolean rejectsNull;

  /**
   * The function of the input.
   *
   * @param dataType the type of the input and the result
   * @param rejectsNull whether a null is an error rather than null
   */
  CellMapping(Expression input, CellFunction function, DataType dataType, boolean rejectsNull) {
    super(only(input), function, dataType, rejectsNull);
    this.input = input;
    this.function = function;
    this.dataType = dataType;
    this.rejectsNull = rejectsNull;
  }

  /** A result that nobody else has: nothing says that the caller is done with the last one. */
  @Override
  public Object eval(InternalRow row) {
    Object cell = input.eval(row);
    return cell == null && !rejectsNull ? null : function.mapper().map(cell);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    String self = context.addReferenceObj("cells", function, CellFunction.class.getName());
    String mapper = GeneratedCode.state(context, CellMapper.class, self + ".mapper()");
    ExprCode cell = input.genCode(context);
    String type = CodeGenerator.javaType(dataType);
    String ofNull =
        rejectsNull ? String.format(Locale.ROOT, "(%s) %s.map(null)", type, mapper) : "null";
    String statements =
        String.format(
            Locale.ROOT,
            """
        %s
        boolean %s = %s;
        %s %s = %s ? %s : (%s) %s.map(%s);
        """,
            cell.code(),
            code.isNull(),
            rejectsNull ? "false" : cell.isNull(),
            type,
            code.value(),
            cell.isNull(),
            ofNull,
            type,
            mapper,
            cell.value());
    return GeneratedCode.of(statements, code.isNull(), code.value());
  }

  @Override
  public DataType dataType() {
    return dataType;
  }

  @Override
  public boolean nullable() {
    return !rejectsNull && input.nullable();
  }

  @Override
  CellMapping of(Seq<Expression> newChildren) {
    return new CellMapping(newChildren.head(), function, dataType, rejectsNull);
  }
}
