package io.normact.sql;

import io.normact.math.ActivationFunction;
import io.normact.math.Activations;
import io.normact.math.FeatureFunction;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
        ? SparkLine.column(
            FeatureCall.ofStage(function, feature, SparkLine.expression(input), field.name()))
        : FeatureUdf.apply(function, feature, input, field);
  }

  /** The column of a call as SQL would have it, of whatever type the input turns out to be. */
  static Column called(
      String name, Column input, Column parameter, FeatureFunction function, boolean wholeVector) {
    List<Expression> arguments =
        List.of(SparkLine.expression(input), SparkLine.expression(parameter));
    return SparkLine.column(FeatureCall.written(name, arguments, function, wholeVector));
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
            FeatureCall.ofStage(identity, 0, x, "x"),
            FeatureCall.ofStage(identity, 0, cell, "x"),
            new GatheredFeatures(List.of(x), identity))) {
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
    return input.isNotNull().and(SparkLine.column(new AllFinite(SparkLine.expression(x), kind)));
  }
}
