package io.normact.report;

import io.normact.math.ActivationFunction;
import io.normact.ml.Activation;
import io.normact.ml.BatchNormModel;
import io.normact.ml.FeatureInputs;
import io.normact.ml.HasFeatureColumns;
import io.normact.ml.KeyComparison;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
      return new LeftOutColumn(field.name(), field.dataType().catalogString());
    }

    @Override
    public String toString() {
      return name + " (" + type + ")";
    }
  }

  private static final ActivationFunction IDENTITY = ActivationFunction.parse("identity");

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
    Transformer[] stages = pipeline.stages();
    Optional<String> weight = weightCol.or(() -> weight(stages, data));
    List<Stage> reports = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    Dataset<Row> reached = data.toDF();
    for (int i = 0; i < stages.length; i++) {
      int first = i;
      if (stages[i] instanceof BatchNormModel model) {
        Optional<String> following =
            i + 1 < stages.length ? joined(model, stages[i + 1]) : Optional.empty();
        i += following.isPresent() ? 1 : 0;
        BatchNormModel whole =
            following.map(f -> model.copy(new ParamMap()).setActivation(f)).orElse(model);
        String name =
            following.isPresent()
                ? String.format(
                    Locale.ROOT,
                    "Stages %d and %d, batchNorm and activation (%s)",
                    first + 1,
                    i + 1,
                    whole.getActivation())
                : name(first, "batchNorm", whole.getActivation());
        reports.add(
            KeyComparison.isKeyed(whole)
                ? byKey(name, whole, reached)
                : new Stage(name, ColumnReport.of(whole, reached)));
      } else if (stages[i] instanceof Activation activation) {
        for (Activation part : byFunction(activation)) {
          Optional<String> reason = unfit(part);
          if (reason.isPresent()) {
            leftOut.add(
                String.format(
                    Locale.ROOT,
                    "Stage %d, activation, is not looked at: %s.",
                    first + 1,
                    reason.get()));
          } else {
            reports.add(
                new Stage(
                    name(first, "activation", function(part)), report(part, reached, weight)));
          }
        }
      }
      for (int done = first; done <= i && i + 1 < stages.length; done++) {
        reached = tolerant(stages[done]).transform(reached);
      }
    }
    if (reports.isEmpty()) {
      throw new UnsupportedOperationException(
          leftOut.isEmpty()
              ? String.format(
                  Locale.ROOT,
                  "No stage can be reported on, but one must be a batchNorm or an activation; they are %s.",
                  Arrays.stream(stages)
                      .map(stage -> stage.getClass().getSimpleName())
                      .collect(Collectors.joining(", ")))
              : String.join(" ", leftOut));
    }
    return new PipelineReport(reports, leftOut, List.of(), Map.of());
  }

  /**
   * Returns this report with the columns that are no features.
   *
   * @param columns those columns
   * @return this report with them
   */
  public PipelineReport withColumnsLeftOut(List<LeftOutColumn> columns) {
    return new PipelineReport(stages, leftOut, columns, provenance);
  }

  /**
   * Returns this report with a note of where it comes from.
   *
   * @param known texts by their labels, such as an input and a date
   * @return this report with them in its head
   */
  public PipelineReport withProvenance(Map<String, String> known) {
    return new PipelineReport(stages, leftOut, columnsLeftOut, known);
  }

  /**
   * A report on a model with keys: on what its activation is given, which is normalised by key, and
   * on the keys. Invalid values come through, whatever the model does with them, to be counted.
   */
  private static Stage byKey(String name, BatchNormModel model, Dataset<Row> data) {
    BatchNormModel plain =
        KeyComparison.tolerant(model).setActivation(IDENTITY.toString()).setHandleInvalid("keep");
    Dataset<Row> normalized = plain.transform(data);
    List<String> outputs = FeatureInputs.outputs(plain);
    Optional<String> weight = FeatureInputs.weight(model, data).map(column -> model.getWeightCol());
    return new Stage(
        name,
        ReportPass.overColumns(
            normalized,
            outputs,
            FeatureInputs.functions(model),
            FeatureInputs.widths(model),
            ColumnReport.FLAT,
            weight,
            FeatureInputs.skipsInvalidRows(model)),
        Optional.of(KeyReport.of(model, data)));
  }

  private static String name(int index, String kind, ActivationFunction function) {
    return function.equals(IDENTITY)
        ? String.format(Locale.ROOT, "Stage %d, %s", index + 1, kind)
        : String.format(Locale.ROOT, "Stage %d, %s (%s)", index + 1, kind, function);
  }

  private static Optional<String> weight(Transformer[] stages, Dataset<?> data) {
    return Arrays.stream(stages)
        .filter(BatchNormModel.class::isInstance)
        .map(BatchNormModel.class::cast)
        .filter(model -> FeatureInputs.weight(model, data).isPresent())
        .map(BatchNormModel::getWeightCol)
        .findFirst();
  }

  /** The function of the stage behind a normalisation that has none, if it reads its outputs. */
  private static Optional<String> joined(BatchNormModel model, Transformer next) {
    return model.getActivation().equals(IDENTITY)
            && next instanceof Activation activation
            && activation.isSet(activation.function())
            && unfit(activation).isEmpty()
            && columns(activation, "inputCol").equals(columns(model, "outputCol"))
        ? Optional.of(activation.getFunction())
        : Optional.empty();
  }

  private static List<String> columns(HasFeatureColumns<?> stage, String one) {
    String many = one + "s";
    if (stage.isSet(stage.getParam(one))) {
      return List.of((String) stage.getOrDefault(stage.getParam(one)));
    }
    return stage.isSet(stage.getParam(many))
        ? List.of((String[]) stage.getOrDefault(stage.getParam(many)))
        : List.of();
  }

  /** A stage with a function for each column as stages of one function each; else the stage. */
  private static List<Activation> byFunction(Activation activation) {
    if (activation.isSet(activation.function())) {
      return List.of(activation);
    }
    List<String> inputs = columns(activation, "inputCol");
    List<String> outputs = columns(activation, "outputCol");
    Map<ActivationFunction, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      ActivationFunction function = ActivationFunction.parse(activation.getFunctions()[i]);
      places.computeIfAbsent(function, f -> new ArrayList<>()).add(i);
    }
    List<Activation> parts = new ArrayList<>();
    places.forEach(
        (function, of) ->
            parts.add(
                new Activation(activation.uid())
                    .setFunction(function)
                    .setOutput(activation.getOutput())
                    .setInputCols(of.stream().map(inputs::get).toArray(String[]::new))
                    .setOutputCols(of.stream().map(outputs::get).toArray(String[]::new))));
    return parts;
  }

  private static ActivationFunction function(Activation activation) {
    return ActivationFunction.parse(activation.getFunction());
  }

  private static ColumnReport report(
      Activation activation, Dataset<?> data, Optional<String> weightCol) {
    List<String> columns = columns(activation, "inputCol");
    return weightCol.isPresent()
        ? ColumnReport.of(data, columns, function(activation), ColumnReport.FLAT, weightCol.get())
        : ColumnReport.of(data, columns, function(activation));
  }

  /** Why a stage can't be looked at; empty if it can. */
  private static Optional<String> unfit(Activation activation) {
    if (!function(activation).elementwise()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%s has no slope for each column, since each output depends on all inputs",
              function(activation)));
    }
    return activation.getOutput().equals("value")
        ? Optional.empty()
        : Optional.of("it writes slopes, and a report is on values");
  }

  /** The stage, but for its refusing rows that a report counts. */
  private static Transformer tolerant(Transformer stage) {
    return stage instanceof BatchNormModel model ? KeyComparison.tolerant(model) : stage;
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
   * @throws IOException if writing fails
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
