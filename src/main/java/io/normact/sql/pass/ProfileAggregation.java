package io.normact.sql.pass;

import io.normact.math.ActivationFunction;
import io.normact.math.histogram.ReferenceBins;
import io.normact.math.row.FeatureFunction;
import io.normact.sql.pass.ProfilePass.Comparison;
import io.normact.sql.pass.ProfilePass.RowPolicy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Profiles of feature columns of any kinds, in one pass over internal rows and one Spark job,
 * before and after a normalisation at once. A task holds O(features) and a {@link RowSample}.
 */
public final class ProfileAggregation {

  /** So many samples at most are merged at once, lest they fill the driver's memory. */
  private static final int FAN_IN = 10;

  private static final int SMALLEST_DEPTH = 2;

  /** The rows' priorities begin here, so that no generator of data happens to draw the same. */
  private static final long SEED = 0x6e6f726d616374L;

  private ProfileAggregation() {}

  /**
   * Runs the pass.
   *
   * @param name what the user has called, see {@link InternalRows#execute}
   * @param data the rows
   * @param columns where the features are
   * @param transformation what their values go through
   * @param rows which rows count, and for how much
   * @return a profile for each run of scalar columns and each other column; without features where
   *     all rows were null
   * @throws IllegalArgumentException if a column's rows differ in width from one another or from
   *     what the normalisation expects, a weight is invalid, or there are more than {@link
   *     Profiles#MOST_FEATURES} features
   */
  public static Profiles run(
      String name,
      Dataset<?> data,
      List<FeatureSource> columns,
      Transformation transformation,
      JudgedRows rows) {
    List<FeatureReader> readers = FeatureReader.of(columns);
    int[] widths = transformation.widths();
    int[] partWidths = widths == null ? null : FeatureReader.layout(columns).partWidths(widths);
    FeatureFunction normalization = transformation.normalization();
    List<FeatureFunction> parts = normalization == null ? null : slices(normalization, partWidths);
    List<Column> fields = new ArrayList<>();
    columns.forEach(column -> fields.add(column.readable()));
    RowPolicy policy =
        new RowPolicy(
            rows.weight() == null ? -1 : fields.size(),
            rows.weight() == null ? null : rows.weight().name(),
            rows.skipInvalidRows());
    if (rows.weight() != null) {
      fields.add(rows.weight().readable());
    }
    Comparison comparison =
        new Comparison(
            readers,
            transformation.functions(),
            transformation.threshold(),
            parts,
            partWidths,
            policy,
            transformation.fitted());
    Dataset<?> read = data.select(fields.toArray(new Column[0]));
    return FeatureReader.ofScalars(readers)
        ? InternalRows.execute(
            name,
            read,
            given -> total(given, comparison, ofRows(comparison, given.getNumPartitions())),
            scanned -> {
              JavaRDD<ColumnarBatch> batches = scanned.batches();
              return total(
                  batches,
                  comparison,
                  ofBatches(comparison, batches.getNumPartitions(), scanned.fields()));
            })
        : InternalRows.execute(
            name,
            read,
            given -> total(given, comparison, ofRows(comparison, given.getNumPartitions())));
  }

  private static Task<InternalRow> ofRows(Comparison comparison, int partitions) {
    return (index, rows) -> {
      ProfilePass pass = new ProfilePass(comparison, partitions);
      SplittableRandom priorities = new SplittableRandom(SEED + index);
      while (rows.hasNext() && !pass.failed()) {
        pass.add(rows.next(), priorities);
      }
      return List.of(new JavaSerialized<>(pass.end())).iterator();
    };
  }

  private static Task<ColumnarBatch> ofBatches(
      Comparison comparison, int partitions, List<ScannedColumns.Field> fields) {
    return (index, batches) -> {
      ProfilePass pass = new ProfilePass(comparison, partitions);
      SplittableRandom priorities = new SplittableRandom(SEED + index);
      ColumnRun run = pass.run(fields);
      while (batches.hasNext() && !pass.failed()) {
        pass.add(batches.next(), run, priorities);
      }
      return List.of(new JavaSerialized<>(pass.end())).iterator();
    };
  }

  private static <T> Profiles total(JavaRDD<T> given, Comparison comparison, Task<T> task) {
    int partitions = given.getNumPartitions();
    return partitions == 0
        ? new ProfilePass(comparison, 1).profiles()
        : given
            .mapPartitionsWithIndex(task, false)
            .treeReduce(JavaSerialized.merging(ProfilePass::merge), depth(partitions))
            .value()
            .profiles();
  }

  /** What a task makes of its partition, which has this number. */
  private interface Task<T>
      extends Function2<Integer, Iterator<T>, Iterator<JavaSerialized<ProfilePass>>> {}

  /**
   * What the values of features go through: a normalisation, if there is one, and an activation
   * function.
   *
   * @param functions elementwise activation functions: one for all features, or one for each in the
   *     columns' order, which needs the widths
   * @param threshold slopes of a smaller magnitude are flat
   * @param normalization what features go through before the function afterwards, of all features
   *     in the columns' order; null for none
   * @param widths how many features each column has, which a normalisation needs; null if unknown
   * @param fitted the bins of the values that each feature was fitted on, which needs a
   *     normalisation; empty for none
   */
  public record Transformation(
      ActivationFunction[] functions,
      double threshold,
      FeatureFunction normalization,
      int[] widths,
      List<ReferenceBins> fitted) {}

  /**
   * Which rows count, and for how much.
   *
   * @param weight the column of row weights, numbers that are finite and not negative, of which a
   *     row of 0 counts for nothing; null for 1 a row
   * @param skipInvalidRows whether a row with a null, NaN or infinite feature is left out whole;
   *     otherwise only that feature is
   */
  public record JudgedRows(FeatureSource weight, boolean skipInvalidRows) {

    /** All rows count, and each for 1. */
    public static final JudgedRows ALL = new JudgedRows(null, false);
  }

  private static int depth(int partitions) {
    return Math.max(SMALLEST_DEPTH, (int) Math.ceil(Math.log(partitions) / Math.log(FAN_IN)));
  }

  /** The part of the normalisation that belongs to each part of the columns. */
  private static List<FeatureFunction> slices(FeatureFunction normalization, int[] partWidths) {
    List<FeatureFunction> slices = new ArrayList<>();
    int from = 0;
    for (int width : partWidths) {
      slices.add(normalization.slice(from, width));
      from += width;
    }
    return slices;
  }
}
