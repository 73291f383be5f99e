package io.normact.report;

/**
 * The distribution of the finite values of a feature, as they are or normalised. If there is no
 * finite value, its numbers are NaN.
 *
 * @param mean the mean, within 1 ulp for a feature as it is
 * @param standardDeviation the square root of the population variance
 * @param min the least value, exact
 * @param lowerQuartile the value at a quarter of the ranks, within the report's {@code rankError}
 * @param median the value at half of the ranks, likewise
 * @param upperQuartile the value at three quarters of the ranks, likewise
 * @param max the greatest value, exact
 * @param histogram counts of the values in bins
 */
public record Distribution(
    double mean,
    double standardDeviation,
    double min,
    double lowerQuartile,
    double median,
    double upperQuartile,
    double max,
    Histogram histogram) {}
