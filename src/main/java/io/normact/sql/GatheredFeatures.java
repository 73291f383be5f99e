package io.normact.sql;

import io.normact.math.FeatureFunction;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * An array of features made of scalar columns, whose values go through a {@link FeatureFunction}
 * together; {@link TakenFeature} takes them out again.
 *
 * <p>It is for tables too wide for whole-stage code generation. There Spark writes out, formats and
 * looks up the code of a projection in every task anew, so that a hundred characters a column cost
 * more than its sigmoid; this expression is evaluated without any.
 */
final class GatheredFeatures extends Expression implements CodegenFallback, Serializable {

  private static final long serialVersionUID = 1L;

  /** As many as there are bits in the first word of nulls of an {@link UnsafeArrayData}. */
  static final int MOST = Long.SIZE;

  private static final int NOT_ADJACENT = -1;

  private final Seq<Expression> children;
  private final FeatureFunction function;

  private final Expression[] inputs;

  /** The field of the first input where the others follow it in the row's memory. */
  private final int first;

  /**
   * The array of features.
   *
   * @param children the features, of type double; at most {@link #MOST}
   * @param function a function of as many features
   */
  GatheredFeatures(Seq<Expression> children, FeatureFunction function) {
    this.children = children;
    this.function = function;
    inputs = CollectionConverters.asJava(children).toArray(new Expression[0]);
    first = firstField(inputs);
  }

  @Override
  public Object eval(InternalRow row) {
    double[] x = new double[inputs.length];
    long nulls = first == NOT_ADJACENT ? evaluate(row, x) : read(row, x);
    if (nulls != 0) {
      rejectNull(Long.numberOfTrailingZeros(nulls));
    }
    function.apply(x);
    return array(x, nulls);
  }

  private static int firstField(Expression[] inputs) {
    int from = inputs[0] instanceof BoundReference reference ? reference.ordinal() : NOT_ADJACENT;
    for (int j = 0; j < inputs.length && from != NOT_ADJACENT; j++) {
      if (!(inputs[j] instanceof BoundReference next) || next.ordinal() != from + j) {
        return NOT_ADJACENT;
      }
    }
    return from;
  }

  /** Reads fields side by side; a null is NaN and a bit in the result. */
  private long read(InternalRow row, double[] x) {
    InternalRows.readDoubles(row, first, x);
    long nulls = 0;
    if (row.anyNull()) {
      for (int j = 0; j < x.length; j++) {
        nulls |= row.isNullAt(first + j) ? 1L << j : 0;
      }
    }
    return nulls;
  }

  /** As {@link #read}, for inputs anywhere in the row, or yet to be cast. */
  private long evaluate(InternalRow row, double[] x) {
    long nulls = 0;
    for (int j = 0; j < x.length; j++) {
      Object value = inputs[j].eval(row);
      x[j] = value == null ? Double.NaN : (double) value;
      nulls |= value == null ? 1L << j : 0;
    }
    return nulls;
  }

  private void rejectNull(int feature) {
    String error = function.nullError(feature);
    if (error != null) {
      throw new IllegalArgumentException(error);
    }
  }

  private static UnsafeArrayData array(double[] x, long nulls) {
    UnsafeArrayData array = UnsafeArrayData.fromPrimitiveArray(x);
    for (long rest = nulls; rest != 0; rest &= rest - 1) {
      array.setNullAt(Long.numberOfTrailingZeros(rest));
    }
    return array;
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
  public Seq<Expression> children() {
    return children;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new GatheredFeatures(newChildren, function);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int n) {
    return n == 0 ? children : function;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof GatheredFeatures;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GatheredFeatures gathered
        && children.equals(gathered.children)
        && function.equals(gathered.function);
  }

  @Override
  public int hashCode() {
    return Objects.hash(children, function);
  }
}
