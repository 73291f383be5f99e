package io.normact.math.exact;

import io.normact.math.array.ErrorFree;
import java.io.Serializable;

/**
 * Sums that carry their rounding errors along: each is an unevaluated {@code high + low}, good to
 * about 2^-100 of the sum of magnitudes (TwoSum, see {@link ErrorFree}).
 *
 * <p>The last rounding, to a double, then gives the same bits however the terms are ordered and
 * grouped, unless the sum lies within 2^-100 of the middle between two doubles. That is less than
 * {@link Moments} promises, at a fraction of its cost.
 */
public final class CompensatedSums implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Arrays are folded in halves down to this length, then added up one by one. */
  private static final int SHORT = 16;

  private final double[] high;
  private final double[] low;

  /** That many sums, all 0. */
  public CompensatedSums(int sums) {
    high = new double[sums];
    low = new double[sums];
  }

  /** The sum, rounded to a double. */
  public double value(int sum) {
    return high[sum] + low[sum];
  }

  /** Adds one term. */
  public void add(int sum, double term) {
    double a = high[sum];
    double s = a + term;
    double z = s - a;
    low[sum] += (a - (s - z)) + (term - z);
    high[sum] = s;
  }

  /** Adds a term so many times; {@code times} need be no whole number. */
  public void add(int sum, double term, double times) {
    double product = term * times;
    double rest = Math.fma(term, times, -product);
    add(sum, product);
    low[sum] += rest;
  }

  /** One sum less another, less a number, rounded once where the result is no small difference. */
  public double difference(int sum, int subtracted, double less) {
    double a = high[sum];
    double b = high[subtracted];
    double s = a - b;
    double z = s - a;
    double rest = (a - (s - z)) - (b + z);
    return (s - less) + (rest + (low[sum] - low[subtracted]));
  }

  /**
   * Adds the first n terms, n at least 1, and overwrites them and the scratch.
   *
   * <p>The upper half is added to the lower one, again and again, until little is left. No step of
   * such a loop depends on another, so it becomes a vector loop. What it rounds away is kept.
   */
  public void addAll(int sum, double[] terms, double[] scratch, int n) {
    java.util.Arrays.fill(scratch, 0, n, 0);
    int length = n;
    while (length > SHORT) {
      int half = length >> 1;
      int upper = length - half;
      for (int i = 0; i < half; i++) {
        double a = terms[i];
        double b = terms[i + upper];
        double s = a + b;
        double z = s - a;
        scratch[i] += scratch[i + upper] + ((a - (s - z)) + (b - z));
        terms[i] = s;
      }
      length = upper;
    }
    for (int i = 0; i < length; i++) {
      add(sum, terms[i]);
      low[sum] += scratch[i];
    }
  }

  /** Adds other sums one by one. */
  public void merge(CompensatedSums other) {
    for (int i = 0; i < high.length; i++) {
      add(i, other.high[i]);
      low[i] += other.low[i];
    }
  }

  /** The plain pairwise sum of the first n terms, which are overwritten. */
  public static double pairwise(double[] terms, int n) {
    int length = n;
    while (length > SHORT) {
      int half = length >> 1;
      int upper = length - half;
      for (int i = 0; i < half; i++) {
        terms[i] += terms[i + upper];
      }
      length = upper;
    }
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += terms[i];
    }
    return sum;
  }
}
