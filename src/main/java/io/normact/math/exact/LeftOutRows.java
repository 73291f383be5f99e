package io.normact.math.exact;

/** By feature, how many rows were left out of its sums, and the exact sum of their weights. */
final class LeftOutRows {

  private final long[] rows;

  /** Null for a feature that no row was left out of. */
  private final ExactSum[] weights;

  /** No rows. */
  LeftOutRows(int features) {
    rows = new long[features];
    weights = new ExactSum[features];
  }

  /** The rows that were left out of a feature. */
  long rows(int feature) {
    return rows[feature];
  }

  /** The weight of the rows that were left out of a feature, which are one at least. */
  ExactSum weight(int feature) {
    return weights[feature];
  }

  /** Counts rows left out of a feature and gives the sum of their weights, to be added to. */
  ExactSum add(int feature, long count) {
    if (weights[feature] == null) {
      weights[feature] = new ExactSum();
    }
    rows[feature] += count;
    return weights[feature];
  }

  /** Adds those of others, of as many features. */
  void add(LeftOutRows other) {
    for (int j = 0; j < rows.length; j++) {
      if (other.rows[j] != 0) {
        add(j, other.rows[j]).add(other.weights[j]);
      }
    }
  }
}
