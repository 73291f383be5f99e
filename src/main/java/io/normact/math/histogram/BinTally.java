package io.normact.math.histogram;

import java.io.Serializable;
import java.util.List;

/**
 * How many values of each feature fall into the bins of fitted ones, and how many lie outside of
 * their range. Mutable while rows come in, and merges exactly.
 */
public final class BinTally implements Serializable {

  private static final long serialVersionUID = 1L;

  private final ReferenceBins[] bins;
  private final long[][] counts;
  private final long[] outside;

  /** The tally of no rows. */
  public BinTally(List<ReferenceBins> bins) {
    this.bins = bins.toArray(new ReferenceBins[0]);
    counts = new long[this.bins.length][];
    for (int j = 0; j < counts.length; j++) {
      counts[j] = new long[this.bins[j].size()];
    }
    outside = new long[counts.length];
  }

  /** Counts a value so many times; NaN is left out, and so is all where nothing was fitted. */
  public void add(int feature, double x, long times) {
    if (!Double.isNaN(x) && counts[feature].length > 0) {
      counts[feature][bins[feature].bin(x)] += times;
      if (bins[feature].isOutside(x)) {
        outside[feature] += times;
      }
    }
  }

  /** Counts the first n values of a feature likewise, each for one. */
  public void add(int feature, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      add(feature, x[i], 1);
    }
  }

  /** Adds another tally in the same bins. */
  public void merge(BinTally other) {
    for (int j = 0; j < counts.length; j++) {
      outside[j] += other.outside[j];
      for (int bin = 0; bin < counts[j].length; bin++) {
        counts[j][bin] += other.counts[j][bin];
      }
    }
  }

  /** The bins of a feature. */
  public ReferenceBins bins(int feature) {
    return bins[feature];
  }

  /** How many values are in each of a feature's bins. */
  public long[] counts(int feature) {
    return counts[feature].clone();
  }

  /** How many values lie outside of the fitted range. */
  public long outside(int feature) {
    return outside[feature];
  }
}
