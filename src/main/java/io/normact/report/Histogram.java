package io.normact.report;

import io.normact.sql.pass.SampledValues;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts of values in bins of equal width. The last bin holds its upper end too. Values outside of
 * the bins are counted apart, so a few values far out don't squeeze all others into one bin.
 * Immutable: the list is copied.
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

  /**
   * Makes a histogram of given results.
   *
   * @param from lower end
   * @param to upper end, above {@code from}
   * @param counts values in each bin, copied
   * @param below values below the lower end
   * @param above values above the upper end
   */
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
  static Histogram of(SampledValues distribution, double lowest, double highest) {
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

  /** The values in bins from one number to another. */
  static Histogram count(SampledValues distribution, double from, double to) {
    int[] sampled = new int[BINS];
    int below = 0;
    int above = 0;
    for (double value : distribution.values()) {
      if (value < from) {
        below++;
      } else if (value > to) {
        above++;
      } else {
        sampled[Math.min(BINS - 1, (int) place(value, from, to))]++;
      }
    }
    List<Long> counts = new ArrayList<>();
    // Differences of rounded sums: they add up, whatever a value of a sample stands for.
    int upTo = below;
    for (int inBin : sampled) {
      counts.add(distribution.count(upTo + inBin) - distribution.count(upTo));
      upTo += inBin;
    }
    return new Histogram(
        from,
        to,
        counts,
        distribution.count(below),
        distribution.count(upTo + above) - distribution.count(upTo));
  }

  /** Where a value stands, in bins from the first one's lower end. */
  static double place(double value, double from, double to) {
    // Halved, since the width of a range of doubles may exceed the largest double.
    return (value / 2 - from / 2) / (to / 2 - from / 2) * BINS;
  }

  /** The finite values, or as much of them as is not far out; {0, 0} if there are none. */
  static double[] ends(SampledValues distribution) {
    SampledValues finite = distribution.map(x -> Double.isInfinite(x) ? Double.NaN : x);
    double[] values = finite.values();
    if (values.length == 0) {
      return new double[] {0, 0};
    }
    return ends(values[0], finite.quantile(0.25), finite.quantile(0.75), values[values.length - 1]);
  }

  /** As much of a range as is not far out of its quartiles. */
  static double[] ends(double min, double q1, double q3, double max) {
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
