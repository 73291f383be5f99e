package io.normact.math.histogram;

import java.io.Serializable;

/**
 * A {@link ValueHistogram} of each feature of a run of scalar columns, or of a vector or array
 * column. Mutable while rows come in, and merges exactly. Every row counts for one, whatever it
 * weighs: sums of weights would depend on the rows' order.
 */
public final class FeatureHistograms implements Serializable {

  private static final long serialVersionUID = 1L;

  /** More features have none: a task takes 8 KB for each, and a report takes no more features. */
  public static final int MOST_FEATURES = 10_000;

  private final transient ValueHistogram[] histograms;

  /** Histograms of no rows. */
  public FeatureHistograms(int features) {
    histograms = new ValueHistogram[features];
    for (int j = 0; j < features; j++) {
      histograms[j] = new ValueHistogram();
    }
  }

  FeatureHistograms(ValueHistogram[] histograms) {
    this.histograms = histograms;
  }

  /** The number of features. */
  public int features() {
    return histograms.length;
  }

  /** The histogram of a feature. */
  public ValueHistogram of(int feature) {
    return histograms[feature];
  }

  /** Adds a row; NaN and infinite values are left out. */
  public void add(double[] row) {
    for (int j = 0; j < histograms.length; j++) {
      double x = row[j];
      if (Double.isFinite(x)) {
        histograms[j].add(x);
      }
    }
  }

  /** Adds the first n values of a feature; NaN and infinite ones are left out. */
  public void add(int feature, double[] values, int n) {
    for (int i = 0; i < n; i++) {
      double x = values[i];
      if (Double.isFinite(x)) {
        histograms[feature].add(x);
      }
    }
  }

  /** Adds the values that a sparse row holds, without its zeros. */
  public void add(int[] indices, double[] values) {
    for (int i = 0; i < indices.length; i++) {
      double x = values[i];
      if (Double.isFinite(x)) {
        histograms[indices[i]].add(x);
      }
    }
  }

  /** Adds the rows of other histograms, of as many features, or of none where none are known. */
  public FeatureHistograms merge(FeatureHistograms other) {
    if (features() == 0 || other.features() == 0) {
      return features() == 0 ? other : this;
    }
    for (int j = 0; j < histograms.length; j++) {
      histograms[j].merge(other.histograms[j]);
    }
    return this;
  }

  /** The same histograms as bytes, which are the same for the same rows. */
  public byte[] toBytes() {
    return HistogramsFormat.write(histograms);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if the bytes are damaged
   */
  public static FeatureHistograms fromBytes(byte[] bytes) {
    return new FeatureHistograms(HistogramsFormat.read(bytes));
  }

  private Object writeReplace() {
    return new Saved(toBytes());
  }

  private record Saved(byte[] bytes) implements Serializable {

    private Object readResolve() {
      return fromBytes(bytes);
    }
  }
}
