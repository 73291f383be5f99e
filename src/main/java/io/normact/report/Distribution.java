package io.normact.report;

/**
 * What the finite values of a feature are like, as they are or normalised. NaN stands for what an
 * empty feature hasn't.
 *
 * @param mean the mean, within 1 ulp for a feature as it is
 * @param standardDeviation the root of the population variance
 * @param min the least value, exact
 * @param lowerQuartile the value at a quarter of the ranks, to the report's {@code rankError}
 * @param median the value in the middle
 * @param upperQuartile the value at three quarters
 * @param max the greatest value, exact
 * @param histogram how many values lie where
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
