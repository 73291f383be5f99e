package io.normact.sql;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * A distribution as values that each stand for a number of rows.
 *
 * @param values in ascending order
 * @param weights how many rows each value stands for
 */
public record WeightedValues(double[] values, long[] weights) {

  /** The number of rows. */
  public long count() {
    return Arrays.stream(weights).sum();
  }

  /**
   * The least value that at least this share of the rows is no greater than; NaN without rows.
   *
   * @param share from 0 to 1
   */
  public double quantile(double share) {
    double rank = Math.ceil(share * count());
    long below = 0;
    for (int i = 0; i < values.length; i++) {
      below += weights[i];
      if (below >= rank) {
        return values[i];
      }
    }
    return Double.NaN;
  }

  /** The distribution of f of a value; where that is NaN it is left out. */
  public WeightedValues map(DoubleUnaryOperator f) {
    double[] images = Arrays.stream(values).map(f).toArray();
    // Functions such as gelu are not monotone, and a normalisation may turn the order around.
    int[] order =
        IntStream.range(0, images.length)
            .filter(i -> !Double.isNaN(images[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> images[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    return new WeightedValues(
        Arrays.stream(order).mapToDouble(i -> images[i]).toArray(),
        Arrays.stream(order).mapToLong(i -> weights[i]).toArray());
  }
}
