package io.normact.sql.pass;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Counts, means and variances of feature columns of any kinds and number, in one pass over internal
 * rows and one Spark job. A task holds one accumulator, O(features), which {@link MergeTree}
 * merges; the merges are exact, so their order leaves no trace in the result.
 */
public final class MomentsAggregation {

  private MomentsAggregation() {}

  /**
   * Runs the pass.
   *
   * @param name what the user has called, see {@link InternalRows#execute}
   * @param data the rows
   * @param columns where the features are
   * @param weight the column of row weights, finite and not negative; null for 1 a row
   * @param skipInvalidRows whether a row with a null, NaN or infinite feature is left out whole;
   *     otherwise only that feature is
   * @param depth the depth of the tree of merges
   * @param histograms whether {@link FeatureMoments#histograms} are wanted too
   * @throws IllegalArgumentException if a weight is invalid or a column's rows differ in width
   */
  public static FeatureMoments run(
      String name,
      Dataset<?> data,
      List<FeatureSource> columns,
      FeatureSource weight,
      boolean skipInvalidRows,
      int depth,
      boolean histograms) {
    List<FeatureReader> readers = FeatureReader.of(columns);
    List<Column> fields = new ArrayList<>();
    columns.forEach(column -> fields.add(column.readable()));
    int weightField = weight == null ? -1 : fields.size();
    if (weight != null) {
      fields.add(weight.readable());
    }
    FeatureMoments none =
        new FeatureMoments(
            readers,
            weightField,
            weight == null ? null : weight.name(),
            skipInvalidRows,
            histograms);
    Dataset<?> read = data.select(fields.toArray(new Column[0]));
    return none.isOfScalars()
        ? InternalRows.execute(
            name,
            read,
            rows -> total(rows.mapPartitions(ofRows(none)), none, depth),
            scanned ->
                total(
                    scanned.batches().mapPartitions(ofBatches(none, scanned.fields())),
                    none,
                    depth))
        : InternalRows.execute(
            name, read, rows -> total(rows.mapPartitions(ofRows(none)), none, depth));
  }

  private static FlatMapFunction<Iterator<InternalRow>, JavaSerialized<FeatureMoments>> ofRows(
      FeatureMoments none) {
    return rows -> {
      FeatureMoments moments = none.none();
      while (rows.hasNext() && !moments.failed()) {
        moments.add(rows.next());
      }
      return List.of(new JavaSerialized<>(moments)).iterator();
    };
  }

  private static FlatMapFunction<Iterator<ColumnarBatch>, JavaSerialized<FeatureMoments>> ofBatches(
      FeatureMoments none, List<ScannedColumns.Field> fields) {
    return batches -> {
      BatchMoments moments = new BatchMoments(none, fields);
      while (batches.hasNext() && !moments.failed()) {
        moments.add(batches.next());
      }
      return List.of(new JavaSerialized<>(moments.end())).iterator();
    };
  }

  private static FeatureMoments total(
      JavaRDD<JavaSerialized<FeatureMoments>> parts, FeatureMoments none, int depth) {
    if (parts.getNumPartitions() == 0) {
      return none;
    }
    FeatureMoments total =
        MergeTree.reduce(parts, JavaSerialized.merging(FeatureMoments::merge), depth).value();
    total.throwIfFailed();
    return total;
  }
}
