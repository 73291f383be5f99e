package io.normact.sql;

import io.normact.math.FeatureFunction;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.ObjectType;
import scala.jdk.javaapi.CollectionConverters;

/** Columns of {@link FeatureFunction}s, evaluated inside whole-stage generated code. */
public final class FeatureColumns {

  private FeatureColumns() {}

  /**
   * The column of {@code function} over {@code input}.
   *
   * @param feature the feature's number where the column holds one feature a row; else ignored
   * @param type the type of {@code input}, of a kind that {@link ColumnKind} knows
   * @param name the column's name for messages
   */
  public static Column apply(
      FeatureFunction function, int feature, Column input, DataType type, String name) {
    return ExpressionUtils.column(
        expression(function, feature, ExpressionUtils.expression(input), type, name));
  }

  static Expression expression(
      FeatureFunction function, int feature, Expression input, DataType type, String name) {
    ColumnKind kind = ColumnKind.of(type).orElseThrow();
    Expression kernel =
        Literal.fromObject(new CellKernel(function, name), new ObjectType(CellKernel.class));
    DataType result = kind.outputType(type);
    return switch (kind) {
      case DOUBLE -> {
        Expression x =
            ExpressionUtils.expression(ExpressionUtils.column(input).cast(DataTypes.DoubleType));
        yield invoke(kernel, "scalar", result, List.of(literal(feature), x));
      }
      case FLOAT -> invoke(kernel, "floatScalar", result, List.of(literal(feature), input));
      case VECTOR -> invoke(kernel, "vector", result, List.of(input));
      case DOUBLE_ARRAY -> invoke(kernel, "doubles", result, List.of(input));
      case FLOAT_ARRAY -> invoke(kernel, "floats", result, List.of(input));
    };
  }

  private static Expression literal(int value) {
    return new Literal(value, DataTypes.IntegerType);
  }

  private static Expression invoke(
      Expression kernel, String method, DataType result, List<Expression> arguments) {
    boolean propagateNull = true;
    boolean returnNullable = false;
    boolean deterministic = true;
    return new Invoke(
        kernel,
        method,
        result,
        CollectionConverters.asScala(arguments).toSeq(),
        CollectionConverters.asScala(List.<AbstractDataType>of()).toSeq(),
        propagateNull,
        returnNullable,
        deterministic);
  }
}
