package io.normact.sql;

import java.io.Serializable;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.kll.KllSketch;
import org.apache.datasketches.memory.Memory;
import org.apache.datasketches.quantilescommon.DoublesSketchSortedView;

/**
 * An approximate distribution of finite numbers in bounded memory: the KLL sketch of Apache
 * DataSketches, which Spark brings along. Minimum, maximum and count are exact.
 *
 * <p>Up to k values all is exact. Beyond, ranks are off by at most {@link #rankError} with a
 * probability of 99%, and the sketch's choice of what to keep is random: DataSketches seeds it anew
 * in each JVM, so two runs may differ within that error.
 *
 * <p>Karnin, Lang and Liberty, Optimal Quantile Approximation in Streams, FOCS 2016.
 */
public final class QuantileSketch implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The least k that is used however many features there are: ranks are off by 1.4% or less. */
  static final int SMALLEST_K = 200;

  /** The largest k, which a few features can afford: ranks are off by 0.3% or less. */
  static final int LARGEST_K = 1024;

  /** What the sketches of all features of a task may take before k gets smaller. */
  static final long BUDGET_BYTES = 16L << 20;

  /** A full sketch holds about three times k numbers. */
  private static final long BYTES_PER_K = 3L * Double.BYTES;

  private final transient KllDoublesSketch sketch;

  QuantileSketch(int k) {
    this(KllDoublesSketch.newHeapInstance(k));
  }

  private QuantileSketch(KllDoublesSketch sketch) {
    this.sketch = sketch;
  }

  /** The k with which as many sketches keep to the budget, if k can be that small. */
  static int k(long sketches) {
    long affordable = BUDGET_BYTES / (BYTES_PER_K * Math.max(1, sketches));
    return (int) Math.min(LARGEST_K, Math.max(SMALLEST_K, affordable));
  }

  /** Adds the first n numbers of an array, all finite. */
  void add(double[] x, int n) {
    if (n > 0) {
      sketch.update(x, 0, n);
    }
  }

  void merge(QuantileSketch other) {
    sketch.merge(other.sketch);
  }

  /** The count of values. */
  public long count() {
    return sketch.getN();
  }

  /** The least value, exact; NaN without any. */
  public double min() {
    return sketch.isEmpty() ? Double.NaN : sketch.getMinItem();
  }

  /** The greatest value, exact; NaN without any. */
  public double max() {
    return sketch.isEmpty() ? Double.NaN : sketch.getMaxItem();
  }

  /** How far a rank may be off, as a share of the count, at 99% confidence; 0 if it is exact. */
  public double rankError() {
    return sketch.isEstimationMode() ? KllSketch.getNormalizedRankError(sketch.getK(), false) : 0;
  }

  /** The kept values in ascending order, each standing for as many values as its weight says. */
  public WeightedValues values() {
    if (sketch.isEmpty()) {
      return new WeightedValues(new double[0], new long[0]);
    }
    DoublesSketchSortedView view = sketch.getSortedView();
    double[] values = view.getQuantiles();
    long[] weights = view.getCumulativeWeights().clone();
    for (int i = weights.length - 1; i > 0; i--) {
      weights[i] -= weights[i - 1];
    }
    return new WeightedValues(values, weights);
  }

  private Object writeReplace() {
    return new Saved(sketch.toByteArray());
  }

  /** What Java serialisation sends. */
  private record Saved(byte[] bytes) implements Serializable {
    private Object readResolve() {
      return new QuantileSketch(KllDoublesSketch.heapify(Memory.wrap(bytes)));
    }
  }
}
