package io.normact.sql.pass;

import io.normact.math.ActivationFunction;
import io.normact.math.exact.ColumnMoments;
import io.normact.math.exact.Moments;
import io.normact.math.histogram.BinTally;
import io.normact.math.row.FeatureFunction;
import io.normact.math.row.SlopeTally;
import java.io.Serializable;
import java.util.Arrays;

/**
 * The profile of a run of scalar columns, or of one vector or array column: what its features are
 * distributed like, and how steep an activation function is over them, as they are and after a
 * normalisation. Mutable while rows come in, and merges exactly.
 *
 * <p>Values are looked at feature by feature, many at a time, as columns of a batch come. Rows are
 * gathered into such runs first. Of a sparse row without a weight the entries alone are looked at.
 * Its zeros are counted, and added once all rows are in.
 */
public final class FeatureProfile implements Serializable {

  private static final long serialVersionUID = 1L;

  /** About as many values as a run of rows holds, and the rows it has at least. */
  private static final int RUN_VALUES = 8192;

  private static final int FEWEST_ROWS = 64;

  private final int features;
  private long rows;
  private final InvalidCounts invalid;
  private final Moments moments;
  private final ValueTally tally;

  /** Of all profiles of the pass, and which part of its rows is this one's. */
  private final RowSample sample;

  private final int part;

  /** Whether rows have weights of their own. */
  private final boolean weighted;

  /** Sparse rows, and by feature how many of them hold a value; all others are 0. */
  private long sparseRows;

  private final long[] stored;

  private transient int[] entryFeatures;
  private transient double[] entries;
  private transient int entryCount;

  /** Rows that wait, by feature. */
  private transient double[][] waiting;

  private transient double[] waitingWeights;
  private transient int waitingRows;

  /** Of rows that came as columns; null if none did. */
  private transient ColumnMoments columnMoments;

  /**
   * The profile of no rows.
   *
   * @param normalization what stands between the feature and the function afterwards; null if
   *     nothing is looked at but the feature as it is
   * @param weighted whether rows come with weights
   * @param sample a sample of the rows, which somebody else adds to
   * @param part which part of the sample's rows is this profile's
   * @param fittedBins where values are counted in the bins of fitted ones; null for nowhere
   */
  FeatureProfile(
      int features,
      ActivationFunction[] functions,
      double threshold,
      FeatureFunction normalization,
      boolean weighted,
      RowSample sample,
      int part,
      BinTally fittedBins) {
    this.features = features;
    this.sample = sample;
    this.part = part;
    this.weighted = weighted;
    invalid = new InvalidCounts(features);
    stored = new long[features];
    moments = new Moments(features);
    tally = new ValueTally(features, functions, threshold, normalization, fittedBins);
  }

  /** How many rows of so many features are looked at at once. */
  static int runOf(int features) {
    return Math.max(FEWEST_ROWS, RUN_VALUES / Math.max(1, features));
  }

  /** The number of features. */
  public int features() {
    return features;
  }

  /** The number of rows of positive weight, null and skipped ones included. */
  public long rows() {
    return rows;
  }

  /** The number of rows in which the feature, or the vector or array that holds it, is null. */
  public long nulls(int feature) {
    return invalid.nulls(feature);
  }

  /** The number of rows in which the feature is NaN. */
  public long nans(int feature) {
    return invalid.nans(feature);
  }

  /** The number of rows in which the feature is infinite. */
  public long infinities(int feature) {
    return invalid.infinities(feature);
  }

  /** The number of rows skipped though the feature is finite, since another one is not. */
  public long skipped(int feature) {
    return invalid.skipped(feature);
  }

  /** The number of rows in which the feature is finite; all that follows is over these. */
  public long count(int feature) {
    return rows - invalid.leftOut(feature);
  }

  /** Share of the weight of these rows at which the slope is below the threshold, as it is. */
  public double flatShare(SlopeTally slopes, int feature) {
    return share(slopes.flat(feature), feature);
  }

  /** Share of their weight at which the slope is exactly 0. */
  public double zeroShare(SlopeTally slopes, int feature) {
    return share(slopes.zero(feature), feature);
  }

  private double share(double part, int feature) {
    // Of all weight it is 1: neither sum may be off in its last bit there.
    return Math.min(1, part / (weighted ? moments.weight(feature) : count(feature)));
  }

  /** Exact moments of the features. */
  public Moments moments() {
    return moments;
  }

  /** The least value of a feature; NaN without any. */
  public double min(int feature) {
    return count(feature) == 0 ? Double.NaN : tally.min(feature);
  }

  /** The greatest value of a feature; NaN without any. */
  public double max(int feature) {
    return count(feature) == 0 ? Double.NaN : tally.max(feature);
  }

  /** The distribution of a feature: all of its values if they are few, else a sample of them. */
  public SampledValues values(int feature) {
    SampledValues values = sample.values(part, feature, count(feature));
    if (values.values().length == 0 && count(feature) > 0) {
      // So rare that no row of the sample has it: nothing is known but its extremes.
      return new SampledValues(new double[] {min(feature), max(feature)}, count(feature));
    }
    return values;
  }

  /** The {@link SampledValues#rankError} of a feature that is finite in every row not skipped. */
  public double rankError(long skippedRows) {
    return sample.rankError(rows - skippedRows);
  }

  /** Slopes at the features as they are. */
  public SlopeTally before() {
    return tally.before();
  }

  /** Slopes at the normalised features; null if none was given. */
  public SlopeTally after() {
    return tally.after();
  }

  /**
   * Values counted in the bins of fitted ones, whatever their rows weigh; null if none are known.
   */
  public BinTally fittedBins() {
    return tally.fittedBins();
  }

  /** The counts of what is not finite. */
  InvalidCounts invalid() {
    return invalid;
  }

  /** Counts rows in which the vector or array is null. */
  void addNulls(long count) {
    rows += count;
    invalid.addNullRows(count);
  }

  /** Counts a row that is skipped, which holds NaN wherever a feature is null, NaN or infinite. */
  void skip(double[] row) {
    rows++;
    invalid.skip(row);
  }

  /** Counts a skipped row that holds these values, and 0 elsewhere. */
  void skip(int[] indices, double[] values) {
    rows++;
    invalid.skip(indices, values);
  }

  /** Whether rows can be added by what they hold, without their zeros. */
  boolean takesSparse() {
    return !weighted;
  }

  /**
   * Adds a row of weight 1 that holds these values, NaN for one that is not finite, and 0
   * elsewhere. Takes time in proportion to them.
   */
  void add(int[] indices, double[] values) {
    rows++;
    sparseRows++;
    moments.add(indices, values, indices.length, 1);
    if (entries == null) {
      entries = new double[RUN_VALUES];
      entryFeatures = new int[RUN_VALUES];
    }
    for (int i = 0; i < indices.length; i++) {
      stored[indices[i]]++;
      entryFeatures[entryCount] = indices[i];
      entries[entryCount++] = values[i];
      if (entryCount == RUN_VALUES) {
        flushEntries();
      }
    }
  }

  private void flushEntries() {
    if (entryCount > 0) {
      tally.addEntries(entryFeatures, entries, entryCount);
      entryCount = 0;
    }
  }

  /** Takes in the zeros of all sparse rows, once there are no more rows. */
  void addZeros() {
    if (sparseRows > 0) {
      tally.addZeros(sparseRows, stored);
      sparseRows = 0;
      Arrays.fill(stored, 0);
    }
  }

  /** Adds a row that holds NaN wherever a feature is null, NaN or infinite; the weight is not 0. */
  void add(double[] row, double weight) {
    rows++;
    if (features == 0) {
      return;
    }
    moments.add(row, weight);
    if (waiting == null) {
      waiting = new double[features][runOf(features)];
      waitingWeights = weighted ? new double[runOf(features)] : null;
    }
    for (int j = 0; j < features; j++) {
      waiting[j][waitingRows] = row[j];
    }
    if (weighted) {
      waitingWeights[waitingRows] = weight;
    }
    waitingRows++;
    if (waitingRows == waiting[0].length) {
      flushRows();
    }
  }

  private void flushRows() {
    for (int j = 0; j < features && waitingRows > 0; j++) {
      tally.add(j, waiting[j], waitingWeights, waitingRows);
    }
    waitingRows = 0;
  }

  /** Adds the rows of a run, which hold NaN and have weights likewise. */
  void add(ColumnRun run) {
    rows += run.rows();
    if (columnMoments == null) {
      columnMoments = new ColumnMoments(features);
    }
    columnMoments.count(run.weights(), run.rows());
    for (int j = 0; j < features; j++) {
      columnMoments.add(j, run.values()[j], run.weights(), run.rows());
      tally.add(j, run.values()[j], run.weights(), run.rows());
    }
  }

  /** Counts those of a run that are skipped, which hold NaN likewise. */
  void skip(ColumnRun run, boolean[] skipped) {
    rows += invalid.skip(run.values(), skipped);
  }

  /** Takes in the rows that wait. */
  void flush() {
    flushEntries();
    flushRows();
    if (columnMoments != null) {
      moments.merge(columnMoments.end());
      columnMoments = null;
    }
  }

  /** Adds another profile of as many features, but not its sample. No row of either waits. */
  void merge(FeatureProfile other) {
    rows += other.rows;
    sparseRows += other.sparseRows;
    for (int j = 0; j < features; j++) {
      stored[j] += other.stored[j];
    }
    invalid.merge(other.invalid);
    moments.merge(other.moments);
    tally.merge(other.tally);
  }
}
