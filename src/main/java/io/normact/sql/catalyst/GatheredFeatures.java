package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.codegen.FalseLiteral$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * An array of features made of scalar columns, whose values go through a {@link FeatureFunction}
 * together; {@link TakenFeature} takes them out again.
 *
 * <p>It is for tables too wide for whole-stage code generation. There Spark writes out, formats and
 * looks up the code of a projection in every task anew. A hundred characters of code a column then
 * cost more than its sigmoid. The code of this expression is one call.
 */
public final class GatheredFeatures extends FeatureExpression implements CodegenFallback {

  private static final long serialVersionUID = 1L;

  /** As many as there are bits in the first word of nulls of an {@link UnsafeArrayData}. */
  static final int MOST = Long.SIZE;

  private final FeatureFunction function;

  private final Expression[] inputs;

  /**
   * The array of features.
   *
   * @param children the features, of type double; at most {@link #MOST}
   * @param function a function of as many features
   */
  GatheredFeatures(List<Expression> children, FeatureFunction function) {
    super(children, function);
    this.function = function;
    inputs = children.toArray(new Expression[0]);
  }

  /** An array that nobody else has: nothing says that the caller is done with the last one. */
  @Override
  public Object eval(InternalRow row) {
    return gatherer().gather(row);
  }

  /** A gatherer with memory of its own. */
  public FeatureGatherer gatherer() {
    return new FeatureGatherer(inputs, function);
  }

  /**
   * A call of the gatherer that belongs to this code. Spark asks for it where it generates code of
   * a projection alone; whole stages it does not generate with an expression that is a fallback.
   */
  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    String self = context.addReferenceObj("features", this, GatheredFeatures.class.getName());
    String gatherer = GeneratedCode.state(context, FeatureGatherer.class, self + ".gatherer()");
    return GeneratedCode.of(
        String.format(
            Locale.ROOT,
            """
        ArrayData %s = %s.gather(%s);
        """,
            code.value(),
            gatherer,
            context.INPUT_ROW()),
        FalseLiteral$.MODULE$,
        code.value());
  }

  /** An array of doubles, null where the input is, unless the function rejects that. */
  @Override
  public DataType dataType() {
    boolean containsNull =
        function.nullError(0) == null && Arrays.stream(inputs).anyMatch(Expression::nullable);
    return DataTypes.createArrayType(DataTypes.DoubleType, containsNull);
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public String prettyName() {
    return "gathered_features";
  }

  @Override
  GatheredFeatures of(List<Expression> newChildren) {
    return new GatheredFeatures(newChildren, function);
  }
}
