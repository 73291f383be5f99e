package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.ColumnKind;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** Columns of {@link FeatureFunction}s, evaluated inside whole-stage generated code. */
public final class FeatureColumns {

  private FeatureColumns() {}

  /**
   * The column of {@code function} over {@code input}.
   *
   * @param feature the feature's number where the column holds one feature a row; else ignored
   * @param field the name of {@code input} for messages, its type, of a kind that {@link
   *     ColumnKind} knows, and whether it may hold null
   */
  static Column apply(FeatureFunction function, int feature, Column input, StructField field) {
    return SparkLine.column(
        FeatureCall.ofStage(function, feature, SparkLine.expression(input), field.name()));
  }

  /** The column of a call as SQL would have it, of whatever type the input turns out to be. */
  public static Column called(
      String name, Column input, Column parameter, FeatureFunction function, boolean wholeVector) {
    List<Expression> arguments =
        List.of(SparkLine.expression(input), SparkLine.expression(parameter));
    return SparkLine.column(FeatureCall.written(name, arguments, function, wholeVector));
  }

  /** Whether a cell is there and all numbers in it are finite; never null itself. */
  public static Column isFinite(Column input, DataType type) {
    ColumnKind kind = ColumnKind.of(type).orElseThrow();
    if (kind.isScalar()) {
      // Spark orders NaN above infinity, so that this holds for neither.
      Column magnitude = functions.abs(input.cast(DataTypes.DoubleType));
      return input.isNotNull().and(magnitude.lt(Double.POSITIVE_INFINITY));
    }
    Column x = input.cast(kind.computedType(type));
    return input.isNotNull().and(SparkLine.column(new AllFinite(SparkLine.expression(x), kind)));
  }
}
