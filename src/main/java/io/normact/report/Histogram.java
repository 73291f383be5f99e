package io.normact.report;

import io.normact.sql.WeightedValues;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts of values in bins of equal width. The last bin holds its upper end too. What lies outside
 * is counted apart, so that a few values far out don't press all others into one bin.
 *
 * @param from lower end of the first bin
 * @param to upper end of the last bin
 * @param counts values in each bin; estimates where the report's {@code rankError} is above 0
 * @param below values less than {@code from}
 * @param above values greater than {@code to}
 */
public record Histogram(double from, double to, List<Long> counts, long below, long above) {

  /** Enough to show a shape at the size of a table's row. */
  static final int BINS = 32;

  /**
   * Bins reach this many times the interquartile range past the quartiles. Tukey (Exploratory Data
   * Analysis, 1977) calls what lies further away "far out".
   */
  static final double FAR_OUT = 3;

  /** An immutable histogram. */
  public Histogram {
    counts = List.copyOf(counts);
  }

  /**
   * A histogram from the values themselves.
   *
   * @param lowest the least value a function can have, if that is where the bins shall begin, else
   *     minus infinity
   * @param highest the same at the other end
   */
  static Histogram of(WeightedValues distribution, double lowest, double highest) {
    double[] ends = ends(distribution);
    double from = Double.isFinite(lowest) ? lowest : ends[0];
    double to = Double.isFinite(highest) ? highest : ends[1];
    if (!(from < to)) {
      // A constant: bins around it, wide enough to differ from it in a double.
      double half = Math.max(0.5, Math.ulp(from) * BINS);
      from -= half;
      to += half;
    }
    return count(distribution, from, to);
  }

  private static Histogram count(WeightedValues distribution, double from, double to) {
    long[] counts = new long[BINS];
    long below = 0;
    long above = 0;
    for (int i = 0; i < distribution.values().length; i++) {
      double value = distribution.values()[i];
      long weight = distribution.weights()[i];
      if (value < from) {
        below += weight;
      } else if (value > to) {
        above += weight;
      } else {
        // Halved, since the width of a range of doubles may exceed the largest double.
        double share = (value / 2 - from / 2) / (to / 2 - from / 2);
        counts[Math.min(BINS - 1, (int) (share * BINS))] += weight;
      }
    }
    List<Long> list = new ArrayList<>();
    for (long count : counts) {
      list.add(count);
    }
    return new Histogram(from, to, list, below, above);
  }

  /** The finite values, or as much of them as is not far out; {0, 0} if there are none. */
  private static double[] ends(WeightedValues distribution) {
    WeightedValues finite = distribution.map(x -> Double.isInfinite(x) ? Double.NaN : x);
    double[] values = finite.values();
    if (values.length == 0) {
      return new double[] {0, 0};
    }
    double q1 = finite.quantile(0.25);
    double q3 = finite.quantile(0.75);
    double min = values[0];
    double max = values[values.length - 1];
    double reach = FAR_OUT * (q3 - q1);
    if (reach == 0 || !Double.isFinite(reach)) {
      return new double[] {min, max};
    }
    return new double[] {Math.max(min, q1 - reach), Math.min(max, q3 + reach)};
  }

  /** The middle of a bin. */
  double middle(int bin) {
    double share = (bin + 0.5) / counts.size();
    return from * (1 - share) + to * share;
  }
}
