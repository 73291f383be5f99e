package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.ColumnKind;
import io.normact.sql.column.NamedField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import scala.Function1;
import scala.collection.Seq;

/** Columns of {@link FeatureFunction}s, evaluated inside whole-stage generated code. */
public final class FeatureColumns {

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

  /**
   * The column of a function by the row's key over a column of vectors or arrays.
   *
   * @param statistics the array of the statistics, or null
   * @param field the name of {@code input} for messages, and its type
   */
  static Column apply(KeyedSlice slice, Expression statistics, Column input, StructField field) {
    DataType type = ColumnKind.of(field.dataType()).orElseThrow().computedType(field.dataType());
    return SparkLine.column(
        new KeyedCall(
            SparkLine.expression(input.cast(type)), statistics, slice, type, field.name()));
  }

  /** The column of a call, of whatever types its arguments turn out to be. */
  public static Column called(Function1<Seq<Expression>, Expression> call, Column... arguments) {
    List<Expression> expressions = Arrays.stream(arguments).map(SparkLine::expression).toList();
    return SparkLine.column(call.apply(SparkLine.seq(expressions)));
  }

  /**
   * Whether all numbers in a row are there and finite; never null itself.
   *
   * @param inputs what holds them, of kinds that {@link ColumnKind} knows
   */
  public static Column allFinite(List<NamedField> inputs) {
    List<Column> tests = new ArrayList<>();
    List<Expression> scalars = new ArrayList<>();
    for (NamedField input : inputs) {
      Column x = input.column();
      StructField field = input.field();
      ColumnKind kind = ColumnKind.of(field.dataType()).orElseThrow();
      if (kind.isScalar()) {
        scalars.add(SparkLine.expression(x));
      } else {
        Expression cell = SparkLine.expression(x.cast(kind.computedType(field.dataType())));
        tests.add(x.isNotNull().and(SparkLine.column(new AllFinite(cell, kind))));
      }
    }
    for (int from = 0; from < scalars.size(); from += GatheredFeatures.MOST) {
      int to = Math.min(from + GatheredFeatures.MOST, scalars.size());
      Expression row = new GatheredFeatures(scalars.subList(from, to), UnchangedFeatures.INSTANCE);
      tests.add(SparkLine.column(new AllFinite(row, ColumnKind.DOUBLE_ARRAY)));
    }
    // Thousands of conditions joined by And are a tree as deep, on which Spark's stack overflows.
    return tests.size() == 1 ? tests.get(0) : functions.least(tests.toArray(new Column[0]));
  }
}
