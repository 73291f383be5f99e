package io.normact.sql.pass;

import io.normact.math.ActivationFunction;
import io.normact.math.array.FiniteValues;
import io.normact.math.histogram.BinTally;
import io.normact.math.histogram.ReferenceBins;
import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.ColumnKind;
import io.normact.text.Counted;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * What a task of {@link ProfileAggregation} holds. A failure ends it without Spark's trying the
 * task four times.
 */
final class ProfilePass implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Comparison given;
  private final List<FeatureReader> readers;
  private final FeatureProfile[] profiles;
  private final RowSample sample;

  /** Rows in which a vector or array was null before the first that was not. */
  private final long[] earlyNulls;

  private long skippedRows;
  private String failure;
  private transient FeatureCell[] cells;

  /**
   * Which rows count, as {@link ProfileAggregation.JudgedRows} says.
   *
   * @param weightField the field of row weights; below 0 for 1 a row
   * @param weightName the weights' column, for messages
   */
  record RowPolicy(int weightField, String weightName, boolean skipInvalidRows)
      implements Serializable {

    boolean isWeighted() {
      return weightField >= 0;
    }
  }

  /**
   * What {@link ProfileAggregation#run} is given, as it travels to the tasks; normalisations and
   * widths by part, or null.
   */
  record Comparison(
      List<FeatureReader> readers,
      ActivationFunction[] functions,
      double threshold,
      List<FeatureFunction> normalizations,
      int[] widths,
      RowPolicy policy,
      List<ReferenceBins> fitted)
      implements Serializable {}

  /**
   * No rows yet.
   *
   * @param partitions how many tasks there are
   */
  ProfilePass(Comparison comparison, int partitions) {
    given = comparison;
    readers = comparison.readers;
    profiles = new FeatureProfile[readers.size()];
    sample = new RowSample(readers.size(), partitions);
    earlyNulls = new long[readers.size()];
    for (int r = 0; r < profiles.length; r++) {
      if (readers.get(r).kind() == ColumnKind.DOUBLE) {
        start(r, readers.get(r).fields());
      }
    }
  }

  boolean failed() {
    return failure != null;
  }

  /**
   * What was found.
   *
   * @throws IllegalArgumentException if a task has failed
   */
  Profiles profiles() {
    if (failure != null) {
      throw new IllegalArgumentException(failure);
    }
    List<FeatureProfile> result = new ArrayList<>();
    for (int r = 0; r < profiles.length; r++) {
      if (profiles[r] == null) {
        // A model knows the width of a column that is null in every row.
        start(r, given.widths == null ? 0 : given.widths[r]);
      }
      profiles[r].addZeros();
      result.add(profiles[r]);
    }
    return new Profiles(result, skippedRows);
  }

  private void start(int r, int width) {
    FeatureFunction normalization =
        given.normalizations == null ? null : given.normalizations.get(r);
    String name = readers.get(r).name();
    if (given.widths != null && given.widths[r] != width) {
      failure =
          String.format(
              Locale.ROOT,
              "Column '%s' holds a row of %s, but the model was fitted on %d.",
              name,
              Counted.of(width, "feature"),
              given.widths[r]);
    } else if (width > Profiles.MOST_FEATURES) {
      failure =
          String.format(
              Locale.ROOT,
              "Column '%s' and those next to it hold %d features, but a report takes at most %d; choose fewer.",
              name,
              width,
              Profiles.MOST_FEATURES);
    } else if (known() + width > Profiles.MOST_FEATURES) {
      failure =
          String.format(
              Locale.ROOT,
              "The columns hold more than %d features together, but a report takes no more; choose fewer.",
              Profiles.MOST_FEATURES);
    } else {
      profiles[r] =
          new FeatureProfile(
              width,
              functions(r, width),
              given.threshold,
              normalization,
              given.policy.isWeighted(),
              sample,
              r,
              given.fitted.isEmpty() ? null : tally(r, width));
      sample.setWidth(r, width);
      profiles[r].addNulls(earlyNulls[r]);
      earlyNulls[r] = 0;
    }
  }

  /** The features of the columns whose widths are known. */
  private long known() {
    return Arrays.stream(profiles)
        .filter(Objects::nonNull)
        .mapToLong(FeatureProfile::features)
        .sum();
  }

  private ActivationFunction[] functions(int r, int width) {
    if (given.functions.length == 1) {
      return given.functions;
    }
    int from = featuresBefore(r);
    return Arrays.copyOfRange(given.functions, from, from + width);
  }

  private BinTally tally(int r, int width) {
    int from = featuresBefore(r);
    return new BinTally(given.fitted.subList(from, from + width));
  }

  private int featuresBefore(int r) {
    return Arrays.stream(given.widths, 0, r).sum();
  }

  /** Adds a row, with the next priority. */
  void add(InternalRow row, SplittableRandom priorities) {
    long priority = priorities.nextLong();
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
      skipped |= given.policy.skipInvalidRows && !cells[r].isFinite();
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
    int field = given.policy.weightField;
    if (field < 0) {
      return 1;
    }
    double weight = row.isNullAt(field) ? Double.NaN : row.getDouble(field);
    failure = FeatureMoments.weightFailure(given.policy.weightName, weight, row.isNullAt(field));
    return weight;
  }

  /** Adds what the row holds there, and leaves NaN for what is not finite; false if it is null. */
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
      if (!Double.isFinite(x[i])) {
        int j = cell.isSparse() ? cell.indices()[i] : i;
        profiles[r].invalid().add(j, x[i], cell.isNull(j));
        x[i] = Double.NaN;
      }
    }
  }

  /** A run for batches of scalars that lie in these fields. */
  ColumnRun run(List<ScannedColumns.Field> fields) {
    int most = FeatureProfile.runOf(readers.get(0).fields());
    return new ColumnRun(fields, given.policy.isWeighted(), most, true);
  }

  /** Adds the rows of a batch of scalars run by run, each with the next priority. */
  void add(ColumnarBatch batch, ColumnRun run, SplittableRandom priorities) {
    for (int from = 0; from < batch.numRows() && failure == null; from += run.most()) {
      run.start(batch, from, Math.min(run.most(), batch.numRows() - from));
      long[] drawn = priorities.longs(run.rows()).toArray();
      failure = run.weightFailure(given.policy.weightName);
      if (failure == null) {
        add(run, from, drawn);
      }
    }
  }

  private void add(ColumnRun run, int from, long[] priorities) {
    for (int j = 0; j < run.features(); j++) {
      run.read(j);
    }
    run.leaveOut(run.weightless());
    for (int j = 0; j < run.features(); j++) {
      setAside(run, j);
    }
    boolean[] skipped = given.policy.skipInvalidRows ? run.invalid() : null;
    if (skipped != null) {
      profiles[0].skip(run, skipped);
      skippedRows += run.leaveOut(skipped);
    }
    for (int i = 0; i < run.rows(); i++) {
      long priority = priorities[run.place(i) - from];
      if (sample.accepts(priority)) {
        sample.add(priority, new double[][] {run.row(i)}, run.weight(i));
      }
    }
    profiles[0].add(run);
  }

  private void setAside(ColumnRun run, int j) {
    double[] x = run.values()[j];
    if (!FiniteValues.all(x, run.rows())) {
      for (int i = 0; i < run.rows(); i++) {
        if (!Double.isFinite(x[i])) {
          profiles[0].invalid().add(j, x[i], run.isNull(j, i));
          x[i] = Double.NaN;
        }
      }
    }
  }

  /** Takes in what waits, and drops what the sample has too much of, before it is sent. */
  ProfilePass end() {
    for (FeatureProfile profile : profiles) {
      if (profile != null) {
        profile.flush();
      }
    }
    sample.trim();
    return this;
  }

  /**
   * Adds all rows of another and returns this. Where both have failed, the first failure in the
   * order of the alphabet stays, so that the same rows give the same message.
   */
  ProfilePass merge(ProfilePass other) {
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

  private void merge(int r, ProfilePass other) {
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
