package io.normact.sql.pass;

import io.normact.math.ActivationFunction;
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
 * <p>Rows are gathered into blocks, so that slopes are computed over long arrays. Of a sparse row
 * without a weight its entries alone are looked at; that all else is 0 is counted, and taken in
 * when all rows are.
 */
public final class FeatureProfile implements Serializable {

  private static final long serialVersionUID = 1L;

  /** About as many values as a block holds, and the rows it has at least. */
  private static final int BLOCK_VALUES = 8192;

  private static final int BLOCK_ROWS = 64;

  private final int features;
  private final FeatureFunction normalization;
  private long rows;

  /** Rows that are null as a whole, which no feature counts for itself. */
  private long nullRows;

  private final long[] nulls;
  private final long[] nans;
  private final long[] infinities;

  /** Rows that were skipped. */
  private long skippedRows;

  /** Those of them in which the feature isn't finite. */
  private final long[] invalidSkipped;

  private final Moments moments;
  private final double[] min;
  private final double[] max;
  private final SlopeTally before;
  private final SlopeTally after;

  /** Null if there are no fitted histograms to compare values with. */
  private final BinTally fittedBins;

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

  private transient double[] block;
  private transient double[] blockWeights;
  private transient int blockRows;

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
    this.normalization = normalization;
    this.weighted = weighted;
    this.fittedBins = fittedBins;
    invalidSkipped = new long[features];
    stored = new long[features];
    nulls = new long[features];
    nans = new long[features];
    infinities = new long[features];
    moments = new Moments(features);
    min = new double[features];
    max = new double[features];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
    before = new SlopeTally(features, functions, threshold);
    after = normalization == null ? null : new SlopeTally(features, functions, threshold);
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
    return nullRows + nulls[feature];
  }

  /** The number of rows in which the feature is NaN. */
  public long nans(int feature) {
    return nans[feature];
  }

  /** The number of rows in which the feature is infinite. */
  public long infinities(int feature) {
    return infinities[feature];
  }

  /** The number of rows skipped though the feature is finite, since another one is not. */
  public long skipped(int feature) {
    return skippedRows - invalidSkipped[feature];
  }

  /** The number of rows in which the feature is finite; all that follows is over these. */
  public long count(int feature) {
    return rows - nulls(feature) - nans[feature] - infinities[feature] - skipped(feature);
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
    // Plus 0, lest it depend on the rows' order which of 0 and -0 it is.
    return count(feature) == 0 ? Double.NaN : min[feature] + 0.0;
  }

  /** The greatest value of a feature; NaN without any. */
  public double max(int feature) {
    return count(feature) == 0 ? Double.NaN : max[feature] + 0.0;
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
    return before;
  }

  /** Slopes at the normalised features; null if none was given. */
  public SlopeTally after() {
    return after;
  }

  /**
   * Values counted in the bins of fitted ones, whatever their rows weigh; null if none are known.
   */
  public BinTally fittedBins() {
    return fittedBins;
  }

  /** Counts rows in which the vector or array is null. */
  void addNulls(long count) {
    rows += count;
    nullRows += count;
  }

  void countNull(int feature) {
    nulls[feature]++;
  }

  void countNan(int feature) {
    nans[feature]++;
  }

  void countInfinity(int feature) {
    infinities[feature]++;
  }

  /** Counts a row that is skipped, which holds NaN wherever a feature is null, NaN or infinite. */
  void skip(double[] row) {
    rows++;
    skippedRows++;
    for (int j = 0; j < features; j++) {
      invalidSkipped[j] += Double.isNaN(row[j]) ? 1 : 0;
    }
  }

  /** Counts a skipped row that holds these values, and 0 elsewhere. */
  void skip(int[] indices, double[] values) {
    rows++;
    skippedRows++;
    for (int i = 0; i < indices.length; i++) {
      invalidSkipped[indices[i]] += Double.isNaN(values[i]) ? 1 : 0;
    }
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
      entries = new double[BLOCK_VALUES];
      entryFeatures = new int[BLOCK_VALUES];
    }
    for (int i = 0; i < indices.length; i++) {
      int j = indices[i];
      stored[j]++;
      see(j, values[i], 1);
      entryFeatures[entryCount] = j;
      entries[entryCount++] = values[i];
      if (entryCount == BLOCK_VALUES) {
        flushEntries();
      }
    }
  }

  private void flushEntries() {
    if (entryCount == 0) {
      return;
    }
    if (after != null) {
      double[] normalized = Arrays.copyOf(entries, entryCount);
      normalization.apply(Arrays.copyOf(entryFeatures, entryCount), normalized);
      after.addSome(entryFeatures, normalized, entryCount);
    }
    before.addSome(entryFeatures, Arrays.copyOf(entries, entryCount), entryCount);
    entryCount = 0;
  }

  /** Takes in the zeros of all sparse rows, once there are no more rows. */
  void addZeros() {
    if (sparseRows == 0) {
      return;
    }
    for (int j = 0; j < features; j++) {
      if (stored[j] < sparseRows) {
        see(j, 0, sparseRows - stored[j]);
      }
    }
    double[] zeros = new double[features];
    if (after != null) {
      normalization.apply(zeros);
      after.addRows(sparseRows, stored, zeros);
    }
    before.addRows(sparseRows, stored, new double[features]);
    sparseRows = 0;
    Arrays.fill(stored, 0);
  }

  private void see(int feature, double x, long times) {
    // Neither holds for NaN.
    if (x < min[feature]) {
      min[feature] = x;
    }
    if (x > max[feature]) {
      max[feature] = x;
    }
    if (fittedBins != null) {
      fittedBins.add(feature, x, times);
    }
  }

  /** Adds a row that holds NaN wherever a feature is null, NaN or infinite; the weight is not 0. */
  void add(double[] row, double weight) {
    rows++;
    if (features == 0) {
      return;
    }
    moments.add(row, weight);
    if (block == null) {
      int most = Math.max(BLOCK_ROWS, BLOCK_VALUES / features);
      block = new double[most * features];
      blockWeights = new double[most];
    }
    System.arraycopy(row, 0, block, blockRows * features, features);
    blockWeights[blockRows] = weight;
    blockRows++;
    if (blockRows * features == block.length) {
      flush();
    }
  }

  /** Takes in the rows that wait in the blocks. */
  void flush() {
    flushEntries();
    if (blockRows == 0) {
      return;
    }
    for (int from = 0; from < blockRows * features; from += features) {
      for (int j = 0; j < features; j++) {
        see(j, block[from + j], 1);
      }
    }
    if (after != null) {
      double[] normalized = Arrays.copyOf(block, blockRows * features);
      double[] row = new double[features];
      for (int from = 0; from < normalized.length; from += features) {
        System.arraycopy(normalized, from, row, 0, features);
        normalization.apply(row);
        System.arraycopy(row, 0, normalized, from, features);
      }
      add(after, normalized);
    }
    add(
        before,
        blockRows * features == block.length ? block : Arrays.copyOf(block, blockRows * features));
    blockRows = 0;
  }

  private void add(SlopeTally slopes, double[] rowsOfBlock) {
    if (weighted) {
      slopes.add(rowsOfBlock, Arrays.copyOf(blockWeights, blockRows));
    } else {
      slopes.add(rowsOfBlock);
    }
  }

  /** Adds another profile of as many features, but not its sample. Both blocks are empty. */
  void merge(FeatureProfile other) {
    rows += other.rows;
    nullRows += other.nullRows;
    skippedRows += other.skippedRows;
    sparseRows += other.sparseRows;
    for (int j = 0; j < features; j++) {
      stored[j] += other.stored[j];
      nulls[j] += other.nulls[j];
      nans[j] += other.nans[j];
      infinities[j] += other.infinities[j];
      invalidSkipped[j] += other.invalidSkipped[j];
      min[j] = Math.min(min[j], other.min[j]);
      max[j] = Math.max(max[j], other.max[j]);
    }
    moments.merge(other.moments);
    before.merge(other.before);
    if (after != null) {
      after.merge(other.after);
    }
    if (fittedBins != null) {
      fittedBins.merge(other.fittedBins);
    }
  }
}
