package io.normact.sql.pass;

import io.normact.math.ActivationFunction;
import io.normact.math.histogram.BinTally;
import io.normact.math.row.FeatureFunction;
import io.normact.math.row.SlopeTally;
import java.io.Serializable;
import java.util.Arrays;

/**
 * What is found of features value by value: extremes, how many are in the bins of fitted ones, and
 * how steep an activation function is there, as they are and after a normalisation. NaN is left
 * out. Mutable while values come in, and merges exactly.
 */
final class ValueTally implements Serializable {

  private static final long serialVersionUID = 1L;

  private final FeatureFunction normalization;
  private final double[] min;
  private final double[] max;
  private final SlopeTally before;

  /** Null without a normalisation. */
  private final SlopeTally after;

  /** Null if there are no fitted histograms to compare values with. */
  private final BinTally fittedBins;

  private transient double[] scratch;

  /**
   * The tally of no values.
   *
   * @param normalization what stands between the feature and the function afterwards; null if
   *     nothing is looked at but the feature as it is
   * @param fittedBins where values are counted in the bins of fitted ones; null for nowhere
   */
  ValueTally(
      int features,
      ActivationFunction[] functions,
      double threshold,
      FeatureFunction normalization,
      BinTally fittedBins) {
    this.normalization = normalization;
    this.fittedBins = fittedBins;
    min = new double[features];
    max = new double[features];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
    before = new SlopeTally(features, functions, threshold);
    after = normalization == null ? null : new SlopeTally(features, functions, threshold);
  }

  double min(int feature) {
    // Plus 0, lest it depend on the rows' order which of 0 and -0 it is.
    return min[feature] + 0.0;
  }

  double max(int feature) {
    return max[feature] + 0.0;
  }

  SlopeTally before() {
    return before;
  }

  SlopeTally after() {
    return after;
  }

  BinTally fittedBins() {
    return fittedBins;
  }

  /** Adds the first n values of a feature, whose rows have these weights; null for 1 each. */
  void add(int feature, double[] x, double[] weights, int n) {
    double least = min[feature];
    double greatest = max[feature];
    for (int i = 0; i < n; i++) {
      // Neither holds for NaN.
      least = x[i] < least ? x[i] : least;
      greatest = x[i] > greatest ? x[i] : greatest;
    }
    min[feature] = least;
    max[feature] = greatest;
    if (fittedBins != null) {
      fittedBins.add(feature, x, n);
    }
    if (scratch == null || scratch.length != n) {
      scratch = new double[n];
    }
    if (after != null) {
      System.arraycopy(x, 0, scratch, 0, n);
      normalization.column(feature, scratch);
      after.add(feature, scratch, weights);
    }
    System.arraycopy(x, 0, scratch, 0, n);
    before.add(feature, scratch, weights);
  }

  /** Adds n single values, each of a feature and a row of weight 1. */
  void addEntries(int[] at, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      see(at[i], x[i], 1);
    }
    if (after != null) {
      double[] normalized = Arrays.copyOf(x, n);
      normalization.apply(Arrays.copyOf(at, n), normalized);
      after.addSome(at, normalized, n);
    }
    before.addSome(at, Arrays.copyOf(x, n), n);
  }

  /** Adds the zeros of rows of which {@link #addEntries} was given so many of each feature. */
  void addZeros(long rows, long[] given) {
    int features = min.length;
    for (int j = 0; j < features; j++) {
      if (given[j] < rows) {
        see(j, 0, rows - given[j]);
      }
    }
    double[] zeros = new double[features];
    if (after != null) {
      normalization.apply(zeros);
      after.addRows(rows, given, zeros);
    }
    before.addRows(rows, given, new double[features]);
  }

  private void see(int feature, double x, long times) {
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

  /** Adds another tally of as many features, and of the same function. */
  void merge(ValueTally other) {
    for (int j = 0; j < min.length; j++) {
      min[j] = Math.min(min[j], other.min[j]);
      max[j] = Math.max(max[j], other.max[j]);
    }
    before.merge(other.before);
    if (after != null) {
      after.merge(other.after);
    }
    if (fittedBins != null) {
      fittedBins.merge(other.fittedBins);
    }
  }
}
