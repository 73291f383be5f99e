package io.normact.sql.pass;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * A distribution as values drawn from it, each of which stands for as much as any other, or for as
 * much as its weight says.
 *
 * @param values in ascending order
 * @param weights of the values, of which the greatest is 1; null where all weigh the same
 * @param count how many values they stand for altogether; as many as they are where all were drawn
 */
public record SampledValues(double[] values, double[] weights, long count) {

  /** The 99.5th percentile of the standard normal distribution, so that 99% lie within. */
  private static final double NORMAL_99 = 2.5758;

  /** What the rounding of sums of weights may take a share past. */
  private static final double ROUNDING = 1e-12;

  /** Values that all weigh the same. */
  public SampledValues(double[] values, long count) {
    this(values, null, count);
  }

  /** Values in any order, with their weights. */
  static SampledValues of(double[] values, double[] weights, long count) {
    if (Arrays.stream(weights).allMatch(weight -> weight == weights[0])) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      return new SampledValues(sorted, count);
    }
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer i) -> values[i])
                    .thenComparingDouble(i -> weights[i]))
            .mapToInt(i -> i)
            .toArray();
    // Shares of the greatest, lest their sum overflow.
    double greatest = Arrays.stream(weights).max().getAsDouble();
    return new SampledValues(
        Arrays.stream(order).mapToDouble(i -> values[i]).toArray(),
        Arrays.stream(order).mapToDouble(i -> weights[i] / greatest).toArray(),
        count);
  }

  /**
   * The least value that at least this share of the values, or of their weight, is no greater than;
   * NaN without any.
   *
   * @param share from 0 to 1
   */
  public double quantile(double share) {
    if (values.length == 0) {
      return Double.NaN;
    }
    if (weights == null) {
      int rank = (int) Math.ceil(share * values.length);
      return values[Math.max(rank, 1) - 1];
    }
    double wanted = share * weight(values.length) * (1 - ROUNDING);
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i];
      if (sum >= wanted) {
        return values[i];
      }
    }
    return values[values.length - 1];
  }

  /** The mean, weighted if the values are; NaN without any. */
  public double mean() {
    double sum = 0;
    double all = 0;
    for (int i = 0; i < values.length; i++) {
      double weight = weights == null ? 1 : weights[i];
      sum += weight * values[i];
      all += weight;
    }
    return sum / all;
  }

  /** The population's standard deviation, weighted if the values are; NaN without any. */
  public double standardDeviation() {
    double mean = mean();
    double sum = 0;
    double all = 0;
    for (int i = 0; i < values.length; i++) {
      double weight = weights == null ? 1 : weights[i];
      sum += weight * (values[i] - mean) * (values[i] - mean);
      all += weight;
    }
    return Math.sqrt(sum / all);
  }

  /**
   * How far the rank of a median may be off, as a share of the count, at 99% confidence; other
   * quantiles are closer. 0 if all values were drawn.
   */
  public double rankError() {
    return rankError(values.length, weights, count);
  }

  /** The same for so many values drawn from so many, with weights or null. */
  static double rankError(long drawn, double[] weights, long count) {
    if (drawn == count) {
      return 0;
    }
    // Without replacement: the closer it comes to all of them, the less is left to chance.
    double variance = 0.25 * (count - drawn) / count / effective(drawn, weights);
    return Math.min(1, NORMAL_99 * Math.sqrt(variance));
  }

  /** How many values of equal weight say as much (Kish, Survey Sampling, 1965). */
  private static double effective(long drawn, double[] weights) {
    if (weights == null || weights.length == 0) {
      return drawn;
    }
    double greatest = Arrays.stream(weights).max().getAsDouble();
    double sum = Arrays.stream(weights).map(weight -> weight / greatest).sum();
    double squares = Arrays.stream(weights).map(weight -> weight / greatest).map(w -> w * w).sum();
    return sum * sum / squares;
  }

  /**
   * How much of the count the first n values stand for, rounded down; {@link #count} for all of
   * them.
   */
  public long count(int n) {
    if (values.length == 0) {
      return 0;
    }
    if (weights == null) {
      return count * n / values.length;
    }
    return n == values.length ? count : (long) (count * (weight(n) / weight(values.length)));
  }

  /** The weight of the first n values. */
  private double weight(int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += weights[i];
    }
    return sum;
  }

  /** The distribution of f of a value; where that is NaN it is left out. */
  public SampledValues map(DoubleUnaryOperator f) {
    double[] images = new double[values.length];
    double[] theirs = weights == null ? null : new double[values.length];
    int n = 0;
    for (int i = 0; i < values.length; i++) {
      double image = f.applyAsDouble(values[i]);
      if (!Double.isNaN(image)) {
        if (theirs != null) {
          theirs[n] = weights[i];
        }
        images[n++] = image;
      }
    }
    // Functions such as gelu are not monotone, and a normalisation may turn the order around.
    if (theirs != null) {
      return of(Arrays.copyOf(images, n), Arrays.copyOf(theirs, n), counted(n));
    }
    double[] sorted = n == images.length ? images : Arrays.copyOf(images, n);
    Arrays.sort(sorted);
    return new SampledValues(sorted, counted(n));
  }

  /** How many of the count have an image, where so many of the values have one. */
  private long counted(int n) {
    return values.length == 0 ? 0 : count * n / values.length;
  }
}
