package io.normact.sql.pass;

import io.normact.math.ActivationFunction;
import io.normact.math.array.FiniteValues;
import io.normact.math.histogram.BinTally;
import io.normact.math.histogram.ReferenceBins;
import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.ColumnKind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;

/**
 * Profiles of feature columns of any kinds, in one pass over internal rows and one Spark job,
 * before and after a normalisation at once. A task holds O(features) and a {@link RowSample}.
 */
public final class ProfileAggregation {

  /** With so many the rows of a sample take 164 MB, and 20 MB a task where there are many tasks. */
  public static final int MOST_FEATURES = 10_000;

  /** So many samples at most are merged at once, lest they fill the driver's memory. */
  private static final int FAN_IN = 10;

  private static final int SMALLEST_DEPTH = 2;

  /** The rows' priorities begin here, so that no generator of data happens to draw the same. */
  private static final long SEED = 0x6e6f726d616374L;

  private ProfileAggregation() {}

  /** Runs the pass with no fitted values to compare with. */
  public static Profiles run(
      String name,
      Dataset<?> data,
      List<FeatureSource> columns,
      ActivationFunction[] functions,
      double threshold,
      FeatureFunction normalization,
      int[] widths,
      JudgedRows rows) {
    return run(name, data, columns, functions, threshold, normalization, widths, rows, List.of());
  }

  /**
   * Runs the pass.
   *
   * @param name what the user has called, see {@link InternalRows#execute}
   * @param data the rows
   * @param columns where the features are
   * @param functions elementwise activation functions: one for all features, or one for each in the
   *     columns' order, which needs the widths
   * @param threshold slopes of a smaller magnitude are flat
   * @param normalization what features go through before the function afterwards, of all features
   *     in the columns' order; null for none
   * @param widths how many features each column has, which a normalisation needs; null if unknown
   * @param rows which rows count, and for how much
   * @param fitted the bins of the values that each feature was fitted on, which needs a
   *     normalisation; empty for none
   * @return a profile for each run of scalar columns and each other column; without features where
   *     all rows were null
   * @throws IllegalArgumentException if a column's rows differ in width from one another or from
   *     what the normalisation expects, a weight is invalid, or there are more than {@link
   *     #MOST_FEATURES} features
   */
  public static Profiles run(
      String name,
      Dataset<?> data,
      List<FeatureSource> columns,
      ActivationFunction[] functions,
      double threshold,
      FeatureFunction normalization,
      int[] widths,
      JudgedRows rows,
      List<ReferenceBins> fitted) {
    List<FeatureReader> readers = FeatureReader.of(columns);
    int[] partWidths = widths == null ? null : FeatureReader.layout(columns).partWidths(widths);
    List<FeatureFunction> parts = normalization == null ? null : slices(normalization, partWidths);
    List<Column> fields = new ArrayList<>();
    columns.forEach(column -> fields.add(column.readable()));
    RowPolicy policy =
        new RowPolicy(rows.weight() == null ? -1 : fields.size(), rows.skipInvalidRows());
    if (rows.weight() != null) {
      fields.add(rows.weight().cast(DataTypes.DoubleType));
    }
    return InternalRows.execute(
        name,
        data.select(fields.toArray(new Column[0])),
        read ->
            profiles(
                read,
                new Comparison(readers, functions, threshold, parts, partWidths, policy, fitted)));
  }

  private static Profiles profiles(JavaRDD<InternalRow> read, Comparison comparison) {
    int partitions = read.getNumPartitions();
    if (partitions == 0) {
      return new Pass(comparison, 1).profiles();
    }
    return read.mapPartitionsWithIndex(
            (Integer index, Iterator<InternalRow> partition) -> {
              Pass pass = new Pass(comparison, partitions);
              SplittableRandom priorities = new SplittableRandom(SEED + index);
              while (partition.hasNext() && pass.failure == null) {
                pass.add(partition.next(), priorities.nextLong());
              }
              return List.of(new JavaSerialized<>(pass.flush())).iterator();
            },
            false)
        .treeReduce(JavaSerialized.merging(Pass::merge), depth(partitions))
        .value()
        .profiles();
  }

  /**
   * Which rows count, and for how much.
   *
   * @param weight the column of row weights, finite and not negative, of which a row of 0 counts
   *     for nothing; null for 1 a row
   * @param skipInvalidRows whether a row with a null, NaN or infinite feature is left out whole;
   *     otherwise only that feature is
   */
  public record JudgedRows(Column weight, boolean skipInvalidRows) {

    /** All rows count, and each for 1. */
    public static final JudgedRows ALL = new JudgedRows(null, false);
  }

  /**
   * What a pass gives.
   *
   * @param features a profile for each run of scalar columns and each other column
   * @param skippedRows rows that were left out whole, each counted in the profiles' rows
   */
  public record Profiles(List<FeatureProfile> features, long skippedRows) {

    /** Rows of positive weight, skipped ones included. */
    public long rows() {
      return features.get(0).rows();
    }

    /** The rank error of a feature that is finite in every row not skipped. */
    public double rankError() {
      return features.get(0).rankError(skippedRows);
    }
  }

  /** {@link JudgedRows} as it travels to the tasks; the field is -1 without weights. */
  private record RowPolicy(int weightField, boolean skipInvalidRows) implements Serializable {}

  /**
   * What {@link #run} is given, as it travels to the tasks; normalisations and widths by part, or
   * null.
   */
  private record Comparison(
      List<FeatureReader> readers,
      ActivationFunction[] functions,
      double threshold,
      List<FeatureFunction> normalizations,
      int[] widths,
      RowPolicy policy,
      List<ReferenceBins> fitted)
      implements Serializable {}

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

  /** What a task holds. A failure ends it without Spark's trying the task four times. */
  private static final class Pass implements Serializable {

    private static final long serialVersionUID = 1L;

    private final List<FeatureReader> readers;
    private final ActivationFunction[] functions;
    private final double threshold;
    private final List<FeatureFunction> normalizations;
    private final int[] widths;
    private final RowPolicy policy;
    private final List<ReferenceBins> fitted;
    private final FeatureProfile[] profiles;
    private final RowSample sample;

    /** Rows in which a vector or array was null before the first that was not. */
    private final long[] earlyNulls;

    private long skippedRows;
    private String failure;
    private transient FeatureCell[] cells;

    Pass(Comparison comparison, int partitions) {
      readers = comparison.readers;
      functions = comparison.functions;
      threshold = comparison.threshold;
      normalizations = comparison.normalizations;
      widths = comparison.widths;
      policy = comparison.policy;
      fitted = comparison.fitted;
      profiles = new FeatureProfile[readers.size()];
      sample = new RowSample(readers.size(), partitions);
      earlyNulls = new long[readers.size()];
      for (int r = 0; r < profiles.length; r++) {
        if (readers.get(r).kind() == ColumnKind.DOUBLE) {
          start(r, readers.get(r).fields());
        }
      }
    }

    Profiles profiles() {
      if (failure != null) {
        throw new IllegalArgumentException(failure);
      }
      List<FeatureProfile> result = new ArrayList<>();
      for (int r = 0; r < profiles.length; r++) {
        if (profiles[r] == null) {
          // A model knows the width of a column that is null in every row.
          start(r, widths == null ? 0 : widths[r]);
        }
        profiles[r].addZeros();
        result.add(profiles[r]);
      }
      return new Profiles(result, skippedRows);
    }

    private void start(int r, int width) {
      FeatureFunction normalization = normalizations == null ? null : normalizations.get(r);
      String name = readers.get(r).name();
      if (widths != null && widths[r] != width) {
        failure =
            String.format(
                Locale.ROOT,
                "Column '%s' holds a row of %d features, but the model was fitted on %d.",
                name,
                width,
                widths[r]);
      } else if (width > MOST_FEATURES) {
        failure =
            String.format(
                Locale.ROOT,
                "Column '%s' and those next to it hold %d features, but a report takes at most %d; choose fewer.",
                name,
                width,
                MOST_FEATURES);
      } else {
        profiles[r] =
            new FeatureProfile(
                width,
                functions(r, width),
                threshold,
                normalization,
                policy.weightField >= 0,
                sample,
                r,
                fitted.isEmpty() ? null : tally(r, width));
        sample.setWidth(r, width);
        profiles[r].addNulls(earlyNulls[r]);
        earlyNulls[r] = 0;
      }
    }

    private ActivationFunction[] functions(int r, int width) {
      if (functions.length == 1) {
        return functions;
      }
      int from = featuresBefore(r);
      return Arrays.copyOfRange(functions, from, from + width);
    }

    private BinTally tally(int r, int width) {
      int from = featuresBefore(r);
      return new BinTally(fitted.subList(from, from + width));
    }

    private int featuresBefore(int r) {
      return Arrays.stream(widths, 0, r).sum();
    }

    void add(InternalRow row, long priority) {
      double weight = weight(row);
      if (failure != null || weight == 0) {
        return;
      }
      if (cells == null) {
        cells = FeatureCell.of(readers);
      }
      boolean skipped = false;
      for (int r = 0; r < cells.length; r++) {
        cells[r].read(row);
        skipped |= policy.skipInvalidRows && !cells[r].isFinite();
      }
      skippedRows += skipped ? 1 : 0;
      boolean wanted = !skipped && sample.accepts(priority);
      double[][] sampled = wanted ? new double[profiles.length][] : null;
      for (int r = 0; r < profiles.length && failure == null; r++) {
        if (add(r, cells[r], weight, skipped) && wanted) {
          sampled[r] = cells[r].dense().clone();
        }
      }
      if (wanted) {
        sample.add(priority, sampled, weight);
      }
    }

    private double weight(InternalRow row) {
      int field = policy.weightField;
      if (field < 0) {
        return 1;
      }
      double weight = row.isNullAt(field) ? Double.NaN : row.getDouble(field);
      if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
        failure =
            String.format(
                Locale.ROOT,
                "A row's weight is %s, but weights must be finite and not negative.",
                row.isNullAt(field) ? "null" : Double.toString(weight));
      }
      return weight;
    }

    /**
     * Adds what the row holds there, and leaves NaN for what is not finite; false if it is null.
     */
    private boolean add(int r, FeatureCell cell, double weight, boolean skipped) {
      int width = cell.width();
      if (width < 0) {
        addNulls(r, 1);
        return false;
      }
      if (profiles[r] == null) {
        start(r, width);
      } else {
        checkWidth(r, width);
      }
      if (failure != null) {
        return false;
      }
      if (!FiniteValues.all(cell.values())) {
        setAside(r, cell);
      }
      if (cell.isSparse() && profiles[r].takesSparse()) {
        if (skipped) {
          profiles[r].skip(cell.indices(), cell.values());
        } else {
          profiles[r].add(cell.indices(), cell.values());
        }
      } else if (skipped) {
        profiles[r].skip(cell.dense());
      } else {
        profiles[r].add(cell.dense(), weight);
      }
      return true;
    }

    private void checkWidth(int r, int width) {
      int expected = profiles[r].features();
      if (expected != width) {
        failure = readers.get(r).differingWidths(expected, width);
      }
    }

    /** Counts what is not finite by its kind, and leaves NaN in its place. */
    private void setAside(int r, FeatureCell cell) {
      double[] x = cell.values();
      for (int i = 0; i < x.length; i++) {
        int j = cell.isSparse() ? cell.indices()[i] : i;
        if (Double.isInfinite(x[i])) {
          profiles[r].countInfinity(j);
          x[i] = Double.NaN;
        } else if (Double.isNaN(x[i]) && cell.isNull(j)) {
          profiles[r].countNull(j);
        } else if (Double.isNaN(x[i])) {
          profiles[r].countNan(j);
        }
      }
    }

    Pass flush() {
      for (FeatureProfile profile : profiles) {
        if (profile != null) {
          profile.flush();
        }
      }
      sample.trim();
      return this;
    }

    Pass merge(Pass other) {
      if (other.failure != null && (failure == null || other.failure.compareTo(failure) < 0)) {
        failure = other.failure;
      }
      for (int r = 0; r < profiles.length && failure == null; r++) {
        merge(r, other);
      }
      if (failure == null) {
        skippedRows += other.skippedRows;
        sample.merge(other.sample);
      }
      return this;
    }

    private void merge(int r, Pass other) {
      FeatureProfile theirs = other.profiles[r];
      if (profiles[r] == null && theirs != null) {
        start(r, theirs.features());
      }
      if (theirs != null && failure == null) {
        checkWidth(r, theirs.features());
        if (failure == null) {
          profiles[r].merge(theirs);
        }
      }
      addNulls(r, other.earlyNulls[r]);
    }

    private void addNulls(int r, long count) {
      if (profiles[r] == null) {
        earlyNulls[r] += count;
      } else {
        profiles[r].addNulls(count);
      }
    }
  }
}
