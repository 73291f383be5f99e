package io.normact.sql.catalyst;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.codegen.JavaCode;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * One feature out of an array of {@link GatheredFeatures}. Spark's own element of an array would do
 * as well, but looks for an index out of range, in three times as much code; why that matters is
 * said there.
 */
final class TakenFeature extends FeatureExpression {

  private static final long serialVersionUID = 1L;

  private final Expression features;
  private final int feature;
  private final boolean nullable;

  /**
   * The feature with this number.
   *
   * @param features the array, never null itself
   * @param nullable whether the feature may be null
   */
  TakenFeature(Expression features, int feature, boolean nullable) {
    super(List.of(features), feature, nullable);
    this.features = features;
    this.feature = feature;
    this.nullable = nullable;
  }

  @Override
  public Object eval(InternalRow row) {
    ArrayData array = (ArrayData) features.eval(row);
    return nullable && array.isNullAt(feature) ? null : (Object) array.getDouble(feature);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    ExprCode array = features.genCode(context);
    String isNull =
        nullable ? String.format(Locale.ROOT, "%s.isNullAt(%d)", array.value(), feature) : "false";
    String value = String.format(Locale.ROOT, "%s.getDouble(%d)", array.value(), feature);
    return new ExprCode(
        array.code(),
        JavaCode.isNullExpression(isNull),
        JavaCode.expression(value, DataTypes.DoubleType));
  }

  @Override
  public DataType dataType() {
    return DataTypes.DoubleType;
  }

  @Override
  public boolean nullable() {
    return nullable;
  }

  @Override
  public boolean foldable() {
    return features.foldable();
  }

  @Override
  public String prettyName() {
    return "taken_feature";
  }

  @Override
  TakenFeature of(List<Expression> newChildren) {
    return new TakenFeature(newChildren.get(0), feature, nullable);
  }
}
