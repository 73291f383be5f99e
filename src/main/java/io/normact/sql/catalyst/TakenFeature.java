package io.normact.sql.catalyst;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.KnownNotNull;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.codegen.FalseLiteral$;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.FloatType;

/**
 * One feature out of an array of {@link GatheredFeatures}, rounded where it is to be a float.
 * Spark's own element of an array would do as well, but looks for an index out of range, in three
 * times as much code.
 */
final class TakenFeature extends FeatureExpression {

  private static final long serialVersionUID = 1L;

  private final Expression array;
  private final int place;
  private final DataType type;
  private final boolean nullable;

  /**
   * The feature at this place.
   *
   * @param array the array, never null itself
   * @param place its number among the array's elements
   * @param type double or float
   * @param nullable whether the feature may be null
   */
  TakenFeature(Expression array, int place, DataType type, boolean nullable) {
    super(List.of(array), place, type, nullable);
    this.array = array;
    this.place = place;
    this.type = type;
    this.nullable = nullable;
  }

  /** What it is taken from. */
  Expression array() {
    return array instanceof KnownNotNull known ? known.child() : array;
  }

  /** Where it is taken from. */
  int place() {
    return place;
  }

  /** The same feature, from another place. */
  TakenFeature at(int newPlace) {
    return new TakenFeature(array, newPlace, type, nullable);
  }

  /** The same feature, from another place of another array. */
  TakenFeature from(Expression newArray, int newPlace) {
    return new TakenFeature(newArray, newPlace, type, nullable);
  }

  @Override
  public Object eval(InternalRow row) {
    ArrayData features = (ArrayData) array.eval(row);
    if (nullable && features.isNullAt(place)) {
      return null;
    }
    double value = features.getDouble(place);
    return type instanceof FloatType ? (Object) (float) value : (Object) value;
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    ExprCode features = array.genCode(context);
    String name = features.value().toString();
    String statements =
        String.format(
            Locale.ROOT,
            """
        %s
        %s
        %s %s = %s;
        """,
            features.code(),
            nullable
                ? String.format(Locale.ROOT, "boolean %s = %s;", code.isNull(), isNull(name))
                : "",
            CodeGenerator.javaType(type),
            code.value(),
            value(name));
    return GeneratedCode.of(
        statements, nullable ? code.isNull() : FalseLiteral$.MODULE$, code.value());
  }

  /** Whether the feature is null in the array of this name in generated code. */
  String isNull(String features) {
    return String.format(Locale.ROOT, "%s.isNullAt(%d)", features, place);
  }

  /** The feature in the array of this name in generated code. */
  String value(String features) {
    return String.format(
        Locale.ROOT, "(%s) %s.getDouble(%d)", CodeGenerator.javaType(type), features, place);
  }

  @Override
  public DataType dataType() {
    return type;
  }

  @Override
  public boolean nullable() {
    return nullable;
  }

  @Override
  public boolean foldable() {
    return array.foldable();
  }

  @Override
  public String prettyName() {
    return "taken_feature";
  }

  @Override
  TakenFeature of(List<Expression> newChildren) {
    return from(newChildren.get(0), place);
  }
}
