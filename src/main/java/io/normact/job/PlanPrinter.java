package io.normact.job;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Says what a spec would do to its input. */
final class PlanPrinter {

  private final JobSpec spec;
  private final PrintStream out;

  /** Printed only once it is whole. */
  private final List<String> plan = new ArrayList<>();

  PlanPrinter(JobSpec spec, PrintStream out) {
    this.spec = spec;
    this.out = out;
  }

  /**
   * Prints the plan.
   *
   * @throws SpecException if the spec does not suit the input's schema
   */
  void print(SparkSession spark, Dataset<Row> input) throws IOException {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    plan.add(
        String.format(
            Locale.ROOT,
            "Input: %s, %s, %s%s.",
            spec.input().description(),
            spec.input().format(),
            Summary.count(input.columns().length, "column"),
            spec.input().streaming() ? ", as a stream" : ""));
    if (spec.stages().isEmpty() && spec.model().isPresent()) {
      PipelineModel model = SavedModel.load(spark, spec.model().get());
      checkFits(model, input.schema(), spec);
      PipelineColumns columns = PipelineColumns.of(model.stages());
      printColumns(
          columns.inputs(), columns.written(model.transformSchema(input.schema()), input.schema()));
      plan.add(String.format(Locale.ROOT, "Model: %s, loaded.", spec.model().get()));
    } else {
      FitPlan fit = FitPlan.of(spec, input.schema());
      spec.label().ifPresent(label -> plan.add(String.format(Locale.ROOT, "Label: %s.", label)));
      spec.weight()
          .ifPresent(weight -> plan.add(String.format(Locale.ROOT, "Weight: %s.", weight)));
      for (JobSpec.Stage stage : spec.stages()) {
        plan.add(String.format(Locale.ROOT, "Stage: %s%s.", stage.kind(), params(stage.stage())));
      }
      printColumns(fit.inputs(), fit.outputs());
      spec.model().ifPresent(path -> plan.add(String.format(Locale.ROOT, "Model: %s.", path)));
    }
    if (spec.output().isPresent()) {
      JobSpec.Output output = spec.output().get();
      String path = output.path().orElse(null);
      plan.add(
          String.format(
              Locale.ROOT,
              "Output: %s%s%s.",
              path == null ? "" : path + ", ",
              output.format(),
              path != null && new Path(path).getFileSystem(conf).exists(new Path(path))
                  ? spec.overwrite() ? ", replaces what is there" : ", exists already"
                  : ""));
    }
    plan.add("The spec is valid.");
    plan.forEach(out::println);
  }

  private void printColumns(List<String> inputs, List<String> outputs) {
    plan.add(String.format(Locale.ROOT, "Columns (%d):", inputs.size()));
    if (inputs.size() == outputs.size()) {
      for (int i = 0; i < inputs.size(); i++) {
        plan.add(String.format(Locale.ROOT, "  %s -> %s", inputs.get(i), outputs.get(i)));
      }
    } else {
      plan.add(
          String.format(
              Locale.ROOT, "  %s -> %s", String.join(", ", inputs), String.join(", ", outputs)));
    }
  }

  /** The params that the spec sets, in the order in which the stage lists them. */
  private static String params(PipelineStage stage) {
    String text =
        Arrays.stream(stage.params())
            .filter(param -> stage.isSet(param) && !param.name().matches(".*Cols?"))
            .map(param -> String.format(Locale.ROOT, "%s=%s", param.name(), stage.get(param).get()))
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
}
