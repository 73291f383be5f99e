package io.normact.math.row;

import io.normact.math.ActivationFunction;
import io.normact.math.exact.CompensatedSums;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;

/**
 * How steep an activation function is over the values of each feature: the mean of f', how often
 * |f'| is below a threshold, and how often f' is exactly 0, where nothing upstream can learn. Rows
 * may have weights.
 *
 * <p>NaN is left out. Counts are exact and means are those of {@link CompensatedSums}, so all of it
 * has the same bits however the rows are ordered, split up and merged, but for what is said there.
 */
public final class SlopeTally implements Serializable {

  private static final long serialVersionUID = 1L;

  private final ActivationFunction[] functions;
  private final double threshold;
  private final long[] flat;
  private final long[] zero;

  private long rows;

  /** By feature, the rows in which f' is NaN or infinite. */
  private final long[] undefined;

  /** The sum of f' over the others, times their weights. */
  private final CompensatedSums slopes;

  /** The same of rows that came with weights, which are not among the counts: sums of weights. */
  private final CompensatedSums flatWeight;

  private final CompensatedSums zeroWeight;
  private final CompensatedSums definedWeight;

  /**
   * The tally of no rows.
   *
   * @param features how many features a row has
   * @param functions elementwise functions: one for all features, or one for each
   * @param threshold slopes of a magnitude below it count as flat; at least 0
   * @throws IllegalArgumentException if a function is one of a whole vector, there are neither one
   *     nor as many as features, or the threshold is negative or NaN
   */
  public SlopeTally(int features, ActivationFunction[] functions, double threshold) {
    if (functions.length != 1 && functions.length != features) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "There are %d functions, but must be 1 or one for each of %d features.",
              functions.length,
              features));
    }
    for (ActivationFunction function : functions) {
      if (!function.elementwise()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Function '%s' has no slope for each feature, since each output depends on all inputs; choose an elementwise function.",
                function));
      }
    }
    if (!(threshold >= 0)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Slope threshold is %s, but must be at least 0.", threshold));
    }
    this.functions = functions.clone();
    this.threshold = threshold;
    flat = new long[features];
    zero = new long[features];
    undefined = new long[features];
    slopes = new CompensatedSums(features);
    flatWeight = new CompensatedSums(features);
    zeroWeight = new CompensatedSums(features);
    definedWeight = new CompensatedSums(features);
  }

  /**
   * Adds rows of weight 1, which lie one after the other in an array. The array then holds their
   * slopes, and 0 for a slope that is not finite.
   *
   * @throws IllegalArgumentException if the array doesn't hold whole rows
   */
  public void add(double[] values) {
    int features = checkWhole(values);
    replaceBySlopes(values);
    for (int from = 0; from < values.length; from += features) {
      for (int j = 0; j < features; j++) {
        double slope = Math.abs(values[from + j]);
        flat[j] += slope < threshold ? 1 : 0;
        zero[j] += slope == 0 ? 1 : 0;
        if (!(slope <= Double.MAX_VALUE)) {
          undefined[j]++;
          values[from + j] = 0;
        }
      }
      slopes.add(values, from);
    }
    rows += values.length / features;
  }

  /**
   * Adds rows with these weights, as {@link #add(double[])} does.
   *
   * @param weights one for each row, finite and at least 0
   * @throws IllegalArgumentException if the array doesn't hold a row for each weight
   */
  public void add(double[] values, double[] weights) {
    int features = checkWhole(values);
    if (values.length / features != weights.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Array holds %d rows, but there are %d weights.",
              values.length / features,
              weights.length));
    }
    replaceBySlopes(values);
    for (int i = 0; i < values.length; i++) {
      int j = i % features;
      double weight = weights[i / features];
      double slope = Math.abs(values[i]);
      flatWeight.add(j, slope < threshold ? weight : 0);
      zeroWeight.add(j, slope == 0 ? weight : 0);
      if (slope <= Double.MAX_VALUE) {
        definedWeight.add(j, weight);
        slopes.add(j, values[i] * weight);
      } else {
        values[i] = 0;
      }
    }
  }

  /**
   * Adds single values of rows of weight 1, of which {@link #addRows} adds the others. The array
   * then holds slopes.
   *
   * @param at the feature of each value
   * @param n how many values
   */
  public void addSome(int[] at, double[] values, int n) {
    if (functions.length == 1) {
      functions[0].slopes(values, values);
    } else {
      for (int i = 0; i < n; i++) {
        values[i] = functions[at[i]].slope(values[i]);
      }
    }
    for (int i = 0; i < n; i++) {
      add(at[i], values[i], 1);
    }
  }

  /**
   * Adds rows of weight 1 of which {@link #addSome} has added some values. All others of a feature
   * are one and the same, so that the slope there counts so many times.
   *
   * @param count how many rows
   * @param some of each feature, how many of its values were added
   * @param others of each feature, what its other values are; the array then holds slopes
   */
  public void addRows(long count, long[] some, double[] others) {
    checkWhole(others);
    replaceBySlopes(others);
    for (int j = 0; j < others.length; j++) {
      add(j, others[j], count - some[j]);
    }
    rows += count;
  }

  private void add(int feature, double slope, long times) {
    double size = Math.abs(slope);
    flat[feature] += size < threshold ? times : 0;
    zero[feature] += size == 0 ? times : 0;
    if (size <= Double.MAX_VALUE) {
      double count = (double) times;
      double product = slope * count;
      slopes.add(feature, product);
      // What the product is off by.
      slopes.add(feature, Math.fma(slope, count, -product));
    } else {
      undefined[feature] += times;
    }
  }

  private int checkWhole(double[] values) {
    int features = flat.length;
    if (features == 0 || values.length % features != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Array holds %d values, but rows have %d features.",
              values.length,
              features));
    }
    return features;
  }

  private void replaceBySlopes(double[] values) {
    if (functions.length == 1) {
      functions[0].slopes(values, values);
      return;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = functions[i % functions.length].slope(values[i]);
    }
  }

  /** Adds all that another tally of the same function, threshold and features has seen. */
  public SlopeTally merge(SlopeTally other) {
    if (!Arrays.equals(other.functions, functions)
        || other.threshold != threshold
        || other.flat.length != flat.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Tally to merge is of %s below %s over %d features, expected %s below %s over %d.",
              Arrays.toString(other.functions),
              other.threshold,
              other.flat.length,
              Arrays.toString(functions),
              threshold,
              flat.length));
    }
    for (int j = 0; j < flat.length; j++) {
      flat[j] += other.flat[j];
      zero[j] += other.zero[j];
      undefined[j] += other.undefined[j];
    }
    rows += other.rows;
    slopes.merge(other.slopes);
    flatWeight.merge(other.flatWeight);
    zeroWeight.merge(other.zeroWeight);
    definedWeight.merge(other.definedWeight);
    return this;
  }

  /** The number, or the weight, of the values at which |f'| is below the threshold. */
  public double flat(int feature) {
    return flat[feature] + flatWeight.value(feature);
  }

  /** The number, or the weight, of the values at which f' is exactly 0. */
  public double zero(int feature) {
    return zero[feature] + zeroWeight.value(feature);
  }

  /** The weighted mean of f' over the values at which it is finite; NaN without any. */
  public double mean(int feature) {
    return slopes.value(feature) / (rows - undefined[feature] + definedWeight.value(feature));
  }
}
