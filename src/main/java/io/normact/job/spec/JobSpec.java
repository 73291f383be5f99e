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
 * @param features columns that the stages transform
 * @param stages applied one after the other
 * @param output where the transformed rows go
 * @param model folder of the fitted pipeline
 * @param report file of the report
 * @param mode what becomes of outputs that exist
 */
public record JobSpec(
    Input input,
    Optional<String> label,
    Optional<String> weight,
    Features features,
    List<Stage> stages,
    Optional<Output> output,
    Optional<String> model,
    Optional<String> report,
    Mode mode) {

  private static final String HTML = ".html";

  /** What becomes of outputs that exist. */
  public enum Mode {
    ERROR,
    APPEND,
    OVERWRITE
  }

  /** Whether existing outputs are replaced. */
  public boolean overwrite() {
    return mode == Mode.OVERWRITE;
  }

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
   * @param table name of a table, instead of format and paths
   * @param sql a query, instead of them
   * @param options of the data source or the table
   * @param schema column names and types as in CREATE TABLE
   * @param streaming whether it is read as a stream
   * @param where condition that rows must meet
   * @param sample share of the rows that a fit looks at, above 0 and at most 1
   */
  public record Input(
      String format,
      List<String> paths,
      Optional<String> table,
      Optional<String> sql,
      Map<String, String> options,
      Optional<String> schema,
      boolean streaming,
      Optional<String> where,
      double sample) {

    /** Key and value of what says where the rows are. */
    public String key() {
      return table.isPresent() ? "input.table" : sql.isPresent() ? "input.sql" : "input.path";
    }

    /** What a user is told it is. */
    public String description() {
      return table.or(() -> sql).orElse(paths.isEmpty() ? format : String.join(", ", paths));
    }
  }

  /**
   * The columns that the stages transform.
   *
   * @param names columns by their names; empty where patterns choose
   * @param include names and patterns; empty, as well as names, for all of the types
   * @param exclude names and patterns of those that are left out
   * @param types of the columns that patterns mean
   */
  public record Features(
      List<String> names, List<String> include, List<String> exclude, FeatureTypes types) {

    /** Every column of numbers. */
    public static final Features ALL =
        new Features(List.of(), List.of(), List.of(), FeatureTypes.NUMBERS);

    /** These columns. */
    public static Features of(List<String> names) {
      return new Features(names, List.of(), List.of(), FeatureTypes.NUMBERS);
    }

    /** Whether nothing is said but "*". */
    public boolean isAll() {
      return equals(ALL);
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
   * @param format name of a Spark data source; empty for that of the table or its catalog
   * @param path folder; absent for a table, and for a sink without one
   * @param table name of a table, instead of a path
   * @param columns names of the output columns; empty for {@code <input>_<last stage>}
   * @param keepInputs whether the columns that the stages read are written as well
   * @param checkpoint folder in which a streaming query keeps how far it is
   * @param interval time between two batches of a streaming query; absent to end with the input
   */
  public record Output(
      String format,
      Optional<String> path,
      Optional<String> table,
      Map<String, String> options,
      List<String> partitionBy,
      List<String> columns,
      boolean keepInputs,
      Optional<String> checkpoint,
      Optional<String> interval) {

    /** What a user is told it is. */
    public String description() {
      return table.or(() -> path).orElse(format);
    }
  }
}
