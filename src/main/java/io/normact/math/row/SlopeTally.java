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
 * <p>NaN is left out. Counts are exact. They have the same bits however the rows are ordered, split
 * up and merged. So have the means, as far as {@link CompensatedSums} says.
 */
public final class SlopeTally implements Serializable {

  private static final long serialVersionUID = 1L;

  private final ActivationFunction[] functions;
  private final double threshold;
  private final long[] flat;
  private final long[] zero;

  /** By feature, how many values have a finite f'. */
  private final long[] defined;

  /** The sum of f' over these, times their weights. */
  private final CompensatedSums sum;

  /** The same of rows that came with weights, which are not among the counts: sums of weights. */
  private final CompensatedSums flatWeight;

  private final CompensatedSums zeroWeight;
  private final CompensatedSums definedWeight;

  private transient double[] scratch;

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
    defined = new long[features];
    sum = new CompensatedSums(features);
    flatWeight = new CompensatedSums(features);
    zeroWeight = new CompensatedSums(features);
    definedWeight = new CompensatedSums(features);
  }

  /**
   * Adds values of a feature. The array then holds their slopes, and 0 for a slope that is not
   * finite.
   *
   * @param weights what the values weigh, finite and at least 0, as many or more; null for 1 each
   */
  public void add(int feature, double[] values, double[] weights) {
    functions[functions.length == 1 ? 0 : feature].slopes(values, values);
    if (weights == null) {
      add(feature, values);
    } else {
      addWeighted(feature, values, weights);
    }
  }

  private void add(int feature, double[] slopes) {
    long below = 0;
    long none = 0;
    long others = 0;
    for (int i = 0; i < slopes.length; i++) {
      double size = Math.abs(slopes[i]);
      below += size < threshold ? 1 : 0;
      none += size == 0 ? 1 : 0;
      if (!(size <= Double.MAX_VALUE)) {
        others++;
        slopes[i] = 0;
      }
    }
    flat[feature] += below;
    zero[feature] += none;
    defined[feature] += slopes.length - others;
    if (scratch == null || scratch.length < slopes.length) {
      scratch = new double[slopes.length];
    }
    sum.addAll(feature, slopes, scratch, slopes.length);
  }

  private void addWeighted(int feature, double[] slopes, double[] weights) {
    for (int i = 0; i < slopes.length; i++) {
      double size = Math.abs(slopes[i]);
      flatWeight.add(feature, size < threshold ? weights[i] : 0);
      zeroWeight.add(feature, size == 0 ? weights[i] : 0);
      if (size <= Double.MAX_VALUE) {
        definedWeight.add(feature, weights[i]);
        sum.add(feature, slopes[i] * weights[i]);
      } else {
        slopes[i] = 0;
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
   * @param others of each feature, what its other values are
   */
  public void addRows(long count, long[] some, double[] others) {
    for (int j = 0; j < others.length; j++) {
      add(j, functions[functions.length == 1 ? 0 : j].slope(others[j]), count - some[j]);
    }
  }

  private void add(int feature, double slope, long times) {
    double size = Math.abs(slope);
    flat[feature] += size < threshold ? times : 0;
    zero[feature] += size == 0 ? times : 0;
    if (size <= Double.MAX_VALUE) {
      double count = (double) times;
      double product = slope * count;
      sum.add(feature, product);
      // What the product is off by.
      sum.add(feature, Math.fma(slope, count, -product));
      defined[feature] += times;
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
      defined[j] += other.defined[j];
    }
    sum.merge(other.sum);
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
    return sum.value(feature) / (defined[feature] + definedWeight.value(feature));
  }
}
