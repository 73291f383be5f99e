package io.normact.job.run;

import io.normact.job.output.PipelineColumns;
import io.normact.job.spec.Failure;
import io.normact.job.spec.JobException;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecException;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import io.normact.ml.HasFeatureColumns;
import io.normact.sql.column.ColumnKind;
import io.normact.sql.column.NamedField;
import io.normact.sql.column.NamedFields;
import io.normact.text.Counted;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Says what a spec would do to its input. */
final class PlanPrinter {

  /** Params that come from other keys of the spec than the stage's own. */
  private static final Pattern ROLES = Pattern.compile("(input|output|label|weight)Cols?");

  private final JobSpec spec;
  private final PrintStream out;

  /** Printed only once it is whole. */
  private final List<String> plan = new ArrayList<>();

  private final StructType schema;

  /** How the plan ends. */
  private String verdict = "The spec is valid.";

  PlanPrinter(JobSpec spec, StructType schema, PrintStream out) {
    this.spec = spec;
    this.schema = schema;
    this.out = out;
    add(
        "Input: %s, %s, %s%s.",
        spec.input().description(),
        kind(spec.input()),
        Counted.of(schema.size(), "column"),
        spec.input().streaming() ? ", as a stream" : "");
    spec.input().where().ifPresent(where -> add("Rows: where %s.", where));
  }

  private static String kind(JobSpec.Input input) {
    return input.table().isPresent()
        ? "a table"
        : input.sql().isPresent() ? "a query" : input.format();
  }

  /**
   * Adds what a saved model would do.
   *
   * @throws SpecException if it does not suit the input's schema
   */
  void planOf(PipelineModel model) {
    checkFits(model, schema, spec);
    for (Transformer stage : model.stages()) {
      add("Stage: %s%s, fitted.", FittedStages.kind(stage), fittedParams(stage));
    }
    PipelineColumns columns = PipelineColumns.of(model.stages());
    addColumns(columns.inputs(), columns.written(model.transformSchema(schema), schema));
    add("Model: %s, loaded.", spec.model().orElseThrow());
    if (!spec.stages().isEmpty()) {
      verdict =
          "The spec is valid for transform and report; run and fit would not replace the model.";
    }
  }

  /** Says that the report's file is there, where a model is applied and rows can be written. */
  void reportRefused() {
    verdict =
        String.format(
            Locale.ROOT,
            "The spec is valid for transform; %s would not replace %s.",
            spec.stages().isEmpty() ? "report" : "run, fit and report",
            spec.stages().isEmpty() ? "its file" : "the model and the report");
  }

  /** Adds what would be fitted. */
  void planOf(FitPlan fit, Dataset<Row> input) {
    if (spec.input().sample() < 1) {
      add("Fitted on: a share of %s of the rows.", spec.input().sample());
    }
    spec.label().ifPresent(label -> add("Label: %s.", label));
    spec.weight().ifPresent(weight -> add("Weight: %s.", weight));
    for (JobSpec.Stage stage : spec.stages()) {
      add("Stage: %s%s.", stage.kind(), params(stage.stage()));
    }
    List<String> named = spec.output().map(JobSpec.Output::columns).orElse(List.of());
    addColumns(fit.inputs(), named.isEmpty() ? fit.outputs() : named);
    plan.addAll(fit.choice().fullSentences());
    CsvColumns.numbersAmong(fit.choice().leftOutTexts(), spec, input).ifPresent(plan::add);
    spec.model()
        .ifPresent(
            path -> add("Model: %s%s.", path, spec.overwrite() ? ", replaced if it is there" : ""));
  }

  /** Adds where the rows go. */
  void output(boolean exists) {
    JobSpec.Output output = spec.output().orElseThrow();
    add(
        "Output: %s%s%s.",
        output.path().or(output::table).map(place -> place + ", ").orElse(""),
        output.format().isEmpty() ? "a table" : output.format(),
        !exists ? "" : spec.overwrite() ? ", replaces what is there" : ", adds to what is there");
  }

  void print() {
    plan.forEach(out::println);
    out.println(verdict);
  }

  private void add(String format, Object... values) {
    plan.add(String.format(Locale.ROOT, format, values));
  }

  private void addColumns(List<String> inputs, List<String> outputs) {
    add("Columns (%d):", inputs.size());
    if (inputs.size() == outputs.size()) {
      for (int i = 0; i < inputs.size(); i++) {
        add("  %s -> %s", inputs.get(i), outputs.get(i));
      }
    } else {
      add("  %s -> %s", String.join(", ", inputs), String.join(", ", outputs));
    }
  }

  /** The params that the spec sets, in the order of their names. */
  private static String params(PipelineStage stage) {
    return params(stage, param -> true);
  }

  /** Those of a model that a spec could set; the rest is what was fitted. */
  private static String fittedParams(Transformer stage) {
    return params(
        stage,
        param ->
            !(stage instanceof BatchNormModel)
                || (new BatchNorm().hasParam(param.name())
                    && !List.of("gamma", "beta").contains(param.name())));
  }

  private static String params(PipelineStage stage, Predicate<Param<?>> shown) {
    String text =
        Arrays.stream(stage.params())
            .filter(param -> stage.isSet(param) && !ROLES.matcher(param.name()).matches())
            .filter(param -> !param.name().equals("formatVersion") && shown.test(param))
            .map(param -> param.name() + "=" + FittedStages.shown(stage.getOrDefault(param)))
            .sorted()
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? "" : " with " + text;
  }

  /**
   * Checks that a model can transform this input.
   *
   * @throws SpecException if a column is missing or of the wrong type
   */
  static void checkFits(PipelineModel model, StructType schema, JobSpec spec) {
    NamedFields fields = new NamedFields(schema);
    for (String column : PipelineColumns.of(model.stages()).inputs()) {
      Optional<String> reason =
          fields.find(column).isEmpty()
              ? CsvColumns.reason(column, spec.input(), schema)
              : Optional.empty();
      if (reason.isPresent()) {
        throw SpecException.of(
            "Key 'input' has no column '%s' of the model%s", column, reason.get());
      }
    }
    checkNumbers(model, schema, fields, spec);
    try {
      model.transformSchema(schema);
    } catch (IllegalArgumentException e) {
      throw SpecException.at("input", e);
    } catch (RuntimeException e) {
      throw new JobException(
          String.format(
              Locale.ROOT,
              "Model '%s' is damaged or incomplete: %s",
              spec.model().orElse(""),
              Failure.message(e)),
          e);
    }
  }

  /** Options that fitted a model's numbers may be missing where they are read again. */
  private static void checkNumbers(
      PipelineModel model, StructType schema, NamedFields fields, JobSpec spec) {
    Transformer[] ours =
        Arrays.stream(model.stages())
            .filter(HasFeatureColumns.class::isInstance)
            .toArray(Transformer[]::new);
    for (String column : PipelineColumns.of(ours).inputs()) {
      for (NamedField found : fields.find(column)) {
        DataType type = found.field().dataType();
        String hint = CsvColumns.noNumbers(type, spec.input(), schema);
        if (!hint.equals(".")) {
          throw SpecException.of(
              "Key 'input' has column '%s' of type %s, but the model needs %s%s",
              found.field().name(), type.catalogString(), ColumnKind.ACCEPTED, hint);
        }
      }
    }
  }
}
