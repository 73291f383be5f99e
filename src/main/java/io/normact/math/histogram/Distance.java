package io.normact.math.histogram;

import java.util.Arrays;

/** How far two histograms over the same bins are apart. Both hold a value at least. */
public final class Distance {

  /** A smaller share counts as this one, lest an empty bin make the index infinite. */
  static final double LEAST_SHARE = 1e-4;

  /** The quantile of the standard normal distribution that one in a thousand is above. */
  private static final double NORMAL_999 = 3.0902;

  private Distance() {}

  /**
   * The population stability index {@code sum (a - e) ln(a / e)}, where e and a are the shares of
   * the expected and the actual values in a bin, each at least 1e-4. It is 0 for equal shares, and
   * the same both ways. Below 0.1 a population is usually called stable, above 0.25 changed.
   *
   * <p>Lewis, An Introduction to Credit Scoring, 1994; Siddiqi, Credit Risk Scorecards, 2006.
   */
  public static double stabilityIndex(long[] expected, long[] actual) {
    double all = sum(expected);
    double now = sum(actual);
    double index = 0;
    for (int bin = 0; bin < expected.length; bin++) {
      double e = Math.max(LEAST_SHARE, expected[bin] / all);
      double a = Math.max(LEAST_SHARE, actual[bin] / now);
      index += (a - e) * Math.log(a / e);
    }
    return index;
  }

  /**
   * What the index is at most, in 999 of 1,000 cases, if both samples are of one population. Then
   * it is about {@code 1/n + 1/m} times a chi-squared variable with as many degrees of freedom as
   * bins but one. Its quantile is that of Wilson and Hilferty, PNAS 17, 1931.
   *
   * <p>Yurdakul, Statistical Properties of Population Stability Index, 2018.
   */
  public static double chance(int bins, long expected, long actual) {
    double freedom = bins - 1.0;
    if (freedom == 0) {
      return 0;
    }
    double unit = 2 / (9 * freedom);
    return (1.0 / expected + 1.0 / actual)
        * freedom
        * Math.pow(1 - unit + NORMAL_999 * Math.sqrt(unit), 3);
  }

  /**
   * The Jensen-Shannon distance, to base 2: the root of {@code (sum e log2(e / m) + sum a log2(a /
   * m)) / 2} where m is the mean of e and a. It is a metric, 0 for equal shares and 1 where no bin
   * holds values of both.
   *
   * <p>Lin, IEEE Transactions on Information Theory 37, 1991; Endres and Schindelin, ibid. 49,
   * 2003.
   */
  public static double jensenShannon(long[] expected, long[] actual) {
    double all = sum(expected);
    double now = sum(actual);
    double divergence = 0;
    for (int bin = 0; bin < expected.length; bin++) {
      double e = expected[bin] / all;
      double a = actual[bin] / now;
      divergence += part(e, (e + a) / 2) + part(a, (e + a) / 2);
    }
    // Rounding may take it past either end.
    return Math.sqrt(Math.max(0, Math.min(1, divergence / 2 / Math.log(2))));
  }

  private static double part(double share, double mean) {
    return share == 0 ? 0 : share * Math.log(share / mean);
  }

  private static double sum(long[] counts) {
    return Arrays.stream(counts).sum();
  }
}
