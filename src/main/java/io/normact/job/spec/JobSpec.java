package io.normact.job.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.PipelineStage;

/**
 * A job spec, read and checked as far as it can be without its input.
 *
 * @param input what is read; every command needs it
 * @param label label column
 * @param weight column of row weights
 * @param features columns that the stages transform; empty for every numeric column
 * @param stages applied one after the other
 * @param output where the transformed rows go
 * @param model folder of the fitted pipeline
 * @param report file of the report
 * @param overwrite whether existing outputs are replaced
 */
public record JobSpec(
    Input input,
    Optional<String> label,
    Optional<String> weight,
    List<String> features,
    List<Stage> stages,
    Optional<Output> output,
    Optional<String> model,
    Optional<String> report,
    boolean overwrite) {

  private static final String HTML = ".html";

  /**
   * The report's page and the JSON beside it; none if there is no report.
   *
   * @throws SpecException if the report is no file that ends in .html
   */
  public List<String> reportFiles() {
    if (report.isEmpty()) {
      return List.of();
    }
    String page = report.get();
    if (!page.endsWith(HTML)) {
      throw SpecException.of("Key 'report' is '%s', but must be a file ending in %s.", page, HTML);
    }
    return List.of(page, page.substring(0, page.length() - HTML.length()) + ".json");
  }

  /**
   * What is read.
   *
   * @param format name of a Spark data source
   * @param paths files, folders or patterns; empty for a source without paths
   * @param schema column names and types as in CREATE TABLE
   * @param streaming whether it is read as a stream
   */
  public record Input(
      String format,
      List<String> paths,
      Map<String, String> options,
      Optional<String> schema,
      boolean streaming) {

    /** What a user is told it is. */
    public String description() {
      return paths.isEmpty() ? format : String.join(", ", paths);
    }
  }

  /**
   * A stage.
   *
   * @param kind its name in the spec
   * @param key where it stands in the spec
   * @param stage the stage with its params, still without columns
   */
  public record Stage(String kind, String key, PipelineStage stage) {}

  /**
   * Where the transformed rows go.
   *
   * @param path folder; absent for a sink without one
   * @param columns names of the output columns; empty for {@code <input>_<last stage>}
   * @param keepInputs whether the columns that the stages read are written as well
   * @param checkpoint folder in which a streaming query keeps how far it is
   * @param interval time between two batches of a streaming query; absent to end with the input
   */
  public record Output(
      String format,
      Optional<String> path,
      Map<String, String> options,
      List<String> partitionBy,
      List<String> columns,
      boolean keepInputs,
      Optional<String> checkpoint,
      Optional<String> interval) {}
}
