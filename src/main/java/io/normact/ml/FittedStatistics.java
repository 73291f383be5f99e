package io.normact.ml;

import io.normact.math.exact.Moments;
import io.normact.math.row.FeatureNames;
import io.normact.sql.pass.FeatureMoments;
import io.normact.text.Counted;
import io.normact.text.NameList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The statistics of a fit in feature order, from the moments of its columns.
 *
 * @param widths how many features each column holds
 * @param count valid rows of each feature
 * @param mean mean of each feature
 * @param variance population variance of each feature
 * @param invalid null, NaN and infinite values of each feature
 * @param skippedRows rows dropped for an invalid value
 * @param moments the exact sums behind it all, as {@link Moments#toBytes} in Base64, a text for
 *     each part that {@link FeatureMoments#parts} gives
 */
record FittedStatistics(
    int[] widths,
    double[] count,
    double[] mean,
    double[] variance,
    double[] invalid,
    long skippedRows,
    String[] moments) {

  /**
   * The statistics of these columns.
   *
   * @throws IllegalArgumentException if there is an invalid value that the policy rejects, a
   *     feature without a valid value, or one whose variance no double can hold
   */
  static FittedStatistics of(
      List<FeatureColumn> columns,
      List<Moments> parts,
      long[] nullCells,
      long skippedRows,
      InvalidValues policy) {
    FittedStatistics statistics = read(columns, parts, nullCells, skippedRows);
    statistics.rejectInvalid(columns, policy);
    statistics.rejectEmpty(columns);
    statistics.rejectInfinite(columns);
    return statistics;
  }

  /** What the pass found, whatever it is; the parts are its own, or wider ones for empty ones. */
  static FittedStatistics read(
      List<FeatureColumn> columns, List<Moments> parts, FeatureMoments pass) {
    return read(columns, parts, pass.nullCells(), pass.skippedRows());
  }

  /**
   * What one pass or several together found, whatever it is. A feature without a valid value so far
   * has mean 0 and variance 1, with which torch.nn.BatchNorm1d starts.
   */
  static FittedStatistics read(
      List<FeatureColumn> columns, List<Moments> parts, long[] nullCells, long skippedRows) {
    int features = parts.stream().mapToInt(Moments::features).sum();
    double[] count = new double[features];
    double[] mean = new double[features];
    double[] variance = new double[features];
    double[] invalid = new double[features];
    int from = 0;
    for (int p = 0; p < parts.size(); p++) {
      Moments part = parts.get(p);
      store(part, mean, variance, from);
      for (int j = 0; j < part.features(); j++) {
        count[from + j] = part.count(j);
        invalid[from + j] = part.invalid(j) + nullCells[p];
      }
      from += part.features();
    }
    return new FittedStatistics(
        FeatureColumn.layout(columns).columnWidths(p -> parts.get(p).features()),
        count,
        mean,
        variance,
        invalid,
        skippedRows,
        parts.stream().map(FittedStatistics::encode).toArray(String[]::new));
  }

  /** Puts the means and variances of a part's features where they belong among all. */
  static void store(Moments part, double[] mean, double[] variance, int from) {
    for (int j = 0; j < part.features(); j++) {
      boolean seen = part.count(j) > 0;
      mean[from + j] = seen ? part.mean(j) : 0;
      variance[from + j] = seen ? part.variance(j) : 1;
    }
  }

  /** Exact sums as a text. */
  static String encode(Moments part) {
    return Base64.getEncoder().encodeToString(part.toBytes());
  }

  /** The exact sums that a text holds. */
  static Moments decode(String text) {
    return Moments.fromBytes(Base64.getDecoder().decode(text));
  }

  /** Puts these statistics into a model's params. */
  void store(BatchNormModel model) {
    model.setFitted(model.fittedWidths(), widths);
    model.setFitted(model.fittedCount(), count);
    model.setFitted(model.fittedMean(), mean);
    model.setFitted(model.fittedVariance(), variance);
    model.setFitted(model.fittedInvalid(), invalid);
    model.setFitted(model.fittedSkippedRows(), skippedRows);
    model.setFitted(model.fittedMoments(), moments);
  }

  private List<String> names(List<FeatureColumn> columns) {
    return FeatureNames.of(columns.stream().map(c -> c.field().name()).toList(), widths);
  }

  /** Ends with an error if there is an invalid value that the policy rejects. */
  void rejectInvalid(List<FeatureColumn> columns, InvalidValues policy) {
    List<String> names = names(columns);
    if (policy == InvalidValues.ERROR) {
      List<String> found = new ArrayList<>();
      for (int j = 0; j < invalid.length; j++) {
        if (invalid[j] > 0) {
          found.add(String.format(Locale.ROOT, "'%s' (%.0f)", names.get(j), invalid[j]));
        }
      }
      if (!found.isEmpty()) {
        throw rejected(found);
      }
    }
  }

  /** The error for invalid values in these features, each with how many there are. */
  static IllegalArgumentException rejected(List<String> found) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "Invalid values (null, NaN or infinite) are in %s, but handleInvalid is error; clean the data or choose skip, keep or mean.",
            NameList.first(found)));
  }

  private void rejectEmpty(List<FeatureColumn> columns) {
    List<String> names = names(columns);
    if (Arrays.stream(widths).anyMatch(width -> width == 0)
        || Arrays.stream(count).allMatch(n -> n == 0)) {
      throw new IllegalArgumentException(
          skippedRows == 0
              ? "The input is empty, but statistics need at least one row with a valid value and a positive weight."
              : String.format(
                  Locale.ROOT,
                  "Each of %s holds an invalid value, and handleInvalid=skip left none to fit on.",
                  Counted.of(skippedRows, "row")));
    }
    List<String> without =
        IntStream.range(0, count.length).filter(j -> count[j] == 0).mapToObj(names::get).toList();
    if (!without.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "No valid value is in %s, so there is no mean to subtract; leave such columns out.",
              NameList.of(without)));
    }
  }

  /** Ends with an error if a variance is above the largest double. */
  void rejectInfinite(List<FeatureColumn> columns) {
    List<String> names = names(columns);
    List<String> infinite =
        IntStream.range(0, variance.length)
            .filter(j -> Double.isInfinite(variance[j]))
            .mapToObj(names::get)
            .toList();
    if (!infinite.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The variance is above the largest double, %s, in %s; scale such columns down or leave them out.",
              Double.MAX_VALUE,
              NameList.of(infinite)));
    }
  }
}
