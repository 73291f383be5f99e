package io.normact.sql.catalyst;

import io.normact.math.row.KeyNumbers;
import io.normact.math.row.KeyedFunction;
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
    return of(rows, blocks, null);
  }

  /**
   * As {@link #of(Dataset, List)}, by the statistics of each row's key.
   *
   * @param blocks of a {@link KeyedFunction} each, in the order of the statistics; all features may
   *     come more than once
   * @param keyed the statistics; null where the functions are the same for all rows
   */
  public static Dataset<Row> of(
      Dataset<Row> rows, List<FeatureBlock> blocks, KeyedStatistics keyed) {
    List<FeatureBlock> parts =
        blocks.stream().flatMap(block -> block.parts(GatheredFeatures.MOST).stream()).toList();
    String unused = unusedPrefix(rows.columns());
    Dataset<Row> source = keyed == null ? rows : keyed.beside(rows, unused + "statistics");
    OfKey ofKey = keyed == null ? null : new OfKey(last(source), keyed.form(), parts);
    List<Column> first = new ArrayList<>(List.of(functions.col("*")));
    for (int p = 0; p < parts.size(); p++) {
      if (parts.get(p).isScalar()) {
        first.add(SparkLine.column(gather(parts.get(p), ofKey, p)).as(unused + first.size()));
      }
    }
    Dataset<Row> wider = select(source, first);
    List<Attribute> attributes = SparkLine.output(wider.queryExecution().analyzed());
    int inputs = attributes.size() - (first.size() - 1);
    Iterator<Attribute> arrays = attributes.listIterator(inputs);
    List<Column> second = new ArrayList<>();
    attributes
        .subList(0, keyed == null ? inputs : inputs - 1)
        .forEach(input -> second.add(SparkLine.column(input)));
    for (int p = 0; p < parts.size(); p++) {
      FeatureBlock part = parts.get(p);
      if (part.isScalar()) {
        // Not a leaf, so that rows are asked for the array once, and not for each feature.
        Expression array = new KnownNotNull(arrays.next());
        for (int j = 0; j < part.size(); j++) {
          FeatureBlock.Output output = part.outputs().get(j);
          second.add(named(output, SparkLine.column(take(array, j, output.to()))));
        }
      } else {
        second.add(named(part.outputs().get(0), call(part, ofKey, p)));
      }
    }
    return select(wider, second);
  }

  private static Expression last(Dataset<Row> rows) {
    List<Attribute> attributes = SparkLine.output(rows.queryExecution().analyzed());
    return attributes.get(attributes.size() - 1);
  }

  /** The statistics beside a row, and which of them belong to each part. */
  private static final class OfKey {
    final Expression statistics;
    final List<KeyedSlice> slices = new ArrayList<>();

    OfKey(Expression statistics, KeyNumbers.Form form, List<FeatureBlock> parts) {
      this.statistics = statistics;
      int from = 0;
      for (FeatureBlock part : parts) {
        slices.add(new KeyedSlice((KeyedFunction) part.function(), from, form));
        from = (from + part.function().features()) % form.features();
      }
    }
  }

  private static Column call(FeatureBlock part, OfKey ofKey, int number) {
    FeatureBlock.Output output = part.outputs().get(0);
    return ofKey == null
        ? FeatureColumns.apply(part.function(), output.input(), output.from())
        : FeatureColumns.apply(
            ofKey.slices.get(number), ofKey.statistics, output.input(), output.from());
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

  private static Expression gather(FeatureBlock part, OfKey ofKey, int number) {
    List<Expression> inputs =
        part.outputs().stream().map(output -> SparkLine.expression(output.input())).toList();
    return ofKey == null
        ? new GatheredFeatures(inputs, part.function())
        : new GatheredFeatures(inputs, ofKey.statistics, ofKey.slices.get(number));
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
