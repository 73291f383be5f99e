package io.normact.sql;

import io.normact.math.ActivationFunction;
import io.normact.math.Activations;
import io.normact.math.FeatureFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;

/** Columns of {@link FeatureFunction}s, evaluated inside whole-stage generated code. */
public final class FeatureColumns {

  private static final FeatureFunction AS_THEY_ARE =
      Activations.values(ActivationFunction.parse("identity"));

  private FeatureColumns() {}

  /**
   * The column of {@code function} over a column of vectors or arrays.
   *
   * @param field the name of {@code input} for messages
   */
  static Column apply(FeatureFunction function, Column input, StructField field) {
    return SparkLine.column(
        FeatureCall.ofStage(function, SparkLine.expression(input), field.name()));
  }

  /** The column of a call as SQL would have it, of whatever type the input turns out to be. */
  static Column called(
      String name, Column input, Column parameter, FeatureFunction function, boolean wholeVector) {
    List<Expression> arguments =
        List.of(SparkLine.expression(input), SparkLine.expression(parameter));
    return SparkLine.column(FeatureCall.written(name, arguments, function, wholeVector));
  }

  /** Whether all numbers in a row are there and finite; never null itself. */
  public static Column allFinite(List<FeatureSource> columns) {
    List<Column> tests = new ArrayList<>();
    List<Expression> scalars = new ArrayList<>();
    for (FeatureSource column : columns) {
      Expression cell = SparkLine.expression(column.readable());
      if (column.kind().isScalar()) {
        scalars.add(SparkLine.expression(column.column()));
      } else {
        Column test = SparkLine.column(new AllFinite(cell, column.kind()));
        tests.add(column.column().isNotNull().and(test));
      }
    }
    for (int from = 0; from < scalars.size(); from += GatheredFeatures.MOST) {
      int to = Math.min(from + GatheredFeatures.MOST, scalars.size());
      Expression row = new GatheredFeatures(scalars.subList(from, to), AS_THEY_ARE);
      tests.add(SparkLine.column(new AllFinite(row, ColumnKind.DOUBLE_ARRAY)));
    }
    // Thousands of conditions joined by And are a tree as deep, on which Spark's stack overflows.
    return tests.size() == 1 ? tests.get(0) : functions.least(tests.toArray(new Column[0]));
  }
}
