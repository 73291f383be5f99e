package io.normact.math.key;

import io.normact.math.exact.ByteOutput;
import java.util.Arrays;
import java.util.List;

/** {@link KeyStatistics} of keys that are taken in one after the other, in ascending order. */
public final class KeyStatisticsBuilder {
  private final List<KeyColumn> columns;
  private final int features;
  private final ByteOutput keys;
  private final int[] keysFrom;
  private final double[] rows;
  private final double[] mean;
  private final double[] variance;
  private final int[] sumsFrom;
  private final ByteOutput sums;
  private double[] invalid = {};
  private int size;

  /**
   * For so many keys or fewer.
   *
   * @param summed whether they come with exact sums
   */
  public KeyStatisticsBuilder(List<KeyColumn> columns, int features, int size, boolean summed) {
    this.columns = columns;
    this.features = features;
    keys = new ByteOutput(16 * size);
    keysFrom = new int[size + 1];
    rows = new double[size];
    mean = new double[Math.multiplyExact(size, features)];
    variance = new double[mean.length];
    sums = summed ? new ByteOutput(size) : null;
    sumsFrom = summed ? new int[size + 1] : null;
  }

  /** Makes room for sums. */
  void reserve(long sumBytes) {
    if (sums != null) {
      sums.reserve(Math.toIntExact(sumBytes));
      sums.clear();
    }
  }

  /** Takes in an entry. */
  void add(KeyStatistics.Entry entry) {
    keys.put(entry.key(), 0, entry.key().length);
    add(entry.rows(), entry.invalid(), entry.mean(), entry.variance(), 0);
    if (sums != null) {
      sums.put(entry.sums(), 0, entry.sums().length);
    }
    ended();
  }

  /**
   * Takes in a key, which stands in a part of an array, and what a {@link KeyStatistics.Entry} says
   * of it.
   *
   * @param written its exact sums, if they come
   */
  public void add(
      byte[] key,
      int from,
      int length,
      double ofRows,
      double[] ofInvalid,
      double[] ofMean,
      double[] ofVariance,
      ByteOutput written) {
    keys.put(key, from, length);
    add(ofRows, ofInvalid, ofMean, ofVariance, 0);
    sums.put(written.array(), 0, written.size());
    ended();
  }

  /** Takes in a key of others. */
  void add(KeyStatistics part, int key) {
    part.keys.writeKey(key, keys);
    int from = key * features;
    add(part.rows[key], part.invalid, part.mean, part.variance, from);
    if (sums != null) {
      sums.put(part.sums, part.sumsFrom[key], part.sumsFrom[key + 1] - part.sumsFrom[key]);
    }
    ended();
  }

  /** Takes in numbers, those by feature from a place on; invalid may be empty. */
  private void add(
      double ofRows, double[] ofInvalid, double[] ofMean, double[] ofVariance, int from) {
    int at = size * features;
    rows[size] = ofRows;
    System.arraycopy(ofMean, from, mean, at, features);
    System.arraycopy(ofVariance, from, variance, at, features);
    for (int j = 0; j < features && ofInvalid.length > 0; j++) {
      if (ofInvalid[from + j] != 0) {
        if (invalid.length == 0) {
          invalid = new double[mean.length];
        }
        invalid[at + j] = ofInvalid[from + j];
      }
    }
  }

  private void ended() {
    size++;
    keysFrom[size] = keys.size();
    if (sums != null) {
      sumsFrom[size] = sums.size();
    }
  }

  /** The statistics of all keys. */
  public KeyStatistics build() {
    boolean full = size == rows.length;
    int cells = size * features;
    return new KeyStatistics(
        columns,
        features,
        KeyIndex.of(keys.toArray(), full ? keysFrom : Arrays.copyOf(keysFrom, size + 1)),
        full ? rows : Arrays.copyOf(rows, size),
        full || invalid.length == 0 ? invalid : Arrays.copyOf(invalid, cells),
        full ? mean : Arrays.copyOf(mean, cells),
        full ? variance : Arrays.copyOf(variance, cells),
        sums == null ? null : sums.toArray(),
        sums == null || full ? sumsFrom : Arrays.copyOf(sumsFrom, size + 1));
  }
}
