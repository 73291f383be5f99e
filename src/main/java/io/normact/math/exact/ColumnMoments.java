package io.normact.math.exact;

import java.util.Arrays;

/**
 * The {@link Moments} of rows that come as columns, many values of a feature at a time. All lanes
 * of a register belong to one feature then, and no value is moved to its place in a row.
 */
public final class ColumnMoments {
  /** Values of a feature to work on at a time, as far as {@link #TOTAL_LANES} goes. */
  private static final int MOST_LANES = 512;

  private static final int FEWEST_LANES = 64;

  /** Of all features: their levels take 2.5 MB. */
  private static final int TOTAL_LANES = 1 << 16;

  private final Moments total;
  private final PowerSums[] powers;

  /** The moments of no rows. */
  public ColumnMoments(int features) {
    total = new Moments(features);
    int lanes = Math.max(FEWEST_LANES, Math.min(TOTAL_LANES / Math.max(features, 1), MOST_LANES));
    PowerSums.Block block = new PowerSums.Block(lanes, lanes);
    powers = new PowerSums[features];
    Arrays.setAll(
        powers,
        j ->
            PowerSums.ofColumn(
                lanes, block, (only, weight) -> total.weights().leaveOut(j, 1).add(weight, 0)));
  }

  /** Counts rows, whose values are then added column by column; null weights are all 1. */
  public void count(double[] weights, int rows) {
    WeightSums counted = total.weights();
    for (int i = 0; i < rows; i++) {
      counted.count(weights == null ? 1 : weights[i]);
    }
  }

  /**
   * Adds values of a feature, of rows that are counted.
   *
   * @param weights the rows' weights, which are finite and above 0; null if all are 1
   * @param n how many; arrays may be longer
   */
  public void add(int feature, double[] values, double[] weights, int n) {
    powers[feature].addColumn(values, weights, n);
  }

  /** The moments of all rows; more can't be added after it. */
  public Moments end() {
    for (int j = 0; j < powers.length; j++) {
      ExactSum sum = powers[j].sums().sum(0);
      ExactSum square = powers[j].squares().sum(0);
      total.powers().sums().load(j, sum.significand(), sum.exponent());
      total.powers().squares().load(j, square.significand(), square.exponent());
    }
    return total;
  }
}
