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
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Adds the columns of {@link FeatureBlock}s to a dataset, however many, in one projection.
 *
 * <p>Where there are more scalars than Spark generates whole stages for
 * (spark.sql.codegen.maxFields), it takes two: the first gathers them, up to {@link
 * GatheredFeatures#MOST} at a time, and runs them through the function's array form; the second
 * takes the results out. A query that wants only some of the outputs reads the columns gathered
 * with those and no others.
 */
public final class FeatureProjection {

  private FeatureProjection() {}

  /** All columns of the rows, then those of the blocks. */
  public static Dataset<Row> of(Dataset<Row> rows, List<FeatureBlock> blocks) {
    return isWide(rows, blocks) ? gathered(rows, blocks) : columnByColumn(rows, blocks);
  }

  private static boolean isWide(Dataset<Row> rows, List<FeatureBlock> blocks) {
    int scalars = blocks.stream().filter(FeatureBlock::isScalar).mapToInt(FeatureBlock::size).sum();
    // Inputs and outputs together; what else the rows hold may be pruned.
    return 2 * scalars > rows.sparkSession().sessionState().conf().wholeStageMaxNumFields();
  }

  private static Dataset<Row> columnByColumn(Dataset<Row> rows, List<FeatureBlock> blocks) {
    List<Column> columns = new ArrayList<>(List.of(functions.col("*")));
    for (FeatureBlock block : blocks) {
      for (int j = 0; j < block.size(); j++) {
        columns.add(mapped(block, j));
      }
    }
    return select(rows, columns);
  }

  private static Dataset<Row> gathered(Dataset<Row> rows, List<FeatureBlock> blocks) {
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
        Attribute array = arrays.next();
        for (int j = 0; j < part.size(); j++) {
          second.add(take(array, j, part.outputs().get(j)));
        }
      } else {
        second.add(mapped(part, 0));
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
    List<Expression> inputs =
        part.outputs().stream()
            .map(output -> SparkLine.expression(output.input().cast(DataTypes.DoubleType)))
            .toList();
    return new GatheredFeatures(inputs, part.function());
  }

  /** An element of an array of doubles, rounded to float where the output is one. */
  private static Column take(Attribute array, int element, FeatureBlock.Output output) {
    Expression value = new TakenFeature(array, element, output.to().nullable());
    return named(output, SparkLine.column(value).cast(output.to().dataType()));
  }

  private static Column mapped(FeatureBlock block, int j) {
    FeatureBlock.Output output = block.outputs().get(j);
    return named(output, FeatureColumns.apply(block.function(), j, output.input(), output.from()));
  }

  private static Column named(FeatureBlock.Output output, Column column) {
    return column.as(output.to().name(), output.to().metadata());
  }

  private static Dataset<Row> select(Dataset<Row> rows, List<Column> columns) {
    return rows.select(columns.toArray(new Column[0]));
  }
}
