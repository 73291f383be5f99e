package io.normact.math.key;

/**
 * The mean and variance that a key goes by: those of its own rows, drawn to those of all rows as if
 * some of these had been seen too, or those of all where it has too few of its own.
 *
 * <pre>
 *   mean     = (n m + s M) / (n + s)
 *   variance = (n v + s V) / (n + s) + n s (m - M)^2 / (n + s)^2
 * </pre>
 *
 * <p>B. Cestnik, Estimating Probabilities, ECAI 1990, for the mean; T. F. Chan, G. H. Golub, R. J.
 * LeVeque, Algorithms for Computing the Sample Variance, 1983, for two samples put together.
 *
 * @param statistics by key
 * @param mean of all rows, by feature
 * @param variance of all rows, by feature
 * @param minCount the fewest valid values of a feature that a key needs
 * @param shrinkage how many rows of all are added to its own
 */
public record Shrinkage(
    KeyStatistics statistics, double[] mean, double[] variance, int minCount, double shrinkage) {

  /** Fills in what a key goes by; for the number of keys, or -1, what unknown ones do. */
  public void fill(int key, double[] means, double[] variances) {
    boolean known = key >= 0 && key < statistics.size();
    for (int j = 0; j < means.length; j++) {
      double n = known ? statistics.count(key, j) : 0;
      if (n < minCount) {
        means[j] = mean[j];
        variances[j] = variance[j];
      } else if (shrinkage == 0) {
        means[j] = statistics.mean(key, j);
        variances[j] = statistics.variance(key, j);
      } else {
        // As shares, since n + s may be any number.
        double own = n / (n + shrinkage);
        double others = shrinkage / (n + shrinkage);
        double m = statistics.mean(key, j);
        double apart = m - mean[j];
        means[j] = own * m + others * mean[j];
        variances[j] =
            own * statistics.variance(key, j) + others * variance[j] + own * others * apart * apart;
      }
    }
  }
}
