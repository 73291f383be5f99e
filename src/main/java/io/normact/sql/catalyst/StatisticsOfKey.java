package io.normact.sql.catalyst;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** The statistics of a row's key: an array of all means, then all scales, or null. */
abstract class StatisticsOfKey extends FeatureExpression {

  private static final long serialVersionUID = 1L;

  private final SharedKeys keys;

  StatisticsOfKey(List<Expression> children, SharedKeys keys) {
    super(children, keys);
    this.keys = keys;
  }

  /** The table that the statistics come from. */
  final SharedKeys keys() {
    return keys;
  }

  /** A field of the generated class, a {@link KeyLookup}. */
  final String lookup(CodegenContext context) {
    String shared = context.addReferenceObj("keys", keys, SharedKeys.class.getName());
    return GeneratedCode.state(context, KeyLookup.class, shared + ".lookup()");
  }

  @Override
  public final DataType dataType() {
    return DataTypes.createArrayType(DataTypes.DoubleType, false);
  }

  @Override
  public final boolean nullable() {
    return keys.hasNull();
  }
}
