package io.normact.report;

import io.normact.ml.BatchNormModel;
import io.normact.text.Given;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructField;

/**
 * Reports on the stages of a fitted pipeline that normalise or apply an activation function.
 *
 * <p>Each report is on the columns that its stage reads, as the stages before it leave them. A
 * normalisation without an activation and an activation of its outputs right after it are looked at
 * as one step. {@link ColumnReport} says what the numbers mean, and how null, NaN and infinity
 * count. Rows that a stage with {@code handleInvalid=error} would refuse are counted, not refused.
 * A stage that has a function for each column gets several reports, one for the columns of each
 * function. Reports are immutable.
 *
 * <p>A normalisation by key is looked at after normalising, in the columns that it makes, and key
 * by key, see {@link KeyReport}.
 *
 * <p>Each report costs a Spark job, which computes the stages before it anew. Where they are slow,
 * cache the pipeline's input, or report on one model by {@link ColumnReport#of(BatchNormModel,
 * Dataset)}. The pipeline must be fitted.
 *
 * @param stages the reports, in the stages' order; at least one
 * @param leftOut sentences about stages that can't be looked at, such as a softmax
 * @param columnsLeftOut columns of the data that were asked for but are no features, since they are
 *     no numbers
 * @param provenance where the report comes from, such as its input and date: texts by their labels,
 *     in the order in which they are shown
 */
public record PipelineReport(
    List<Stage> stages,
    List<String> leftOut,
    List<LeftOutColumn> columnsLeftOut,
    Map<String, String> provenance) {

  /**
   * A report, with the name of the stages that it is on.
   *
   * @param name such as {@code Stage 1, batchNorm (sigmoid)}
   * @param report what was found
   * @param byKey what was found within keys; empty where the stage has none
   */
  public record Stage(String name, ColumnReport report, Optional<KeyReport> byKey) {

    /**
     * A report on a stage without keys.
     *
     * @param name the stage's name
     * @param report what was found
     */
    public Stage(String name, ColumnReport report) {
      this(name, report, Optional.empty());
    }
  }

  /**
   * A column that is no feature.
   *
   * @param name its name
   * @param type its type as SQL has it
   */
  public record LeftOutColumn(String name, String type) {

    /**
     * A column of a schema.
     *
     * @param field where the schema has it
     * @return its name and type
     */
    public static LeftOutColumn of(StructField field) {
      Given.argument(field, "field", "a column of a schema");
      return new LeftOutColumn(field.name(), field.dataType().catalogString());
    }

    @Override
    public String toString() {
      return name + " (" + type + ")";
    }
  }

  /**
   * Makes a report of given results.
   *
   * @param stages the reports, copied; at least one
   * @param leftOut the sentences, copied
   * @param columnsLeftOut the columns, copied
   * @param provenance where it comes from, copied
   */
  public PipelineReport {
    stages = List.copyOf(stages);
    leftOut = List.copyOf(leftOut);
    columnsLeftOut = List.copyOf(columnsLeftOut);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /**
   * Reports on a pipeline, with {@link ColumnReport#FLAT}, in one Spark job for each report.
   *
   * @param pipeline the fitted pipeline
   * @param data its input
   * @param weightCol the column of row weights for activation stages, which don't name one; if
   *     empty, the weight column of the first normalisation whose column the data have
   * @return the report
   * @throws UnsupportedOperationException if no stage can be looked at
   * @throws IllegalArgumentException as {@link ColumnReport#of(BatchNormModel, Dataset, double)}
   */
  public static PipelineReport of(
      PipelineModel pipeline, Dataset<?> data, Optional<String> weightCol) {
    Given.argument(pipeline, "pipeline", "a PipelineModel");
    Given.argument(data, "data", "a Dataset");
    Given.argument(weightCol, "weightCol", "the name of a column, or empty");
    return new PipelineWalk(pipeline, data, weightCol).report();
  }

  /**
   * Returns this report with the columns that are no features.
   *
   * @param columns those columns
   * @return this report with them
   */
  public PipelineReport withColumnsLeftOut(List<LeftOutColumn> columns) {
    Given.argument(columns, "columns", "columns, or an empty list");
    return new PipelineReport(stages, leftOut, columns, provenance);
  }

  /**
   * Returns this report with a note of where it comes from.
   *
   * @param known texts by their labels, such as an input and a date
   * @return this report with them in its head
   */
  public PipelineReport withProvenance(Map<String, String> known) {
    Given.argument(known, "known", "texts by their labels");
    return new PipelineReport(stages, leftOut, columnsLeftOut, known);
  }

  /**
   * Shows the worst columns of each stage as text for a terminal, below a headline.
   *
   * @param n how many columns of a stage to show at most
   * @return lines of text, in English in any locale
   */
  public String worst(int n) {
    List<String> parts = new ArrayList<>();
    for (Stage stage : stages) {
      String byKey = stage.byKey().map(report -> "\n" + report.worst(n)).orElse("");
      String table = stage.report().worst(n) + byKey;
      parts.add(single() ? table : stage.name() + ": " + table);
    }
    leftOut.forEach(sentence -> parts.add(sentence + "\n"));
    return String.join("\n", parts);
  }

  /**
   * {@return the report as JSON} For a single stage it has what {@link ColumnReport#toJson} has,
   * else a list of the stages. Provenance and columns left out are added where there are any.
   */
  public String toJson() {
    return ReportJson.of(this);
  }

  /** {@return the report as one HTML page that needs nothing else} It shows one stage at a time. */
  public String toHtml() {
    return ReportPage.of(toJson());
  }

  /**
   * Writes page and JSON, as {@link ColumnReport#write} does.
   *
   * @param path where the page goes, ending in {@code .html}
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

  /** Whether it is one of a stage alone. */
  boolean single() {
    return stages.size() == 1 && leftOut.isEmpty();
  }
}
