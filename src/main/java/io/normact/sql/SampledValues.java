package io.normact.sql;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * A distribution as values drawn from it, each of which stands for as many as any other.
 *
 * @param values in ascending order
 * @param count how many values they stand for altogether; as many as they are where all were drawn
 */
public record SampledValues(double[] values, long count) {

  /** The 99.5th percentile of the standard normal distribution, so that 99% lie within. */
  private static final double NORMAL_99 = 2.5758;

  /**
   * The least value that at least this share of the values is no greater than; NaN without any.
   *
   * @param share from 0 to 1
   */
  public double quantile(double share) {
    int rank = (int) Math.ceil(share * values.length);
    return values.length == 0 ? Double.NaN : values[Math.max(rank, 1) - 1];
  }

  /**
   * How far the rank of a median may be off, as a share of the count, at 99% confidence; other
   * quantiles are closer. 0 if all values were drawn.
   */
  public double rankError() {
    return rankError(values.length, count);
  }

  /** The same for so many values drawn from so many. */
  static double rankError(long drawn, long count) {
    // Without replacement: the closer it comes to all of them, the less is left to chance.
    double variance = 0.25 * (count - drawn) / count / drawn;
    return drawn == count ? 0 : Math.min(1, NORMAL_99 * Math.sqrt(variance));
  }

  /** How many values the first n stand for, rounded down; {@link #count} for all of them. */
  public long count(int n) {
    return values.length == 0 ? 0 : count * n / values.length;
  }

  /** The distribution of f of a value; where that is NaN it is left out. */
  public SampledValues map(DoubleUnaryOperator f) {
    double[] images = new double[values.length];
    int n = 0;
    for (double value : values) {
      double image = f.applyAsDouble(value);
      if (!Double.isNaN(image)) {
        images[n++] = image;
      }
    }
    double[] sorted = n == images.length ? images : Arrays.copyOf(images, n);
    // Functions such as gelu are not monotone, and a normalisation may turn the order around.
    Arrays.sort(sorted);
    return new SampledValues(sorted, count(n));
  }
}
