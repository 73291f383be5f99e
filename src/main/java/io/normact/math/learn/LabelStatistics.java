package io.normact.math.learn;

import io.normact.math.exact.Moments;
import java.io.Serializable;
import java.util.TreeSet;

/**
 * What has to be known of a column of labels before a loss is chosen: how many are missing, the
 * smallest and the largest, whether they number classes and how many, and what standardises them.
 */
public final class LabelStatistics implements Serializable {
  private static final long serialVersionUID = 1L;

  /** With more distinct labels than this the label is no class. Spark's own limit is the same. */
  public static final int MAX_CLASSES = 100;

  private final Moments moments = new Moments(1);

  /** Distinct whole numbers from 0 on, one more than {@link #MAX_CLASSES} at most. */
  private final TreeSet<Double> classes = new TreeSet<>();

  private long rows;
  private double smallest = Double.POSITIVE_INFINITY;
  private double largest = Double.NEGATIVE_INFINITY;

  /** A label that is no whole number from 0 on, the smallest such; NaN if there is none. */
  private double noClass = Double.NaN;

  /** Adds a block's labels, and returns this. */
  public LabelStatistics add(RowBlock block) {
    double[] value = new double[1];
    for (int i = 0; i < block.rows(); i++) {
      double label = block.label()[i];
      value[0] = label;
      moments.add(value, block.weight() == null ? 1 : block.weight()[i]);
      if (Double.isFinite(label)) {
        smallest = Math.min(smallest, label);
        largest = Math.max(largest, label);
        if (label >= 0 && label == Math.rint(label)) {
          addClass(label + 0.0);
        } else {
          addNoClass(label);
        }
      }
    }
    rows += block.rows();
    return this;
  }

  private void addClass(double label) {
    classes.add(label);
    if (classes.size() > MAX_CLASSES + 1) {
      classes.pollLast();
    }
  }

  private void addNoClass(double label) {
    noClass = noClass <= label ? noClass : label;
  }

  /** Adds other statistics, and returns this. */
  public LabelStatistics merge(LabelStatistics other) {
    moments.merge(other.moments);
    other.classes.forEach(this::addClass);
    if (!Double.isNaN(other.noClass)) {
      addNoClass(other.noClass);
    }
    smallest = Math.min(smallest, other.smallest);
    largest = Math.max(largest, other.largest);
    rows += other.rows;
    return this;
  }

  /** All rows. */
  public long rows() {
    return rows;
  }

  /** Rows with a label that is null, NaN or infinite. */
  public long missing() {
    return moments.invalid(0);
  }

  /** The smallest label. */
  public double smallest() {
    return smallest;
  }

  /** The largest label. */
  public double largest() {
    return largest;
  }

  /**
   * What brings the labels to mean 0 and population variance 1. There must be two different labels
   * at least. It is right for the largest and the smallest doubles too, and where no double holds
   * the variance. Its factor is infinite where all labels but one have less than about 1e-307 of
   * the weight: no double holds how far they lie from the mean.
   */
  public LabelScale standardization() {
    int exponent = -Math.getExponent(Math.min(largest - smallest, Double.MAX_VALUE));
    double variance = moments.variance(0, exponent);
    double factor =
        variance < Double.MIN_NORMAL ? Double.POSITIVE_INFINITY : 1 / Math.sqrt(variance);
    return new LabelScale(exponent, moments.mean(0, exponent), factor);
  }

  /** A label that is no whole number from 0 on; NaN if there is none. */
  public double noClass() {
    return noClass;
  }

  /** The number of distinct classes, {@link #MAX_CLASSES} + 1 standing for all above. */
  public int distinctClasses() {
    return classes.size();
  }

  /** The classes in order, without those above {@link #MAX_CLASSES} + 1 of them. */
  public double[] classes() {
    return classes.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * The loss that belongs to such labels: {@link Loss#LOGISTIC} for the labels 0 and 1, {@link
   * Loss#SOFTMAX} for 0, 1, ..., K - 1 with each of them present and K from 3 to {@link
   * #MAX_CLASSES}, else {@link Loss#SQUARED}.
   */
  public Loss loss() {
    boolean allPresent = Double.isNaN(noClass) && largest == classes.size() - 1;
    if (!allPresent || classes.size() < 2 || classes.size() > MAX_CLASSES) {
      return Loss.SQUARED;
    }
    return classes.size() == 2 ? Loss.LOGISTIC : Loss.SOFTMAX;
  }
}
