package io.normact.sql.catalyst;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.KnownNotNull;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;

/**
 * Adds the columns of {@link FeatureBlock}s to a dataset, however many.
 *
 * <p>It takes two projections: the first gathers scalars, up to {@link GatheredFeatures#MOST} at a
 * time, and runs them through the function's array form; the second takes the results out. Spark
 * keeps the two apart, so that each row is mapped once.
 */
public final class FeatureProjection {

  private FeatureProjection() {}

  /** All columns of the rows, then those of the blocks. */
  public static Dataset<Row> of(Dataset<Row> rows, List<FeatureBlock> blocks) {
    List<FeatureBlock> parts =
        blocks.stream().flatMap(block -> block.parts(GatheredFeatures.MOST).stream()).toList();
    List<Column> first = new ArrayList<>(List.of(functions.col("*")));
    String unused = unusedPrefix(rows.columns());
    for (FeatureBlock part : parts) {
      if (part.isScalar()) {
        first.add(SparkLine.column(gather(part)).as(unused + first.size()));
      }
    }
    Dataset<Row> wider = select(rows, first);
    List<Attribute> attributes = SparkLine.output(wider.queryExecution().analyzed());
    int inputs = attributes.size() - (first.size() - 1);
    Iterator<Attribute> arrays = attributes.listIterator(inputs);
    List<Column> second = new ArrayList<>();
    attributes.subList(0, inputs).forEach(input -> second.add(SparkLine.column(input)));
    for (FeatureBlock part : parts) {
      if (part.isScalar()) {
        // Not a leaf, so that rows are asked for the array once, and not for each feature.
        Expression array = new KnownNotNull(arrays.next());
        for (int j = 0; j < part.size(); j++) {
          FeatureBlock.Output output = part.outputs().get(j);
          second.add(named(output, SparkLine.column(take(array, j, output.to()))));
        }
      } else {
        FeatureBlock.Output output = part.outputs().get(0);
        second.add(
            named(output, FeatureColumns.apply(part.function(), output.input(), output.from())));
      }
    }
    return select(wider, second);
  }

  /** What none of these names begins with. */
  private static String unusedPrefix(String[] names) {
    String prefix = "gathered_";
    while (startsAny(names, prefix)) {
      prefix = "_" + prefix;
    }
    return prefix;
  }

  private static boolean startsAny(String[] names, String prefix) {
    return Arrays.stream(names)
        .anyMatch(name -> name.regionMatches(true, 0, prefix, 0, prefix.length()));
  }

  private static Expression gather(FeatureBlock part) {
    return new GatheredFeatures(
        part.outputs().stream().map(output -> SparkLine.expression(output.input())).toList(),
        part.function());
  }

  private static Expression take(Expression array, int place, StructField field) {
    return new TakenFeature(array, place, field.dataType(), field.nullable());
  }

  private static Column named(FeatureBlock.Output output, Column column) {
    return column.as(output.to().name(), output.to().metadata());
  }

  private static Dataset<Row> select(Dataset<Row> rows, List<Column> columns) {
    return rows.select(columns.toArray(new Column[0]));
  }
}
