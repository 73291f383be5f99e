package io.normact.report;

import io.normact.ml.BatchNormModel;
import io.normact.ml.KeyComparison;
import io.normact.text.Given;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reports on a {@link BatchNormModel} with keys: which keys the rows have that the model does not
 * know, and in which keys a column has drifted from what was fitted.
 *
 * <pre>{@code
 * KeyReport report = KeyReport.of(model, dataset);
 * System.out.println(report.worst(10));
 * }</pre>
 *
 * <p>Let n values of a column within a key have mean m and variance v. Let M and V be what the
 * model goes by in that key, with minCount and shrinkage applied, and N the valid values behind
 * them. The shift is {@code (m - M) / sqrt(V)}: how far from 0 the key's normalised values lie on
 * average. The ratio is {@code v / V}. The key has drifted if either is large, and larger than
 * chance explains:
 *
 * <pre>
 *   |shift| > 1/2   and  |shift| > 3 sqrt(1/n + 1/N), or
 *   ratio not in 1/2 to 2  and  |z| > 3, where with c = 2 / (9 (n - 1)), C = 2 / (9 (N - 1)) and
 *   F = ratio (n / (n - 1)) / (N / (N - 1))
 *   z = ((1 - C) F^(1/3) - (1 - c)) / sqrt(C F^(2/3) + c)
 * </pre>
 *
 * <p>3 standard errors are exceeded by chance in about one of 370 keys with normal values. z is
 * normal to good approximation: E. Paulson, An Approximate Normalization of the Analysis of
 * Variance Distribution, 1942. Where V is 0 a shift is infinite, or 0 if m is M.
 *
 * <p>Only keys that the model has statistics of its own for are judged. Those below minCount are
 * counted, and so are unknown ones. The worst keys of a column are those that have drifted, by the
 * size of their shift, then the others. Keys that are equally bad stand in the keys' order. All
 * numbers are exact and don't depend on how the rows are ordered or partitioned.
 *
 * <p>A report takes one Spark job, and the time and memory of a fit by key. Rows weigh as in the
 * fit, so the weight column must be there if the model has one. Rows that the fit would skip are
 * left out. Values and keys that the model would refuse are counted, not refused. Reports are
 * immutable.
 *
 * @param keyCols the columns of the key
 * @param unknownKey what rows of unknown keys get: global, error or invalid
 * @param minCount valid values of a column that a key needs for statistics of its own
 * @param rows rows with a positive weight, without those that were skipped
 * @param skippedRows rows left out since a feature is null, NaN or infinite
 * @param keys keys that the rows have
 * @param absentKeys keys of the model that no row has
 * @param unknownKeys keys of the rows that the model does not know
 * @param unknownRows rows of such keys
 * @param unknown the unknown keys with the most rows
 * @param columns a result for each feature, in the columns' order
 */
public record KeyReport(
    List<String> keyCols,
    String unknownKey,
    int minCount,
    long rows,
    long skippedRows,
    long keys,
    long absentKeys,
    long unknownKeys,
    long unknownRows,
    List<UnknownKey> unknown,
    List<KeyedColumn> columns) {

  /** How many keys of a column are listed unless told otherwise: {@value}. */
  public static final int WORST = 10;

  /** More would make a page that nobody reads. */
  private static final int MOST = 1000;

  /**
   * A key that the model does not know.
   *
   * @param key such as {@code store=7, day=2024-01-01}
   * @param rows its rows
   */
  public record UnknownKey(String key, long rows) {}

  /**
   * What there is of a column in all keys.
   *
   * @param index the place among the features, from 0
   * @param name the column, with a position where it holds several features
   * @param judged keys with a value that the model has statistics of its own for
   * @param belowMinCount known keys with a value that go by all rows, since the fit saw too few
   * @param constant judged keys in which the column did not vary in the fit
   * @param drifted judged keys in which it has drifted
   * @param worst the worst of the judged keys
   */
  public record KeyedColumn(
      int index,
      String name,
      long judged,
      long belowMinCount,
      long constant,
      long drifted,
      List<KeyedResult> worst) {

    /**
     * Makes a result.
     *
     * @param index from 0
     * @param name the column
     * @param judged keys
     * @param belowMinCount keys
     * @param constant keys
     * @param drifted keys
     * @param worst the keys, copied
     */
    public KeyedColumn {
      worst = List.copyOf(worst);
    }
  }

  /**
   * A column within one key.
   *
   * @param key such as {@code store=7, day=2024-01-01}
   * @param count valid values
   * @param invalid null, NaN and infinite values
   * @param mean of the values
   * @param standardDeviation of the values
   * @param fittedMean what the model subtracts in this key
   * @param fittedDeviation the standard deviation that the model goes by in this key
   * @param shift of the mean in fitted standard deviations; infinite where there was none
   * @param varianceRatio the variance over the fitted one; NaN where both are 0
   * @param drifted whether these are too far off
   */
  public record KeyedResult(
      String key,
      long count,
      long invalid,
      double mean,
      double standardDeviation,
      double fittedMean,
      double fittedDeviation,
      double shift,
      double varianceRatio,
      boolean drifted) {}

  /**
   * Makes a report of given results.
   *
   * @param keyCols copied
   * @param unknownKey global, error or invalid
   * @param minCount at least 1
   * @param rows rows
   * @param skippedRows rows
   * @param keys keys
   * @param absentKeys keys
   * @param unknownKeys keys
   * @param unknownRows rows
   * @param unknown copied
   * @param columns copied
   */
  public KeyReport {
    keyCols = List.copyOf(keyCols);
    unknown = List.copyOf(unknown);
    columns = List.copyOf(columns);
  }

  /**
   * Reports on rows with the {@link #WORST} worst keys of each column.
   *
   * @param model a model with keys
   * @param data rows to look at, which need not be those it was fitted on
   * @return the report
   * @throws IllegalArgumentException as {@link #of(BatchNormModel, Dataset, int)}
   */
  public static KeyReport of(BatchNormModel model, Dataset<?> data) {
    return of(model, data, WORST);
  }

  /**
   * Reports on rows.
   *
   * @param model a model with keys
   * @param data rows to look at, which need not be those it was fitted on
   * @param worst how many keys of each column, and how many unknown ones, are listed: 0 to 1000
   * @return the report
   * @throws IllegalArgumentException if the model has no statistics by key, a column is missing or
   *     of another type or width than in the fit, a weight is invalid, or {@code worst} is out of
   *     range
   */
  public static KeyReport of(BatchNormModel model, Dataset<?> data, int worst) {
    if (worst < 0 || worst > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Number of keys to list is %d, but must be from 0 to %d.", worst, MOST));
    }
    Given.argument(data, "data", "a Dataset");
    return new KeyJudgement(KeyComparison.of(model, data), worst).report(model);
  }

  /** {@return in how many keys a column has drifted, for all columns together} */
  public long drifted() {
    return columns.stream().mapToLong(KeyedColumn::drifted).sum();
  }

  /**
   * Shows the keys that have drifted as a short table for a terminal, below a headline.
   *
   * @param n how many lines at most
   * @return lines of text, in English in any locale
   */
  public String worst(int n) {
    return KeyReportText.worst(this, n);
  }

  /**
   * Returns the worst keys as a table.
   *
   * @param spark the session that the table belongs to
   * @return one row for each feature and key that is listed
   */
  public Dataset<Row> toDataFrame(SparkSession spark) {
    return KeyReportText.frame(this, Given.argument(spark, "spark", "a SparkSession"));
  }

  /** {@return the report as JSON; numbers that are not finite are null} */
  public String toJson() {
    return KeyReportText.json(this).toString();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "KeyReport: key=%s, rows=%d, keys=%d, unknown=%d, drifted=%s",
        keyCols,
        rows,
        keys,
        unknownKeys,
        Arrays.toString(columns.stream().mapToLong(KeyedColumn::drifted).toArray()));
  }
}
