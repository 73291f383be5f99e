package io.normact.sql;

import io.normact.math.ActivationFunction;
import io.normact.math.Activations;
import io.normact.math.FeatureFunction;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.catalyst.expressions.objects.StaticInvoke;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StructField;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Columns of {@link FeatureFunction}s, evaluated inside whole-stage generated code. */
public final class FeatureColumns {

  private static final Logger LOG = LoggerFactory.getLogger(FeatureColumns.class);
  private static final String BUILT_WITH = "Spark 4.1";
  static final boolean GENERATED = links(FeatureColumns::attempt);

  private FeatureColumns() {}

  /**
   * The column of {@code function} over {@code input}.
   *
   * @param feature the feature's number where the column holds one feature a row; else ignored
   * @param field the name of {@code input} for messages, its type, of a kind that {@link
   *     ColumnKind} knows, and whether it may hold null
   */
  static Column apply(FeatureFunction function, int feature, Column input, StructField field) {
    return GENERATED
        ? ExpressionUtils.column(
            expression(function, feature, ExpressionUtils.expression(input), field))
        : FeatureUdf.apply(function, feature, input, field);
  }

  /**
   * Whether an attempt to make an expression finds the Catalyst classes that this was built with;
   * they are no public API of Spark's, and may differ in another release.
   */
  static boolean links(Runnable attempt) {
    try {
      attempt.run();
      return true;
    } catch (LinkageError e) {
      LOG.warn("This Spark's Catalyst differs from {}; columns are made of UDFs.", BUILT_WITH, e);
      return false;
    }
  }

  private static void attempt() {
    FeatureFunction identity = Activations.values(ActivationFunction.of("identity"));
    Expression x = new Literal(0.0, DataTypes.DoubleType);
    Expression cell = Literal.create(null, DataTypes.createArrayType(DataTypes.DoubleType));
    for (Expression made :
        List.of(
            expression(identity, 0, x, new StructField("x", x.dataType(), false, Metadata.empty())),
            expression(
                identity, 0, cell, new StructField("x", cell.dataType(), true, Metadata.empty())),
            new GatheredFeatures(seq(List.of(x)), identity))) {
      LOG.debug("{} generates {}.", made.getClass(), made.genCode(new CodegenContext()));
    }
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
    String method =
        switch (kind) {
          case DOUBLE_ARRAY -> "doubles";
          case FLOAT_ARRAY -> "floats";
          default -> "vector";
        };
    Expression test =
        new StaticInvoke(
            FiniteCells.class,
            DataTypes.BooleanType,
            method,
            seq(List.of(ExpressionUtils.expression(x))),
            seq(List.<AbstractDataType>of()),
            true,
            false,
            true,
            Option.empty());
    return input.isNotNull().and(ExpressionUtils.column(test));
  }

  static Expression expression(
      FeatureFunction function, int feature, Expression input, StructField field) {
    DataType type = field.dataType();
    ColumnKind kind = ColumnKind.of(type).orElseThrow();
    DataType result = kind.computedType(type);
    Expression x = result.equals(type) ? input : cast(input, result);
    // A null that is an error reaches the function, which knows what to say of it.
    boolean rejectsNull = field.nullable() && function.nullError(feature) != null;
    return switch (kind) {
      case DOUBLE -> {
        Expression nan = new Literal(Double.NaN, result);
        List<Expression> arguments = scalar(feature, x, nan, rejectsNull);
        yield invoke(function, "scalar", result, arguments, rejectsNull);
      }
      case FLOAT -> {
        Expression nan = new Literal(Float.NaN, result);
        List<Expression> arguments = scalar(feature, x, nan, rejectsNull);
        yield invoke(function, "floatScalar", result, arguments, rejectsNull);
      }
      case VECTOR, DOUBLE_ARRAY, FLOAT_ARRAY ->
          new CellMapping(x, new CellFunction(kind, function, field.name()), result, rejectsNull);
    };
  }

  static Expression cast(Expression input, DataType type) {
    boolean ansi = false;
    return Cast$.MODULE$.apply(input, type, ansi);
  }

  /** Invoke hands over no null in place of a primitive, so that NaN and a flag stand for it. */
  private static List<Expression> scalar(
      int feature, Expression x, Expression nan, boolean rejectsNull) {
    return rejectsNull
        ? List.of(literal(feature), new Coalesce(seq(List.of(x, nan))), new IsNull(x))
        : List.of(literal(feature), x);
  }

  private static Expression literal(int value) {
    return new Literal(value, DataTypes.IntegerType);
  }

  private static Expression invoke(
      FeatureFunction function,
      String method,
      DataType result,
      List<Expression> arguments,
      boolean rejectsNull) {
    boolean propagateNull = !rejectsNull;
    boolean returnNullable = false;
    boolean deterministic = true;
    Expression kernel =
        Literal.fromObject(new ScalarKernel(function), new ObjectType(ScalarKernel.class));
    return new Invoke(
        kernel,
        method,
        result,
        seq(arguments),
        seq(List.<AbstractDataType>of()),
        propagateNull,
        returnNullable,
        deterministic);
  }

  private static <T> Seq<T> seq(List<T> items) {
    return CollectionConverters.asScala(items).toSeq();
  }
}
