package io.normact.sql.pass;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;

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
    return InternalRows.execute(
        name, data.select(fields.toArray(new Column[0])), rows -> total(rows, none, depth));
  }

  private static FeatureMoments total(JavaRDD<InternalRow> rows, FeatureMoments none, int depth) {
    if (rows.getNumPartitions() == 0) {
      return none;
    }
    JavaRDD<JavaSerialized<FeatureMoments>> parts =
        rows.mapPartitions(
            (Iterator<InternalRow> partition) -> {
              FeatureMoments moments = none.none();
              while (partition.hasNext() && !moments.failed()) {
                moments.add(partition.next());
              }
              return List.of(new JavaSerialized<>(moments)).iterator();
            });
    FeatureMoments total =
        MergeTree.reduce(parts, JavaSerialized.merging(FeatureMoments::merge), depth).value();
    total.throwIfFailed();
    return total;
  }
}
