package io.normact.sql.pass;

import java.io.Serializable;

/**
 * In how many rows each feature is no finite number, by what it is instead, and how many rows were
 * skipped. Mutable while rows come in, and merges exactly.
 */
final class InvalidCounts implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Rows that are null as a whole, which no feature counts for itself. */
  private long nullRows;

  private final long[] nulls;
  private final long[] nans;
  private final long[] infinities;

  private long skippedRows;

  /** Skipped rows in which the feature isn't finite. */
  private final long[] invalidSkipped;

  /** The counts of no rows. */
  InvalidCounts(int features) {
    nulls = new long[features];
    nans = new long[features];
    infinities = new long[features];
    invalidSkipped = new long[features];
  }

  long nulls(int feature) {
    return nullRows + nulls[feature];
  }

  long nans(int feature) {
    return nans[feature];
  }

  long infinities(int feature) {
    return infinities[feature];
  }

  /** The rows skipped though the feature is finite, since another one is not. */
  long skipped(int feature) {
    return skippedRows - invalidSkipped[feature];
  }

  /** The rows that don't count for the feature, for any of these reasons. */
  long leftOut(int feature) {
    return nulls(feature) + nans[feature] + infinities[feature] + skipped(feature);
  }

  /** Counts rows that are null as a whole. */
  void addNullRows(long count) {
    nullRows += count;
  }

  /** Counts a feature that is not finite. */
  void add(int feature, double x, boolean isNull) {
    if (isNull) {
      nulls[feature]++;
    } else if (Double.isNaN(x)) {
      nans[feature]++;
    } else {
      infinities[feature]++;
    }
  }

  /** Counts a skipped row. Where a feature isn't finite it holds NaN. */
  void skip(double[] row) {
    skippedRows++;
    for (int j = 0; j < row.length; j++) {
      invalidSkipped[j] += Double.isNaN(row[j]) ? 1 : 0;
    }
  }

  /** Counts a skipped row that holds these values, and 0 elsewhere. */
  void skip(int[] indices, double[] values) {
    skippedRows++;
    for (int i = 0; i < indices.length; i++) {
      invalidSkipped[indices[i]] += Double.isNaN(values[i]) ? 1 : 0;
    }
  }

  /** Counts the rows that are skipped out of a run, feature by feature, and says how many. */
  long skip(double[][] columns, boolean[] skipped) {
    long count = 0;
    for (boolean row : skipped) {
      count += row ? 1 : 0;
    }
    skippedRows += count;
    for (int j = 0; j < columns.length; j++) {
      for (int i = 0; i < skipped.length; i++) {
        invalidSkipped[j] += skipped[i] && Double.isNaN(columns[j][i]) ? 1 : 0;
      }
    }
    return count;
  }

  /** Adds other counts of as many features. */
  void merge(InvalidCounts other) {
    nullRows += other.nullRows;
    skippedRows += other.skippedRows;
    for (int j = 0; j < nulls.length; j++) {
      nulls[j] += other.nulls[j];
      nans[j] += other.nans[j];
      infinities[j] += other.infinities[j];
      invalidSkipped[j] += other.invalidSkipped[j];
    }
  }
}
