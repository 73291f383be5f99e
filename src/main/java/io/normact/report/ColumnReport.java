package io.normact.report;

import io.normact.math.ActivationFunction;
import io.normact.ml.BatchNormModel;
import io.normact.text.Given;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reports what an activation function makes of the columns of a dataset. It tells where the
 * function is so flat that nothing after it can learn. With a {@link BatchNormModel} it does so
 * before and after normalisation.
 *
 * <pre>{@code
 * ColumnReport report = ColumnReport.of(model, dataset);
 * System.out.println(report.worst(10));
 * report.write("report.html", spark.sparkContext().hadoopConfiguration(), false);
 * }</pre>
 *
 * <p>A value x of a feature is flat where {@code |f'(x)| < slopeThreshold}. That threshold is a
 * share of the function's steepest slope, {@link #FLAT} unless told otherwise. {@link Verdict}
 * lists what may be wrong with a column.
 *
 * <p>A report takes one Spark job with one pass over the rows. Counts, means, standard deviations,
 * extremes and all shares of slopes are exact and don't depend on how the rows are ordered or
 * partitioned. Quartiles, histograms and {@code rangeInUse} come from a random sample of the rows.
 * Where the rows are few the sample is all of them. Else its error is at most {@link #rankError}.
 * The same rows in the same partitions give the same sample.
 *
 * <p>The report judges the rows that the fit judged. With {@code handleInvalid=skip} a row in which
 * a feature is null, NaN or infinite is counted and then left out. Else only that value is left
 * out. Rows weigh as in the fit. Means, deviations, quartiles, histograms and all shares of slopes
 * are weighted. Counts of rows and extremes are not, but a row of weight 0 counts for nothing.
 *
 * <p>The sample takes up to 64 MB. Where there are more than 4,096 features it takes 16 KB for
 * each. Where there are many tasks each keeps an eighth of that, and some hundred bytes a feature
 * besides.
 *
 * <p>This is not for functions of a whole vector, such as softmax, where each output depends on all
 * inputs. For models with statistics by key use {@link KeyReport} or {@link PipelineReport}. It
 * does not say how good a trained model is, since it looks at inputs and slopes, not at labels. For
 * all stages of a fitted pipeline use {@link PipelineReport}. Reports are immutable.
 *
 * @param function the function
 * @param model settings of the model; empty if the report is on columns without a model
 * @param slopeThreshold slopes of a smaller magnitude count as flat
 * @param weightCol the column of the rows' weights; empty where all weigh the same
 * @param rows rows in all, skipped ones included
 * @param skippedRows rows that were left out since a feature is null, NaN or infinite
 * @param rankError the error of the ranks behind quartiles and histograms, as a share of the count,
 *     at 99% confidence; 0 where they are exact. Where values are missing it is larger: see {@link
 *     ColumnResult#rankError}
 * @param columns a result for each feature, in the columns' order
 */
public record ColumnReport(
    ActivationFunction function,
    Optional<ModelSettings> model,
    double slopeThreshold,
    Optional<String> weightCol,
    long rows,
    long skippedRows,
    double rankError,
    List<ColumnResult> columns) {

  /**
   * Slopes below this share of a function's steepest one are flat, unless told otherwise: {@value}.
   */
  public static final double FLAT = 0.01;

  private static final String FUNCTION = "an activation function";

  /**
   * Makes a report of given results.
   *
   * @param function the function
   * @param model settings of the model, or empty
   * @param slopeThreshold above 0
   * @param weightCol the weights' column, or empty
   * @param rows rows in all
   * @param skippedRows at most {@code rows}
   * @param rankError 0 to 1
   * @param columns the results, copied
   */
  public ColumnReport {
    columns = List.copyOf(columns);
  }

  /**
   * Reports on columns as they are, with {@link #FLAT}.
   *
   * @param data the rows
   * @param columns numbers, vectors or arrays of double or float
   * @param function an elementwise function
   * @return the report
   * @throws IllegalArgumentException as {@link #of(Dataset, List, ActivationFunction, double)}
   */
  public static ColumnReport of(
      Dataset<?> data, List<String> columns, ActivationFunction function) {
    return of(data, columns, function, FLAT);
  }

  /**
   * Reports on columns as they are.
   *
   * @param data the rows
   * @param columns numbers, vectors or arrays of double or float
   * @param function an elementwise function
   * @param flat slopes below this share, 0 to 1, of the function's steepest slope are flat; where
   *     the steepest slope is infinite, below this itself
   * @return the report, which has 0 rows if the data have none
   * @throws IllegalArgumentException if a column is missing or of another type, the rows of a
   *     column differ in width, there are too many features, the function is one of a whole vector,
   *     or {@code flat} is out of range
   */
  public static ColumnReport of(
      Dataset<?> data, List<String> columns, ActivationFunction function, double flat) {
    ActivationFunction[] functions = {Given.argument(function, "function", FUNCTION)};
    return ReportPass.overColumns(data, columns, functions, null, flat, Optional.empty(), false);
  }

  /**
   * Reports on columns as they are, with weights of rows.
   *
   * @param data the rows
   * @param columns numbers, vectors or arrays of double or float
   * @param function an elementwise function
   * @param flat as in {@link #of(Dataset, List, ActivationFunction, double)}
   * @param weightCol a column of numbers, finite and not negative
   * @return the report
   * @throws IllegalArgumentException as there, or if the column is missing or no number, or a
   *     weight is invalid
   */
  public static ColumnReport of(
      Dataset<?> data,
      List<String> columns,
      ActivationFunction function,
      double flat,
      String weightCol) {
    Given.argument(weightCol, "weightCol", "the name of a column");
    ActivationFunction[] functions = {Given.argument(function, "function", FUNCTION)};
    return ReportPass.overColumns(
        data, columns, functions, null, flat, Optional.of(weightCol), false);
  }

  /**
   * Reports on the input columns of a model, before and after normalisation, with {@link #FLAT}.
   *
   * @param model the model
   * @param data rows to look at
   * @return the report
   * @throws IllegalArgumentException as {@link #of(BatchNormModel, Dataset, double)}
   */
  public static ColumnReport of(BatchNormModel model, Dataset<?> data) {
    return of(model, data, FLAT);
  }

  /**
   * Reports on the input columns of a model. It looks at the model's activation over the columns as
   * they are, and over the normalised ones.
   *
   * <p>Rows weigh as the model's weightCol says if the data have that column; else all weigh the
   * same. {@link #weightCol} tells which.
   *
   * @param model the model
   * @param data rows to look at, which need not be those it was fitted on
   * @param flat as in {@link #of(Dataset, List, ActivationFunction, double)}
   * @return the report
   * @throws IllegalArgumentException as there, or if a column's width is not that of the fit, or if
   *     the model has statistics by key
   */
  public static ColumnReport of(BatchNormModel model, Dataset<?> data, double flat) {
    Given.argument(model, "model", "a BatchNormModel");
    return ReportPass.overInputs(model, Given.argument(data, "data", "a Dataset"), flat);
  }

  /**
   * {@return how many columns are in trouble before normalisation, see {@link Verdict#isTrouble}}
   */
  public long troubleBefore() {
    return count(column -> column.before().verdict().isTrouble());
  }

  /** {@return how many columns are in trouble after normalisation; without a model, before it} */
  public long troubleAfter() {
    return count(column -> column.last().verdict().isTrouble());
  }

  private long count(Function<ColumnResult, Boolean> test) {
    return columns.stream().filter(test::apply).count();
  }

  /**
   * {@return the share of flat values from which a column counts as saturated, 0 to 1; NaN without
   * a column} It is a quarter, or more where the function is flat by nature, as a ReLU is for half
   * of any centred input. It is infinite for {@code log1p} and {@code signed_log1p}, which have no
   * bound and are never saturated. Where each column has a function of its own, it is the greatest
   * of theirs.
   */
  public double flatLimit() {
    return functions().mapToDouble(Diagnosis::saturatedLimit).max().orElse(Double.NaN);
  }

  /**
   * {@return the share of flat values that a standard normal input has, 0 to 1; NaN without a
   * column} Where each column has a function of its own, it is the greatest of theirs.
   */
  public double flatByNature() {
    return functions().mapToDouble(Diagnosis::normalFlatShare).max().orElse(Double.NaN);
  }

  private Stream<Diagnosis> functions() {
    return columns.stream()
        .map(ColumnResult::function)
        .distinct()
        .map(each -> new Diagnosis(each, slopeThreshold, null));
  }

  /**
   * {@return the share of all finite values at which the function is flat before normalisation; NaN
   * without any}
   */
  public double flatBefore() {
    return flat(ColumnResult::before);
  }

  /**
   * {@return the share of {@link #flatBefore} after normalisation; without a model that before it}
   */
  public double flatAfter() {
    return flat(ColumnResult::last);
  }

  private double flat(Function<ColumnResult, Response> side) {
    double flat = 0;
    long all = 0;
    for (ColumnResult column : columns) {
      if (column.count() > 0) {
        flat += side.apply(column).flatShare() * column.count();
        all += column.count();
      }
    }
    return flat / all;
  }

  /**
   * Shows the worst columns as a short table for a terminal, below a headline. The worst verdicts
   * come first, and within a verdict the columns with the most flat slopes.
   *
   * @param n how many columns at most
   * @return lines of text, in English in any locale
   */
  public String worst(int n) {
    return ReportTable.worst(this, n);
  }

  /**
   * Returns all numbers of the report as a table.
   *
   * @param spark the session that the table belongs to
   * @return one row for each feature and side (before, after)
   */
  public Dataset<Row> toDataFrame(SparkSession spark) {
    return ReportFrame.of(this, Given.argument(spark, "spark", "a SparkSession"));
  }

  /** {@return the report as JSON, with a format version; numbers that are not finite are null} */
  public String toJson() {
    return ReportJson.of(this);
  }

  /** {@return the report as one HTML page that needs nothing else, not even a network} */
  public String toHtml() {
    return ReportPage.of(toJson());
  }

  /**
   * Writes the page and, beside it, the JSON, whose name ends in {@code .json} instead.
   *
   * @param path where the page goes, ending in {@code .html}, on any file system that Hadoop knows
   * @param configuration as in {@code spark.sparkContext().hadoopConfiguration()}
   * @param overwrite whether files that are there may be replaced
   * @throws IllegalArgumentException if the path doesn't end in {@code .html}
   * @throws java.nio.file.FileAlreadyExistsException if a file is there and may not be replaced
   * @throws IOException if writing fails; the files that were there are there then
   */
  public void write(String path, Configuration configuration, boolean overwrite)
      throws IOException {
    ReportFiles.write(toHtml(), toJson(), path, configuration, overwrite);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "ColumnReport: function=%s, rows=%d, columns=%d, trouble=%s",
        function,
        rows,
        columns.size(),
        Arrays.asList(troubleBefore(), troubleAfter()));
  }
}
