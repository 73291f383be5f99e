package io.normact.math.key;

import io.normact.math.exact.ByteOutput;
import java.util.Arrays;
import java.util.List;

/** {@link KeyStatistics} of keys that are taken in one after the other, in ascending order. */
public final class KeyStatisticsBuilder {
  private final List<KeyColumn> columns;
  private final int features;
  private final ByteOutput keys;
  private int[] keysFrom;
  private double[] rows;
  private double[] mean;
  private double[] variance;
  private int[] sumsFrom;

  /** null where not every key has some. */
  private ByteOutput sums;

  private double[] invalid = {};
  private int size;

  /** With room for so many keys; for more it is made as they come. */
  public KeyStatisticsBuilder(List<KeyColumn> columns, int features, int size) {
    this(columns, features, size, 16L * size, size);
  }

  /**
   * The same.
   *
   * @param keyBytes of all keys
   * @param sumBytes of all sums
   */
  KeyStatisticsBuilder(
      List<KeyColumn> columns, int features, int size, long keyBytes, long sumBytes) {
    this.columns = columns;
    this.features = features;
    keys = new ByteOutput(keyBytes);
    keysFrom = new int[size + 1];
    rows = new double[size];
    mean = new double[Math.multiplyExact(size, features)];
    variance = new double[mean.length];
    sums = new ByteOutput(sumBytes);
    sumsFrom = new int[size + 1];
  }

  /** Takes in an entry. */
  void add(KeyStatistics.Entry entry) {
    keys.put(entry.key(), 0, entry.key().length);
    add(entry.rows(), entry.invalid(), entry.mean(), entry.variance(), 0);
    byte[] ofKey = entry.sums();
    addSums(ofKey, 0, ofKey == null ? 0 : ofKey.length);
    ended();
  }

  /** Takes in sums; null where the key has none: then the sums of all keys are dropped. */
  private void addSums(byte[] written, int from, int length) {
    if (written == null) {
      sums = null;
    } else if (sums != null) {
      sums.put(written, from, length);
    }
  }

  /**
   * Takes in a key, which stands in a part of an array, and what a {@link KeyStatistics.Entry} says
   * of it.
   *
   * @param written its exact sums
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
    addSums(written.array(), 0, written.size());
    ended();
  }

  /** Takes in a key of others. */
  void add(KeyStatistics part, int key) {
    part.keys.writeKey(key, keys);
    int from = key * features;
    add(part.rows[key], part.invalid, part.mean, part.variance, from);
    if (part.sums == null) {
      sums = null;
    } else {
      addSums(part.sums, part.sumsFrom[key], part.sumsFrom[key + 1] - part.sumsFrom[key]);
    }
    ended();
  }

  /** Takes in numbers, those by feature from a place on; invalid may be empty. */
  private void add(
      double ofRows, double[] ofInvalid, double[] ofMean, double[] ofVariance, int from) {
    if (size == rows.length) {
      resize(Math.max(2 * size, 1));
    }
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

  private void resize(int length) {
    int cells = Math.multiplyExact(length, features);
    keysFrom = Arrays.copyOf(keysFrom, length + 1);
    sumsFrom = Arrays.copyOf(sumsFrom, length + 1);
    rows = Arrays.copyOf(rows, length);
    mean = Arrays.copyOf(mean, cells);
    variance = Arrays.copyOf(variance, cells);
    invalid = invalid.length == 0 ? invalid : Arrays.copyOf(invalid, cells);
  }

  /** The statistics of all keys, in the end. */
  public KeyStatistics build() {
    if (size < rows.length) {
      resize(size);
    }
    return new KeyStatistics(
        columns,
        features,
        KeyIndex.of(keys.end(), keysFrom),
        rows,
        invalid,
        mean,
        variance,
        sums == null ? null : sums.end(),
        sums == null ? null : sumsFrom);
  }
}
