package io.normact.job;

import io.normact.ml.FeatureCountException;
import io.normact.report.PipelineReport;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;

/** A job: calls the library as a spec says, and puts its outputs into their places. */
final class Job {

  private final SparkSession spark;
  private final JobSpec spec;
  private final PrintStream out;

  Job(SparkSession spark, JobSpec spec, PrintStream out) {
    this.spark = spark;
    this.spec = spec;
    this.out = out;
  }

  /** Fits the stages and saves the model. */
  void fit() throws IOException {
    checkBatch();
    PathChecks.check(spec, configuration());
    String path = required(spec.model(), "model", "the folder to save the model to");
    try (StagedOutputs outputs = outputs()) {
      String folder = outputs.stage("model", path);
      Dataset<Row> input = input();
      PipelineModel model = fit(input);
      model.write().save(folder);
      outputs.commit();
      Summary.fitted(model, out);
      out.println(String.format(Locale.ROOT, "Saved the model to %s.", path));
    }
  }

  /** Fits the stages, transforms the input by them, and writes the rows and the model. */
  void run() throws IOException, InterruptedException {
    checkBatch();
    PathChecks.check(spec, configuration());
    JobSpec.Output output = requiredOutput();
    try (StagedOutputs outputs = outputs()) {
      String modelFolder =
          spec.model().isPresent() ? outputs.stage("model", spec.model().get()) : null;
      String rowsFolder =
          output.path().isPresent() ? outputs.stage("output.path", output.path().get()) : null;
      List<String> reportFiles = stageReport(outputs);
      Dataset<Row> input = input();
      PipelineModel model = fit(input);
      if (modelFolder != null) {
        model.write().save(modelFolder);
      }
      Dataset<Row> rows = transform(model, input, output);
      long written = OutputWriter.write(rows, output, rowsFolder);
      Optional<PipelineReport> report = report(model, input, reportFiles);
      outputs.commit();
      Summary.fitted(model, out);
      sayWritten(written, rows, output);
      spec.model()
          .ifPresent(
              path -> out.println(String.format(Locale.ROOT, "Saved the model to %s.", path)));
      report.ifPresent(it -> JobReport.say(it, spec.report().orElseThrow(), out));
    }
  }

  /** Reports on the input, by the saved model if there is one, else by stages fitted for it. */
  void report() throws IOException {
    checkBatch();
    PathChecks.check(spec, configuration());
    String page = required(spec.report(), "report", "the file to write the report to");
    try (StagedOutputs outputs = outputs()) {
      List<String> files = stageReport(outputs);
      Dataset<Row> input = input();
      PipelineModel model = savedOrFitted(input);
      PipelineReport report = report(model, input, files).orElseThrow();
      outputs.commit();
      JobReport.say(report, page, out);
    }
  }

  private PipelineModel savedOrFitted(Dataset<Row> input) throws IOException {
    if (spec.model().isPresent()) {
      String path = spec.model().get();
      String folder = StagedOutputs.readable(path, configuration());
      if (exists(folder)) {
        PipelineModel model = SavedModel.load(spark, folder);
        PlanPrinter.checkFits(model, input.schema(), spec);
        out.println(String.format(Locale.ROOT, "Reporting on the model at %s.", path));
        return model;
      }
    }
    return fit(input);
  }

  private List<String> stageReport(StagedOutputs outputs) throws IOException {
    List<String> files = new ArrayList<>();
    if (spec.report().isPresent()) {
      for (String path : JobReport.paths(spec.report().get())) {
        files.add(outputs.stage("report", path));
      }
    }
    return files;
  }

  private Optional<PipelineReport> report(
      PipelineModel model, Dataset<Row> input, List<String> files) throws IOException {
    if (files.isEmpty()) {
      return Optional.empty();
    }
    PipelineReport report = JobReport.of(model, input, spec.weight());
    JobReport.write(report, files, configuration());
    return Optional.of(report);
  }

  /** Transforms the input by a saved model, and writes the rows. */
  void transform()
      throws IOException, InterruptedException, TimeoutException, StreamingQueryException {
    String path = required(spec.model(), "model", "the folder of a saved model");
    JobSpec.Output output = requiredOutput();
    PathChecks.check(spec, configuration());
    if (spec.input().streaming()) {
      stream(path, output);
      return;
    }
    try (StagedOutputs outputs = outputs()) {
      String folder =
          output.path().isPresent() ? outputs.stage("output.path", output.path().get()) : null;
      PipelineModel model = load(path);
      Dataset<Row> rows = transform(model, input(), output);
      long written = OutputWriter.write(rows, output, folder);
      outputs.commit();
      sayWritten(written, rows, output);
    }
  }

  private void stream(String path, JobSpec.Output output)
      throws IOException, TimeoutException, StreamingQueryException {
    String checkpoint =
        required(
            output.checkpoint(),
            "output.checkpoint",
            "the folder in which a stream keeps its state");
    if (spec.overwrite()) {
      throw new SpecException(
          "Key 'mode' is 'overwrite', but a stream adds to its output; leave the key out.");
    }
    // An output with its checkpoint is continued; one without belongs to something else.
    if (output.path().isPresent() && holdsFiles(output.path().get()) && !exists(checkpoint)) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key 'output.path' is '%s', which exists already, but no checkpoint of a stream is at '%s'; choose another path.",
              output.path().get(),
              checkpoint));
    }
    PipelineModel model = load(path);
    long last = OutputWriter.stream(transform(model, input(), output), output);
    out.println(
        last < 0
            ? "The stream had nothing new."
            : String.format(
                Locale.ROOT,
                "The stream's last batch was number %d%s.",
                last,
                output.path().map(to -> ", written to " + to).orElse("")));
  }

  /** Checks the spec against the input's schema and prints what would be done. */
  void validate() throws IOException {
    PathChecks.check(spec, configuration());
    new PlanPrinter(spec, out).print(spark, input());
  }

  private PipelineModel fit(Dataset<Row> input) {
    FitPlan plan = FitPlan.of(spec, input.schema());
    try {
      return new Pipeline().setStages(plan.stages().toArray(new PipelineStage[0])).fit(input);
    } catch (FeatureCountException e) {
      // The plan is checked against a schema that does not tell how wide a vector is.
      throw SpecException.at("stages", e);
    }
  }

  private PipelineModel load(String path) throws IOException {
    return SavedModel.load(spark, StagedOutputs.readable(path, configuration()));
  }

  private Dataset<Row> transform(PipelineModel model, Dataset<Row> input, JobSpec.Output output) {
    PlanPrinter.checkFits(model, input.schema(), spec);
    return OutputWriter.select(
        model.transform(input), input, PipelineColumns.of(model.stages()), output);
  }

  private void sayWritten(long rows, Dataset<Row> written, JobSpec.Output output) {
    out.println(
        String.format(
            Locale.ROOT,
            "Wrote %s with %s to %s.",
            Summary.count(rows, "row"),
            Summary.count(written.columns().length, "column"),
            output.path().orElse(output.format())));
  }

  private Dataset<Row> input() {
    return InputReader.read(spark, spec.input());
  }

  private StagedOutputs outputs() {
    return new StagedOutputs(configuration(), spec.overwrite());
  }

  private Configuration configuration() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private boolean exists(String path) throws IOException {
    return new Path(path).getFileSystem(configuration()).exists(new Path(path));
  }

  /** Spark makes the folders of a stream's output before its checkpoint, and may be killed then. */
  private boolean holdsFiles(String path) throws IOException {
    Path folder = new Path(path);
    FileSystem fs = folder.getFileSystem(configuration());
    return fs.exists(folder) && fs.listFiles(folder, true).hasNext();
  }

  private void checkBatch() {
    if (spec.input().streaming()) {
      throw new SpecException(
          "Key 'input.streaming' is true, but stages are fitted on a batch; fit on one, then use transform.");
    }
  }

  private JobSpec.Output requiredOutput() {
    JobSpec.Output output =
        spec.output()
            .orElseThrow(
                () ->
                    new SpecException(
                        "Key 'output' is missing, but must be a mapping with format and path."));
    if (output.path().isEmpty() && PathChecks.FILE_FORMATS.contains(output.format())) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key 'output.path' is missing, but must be the folder to write %s to.",
              output.format()));
    }
    return output;
  }

  private static String required(Optional<String> value, String key, String expectation) {
    return value.orElseThrow(
        () ->
            new SpecException(
                String.format(
                    Locale.ROOT, "Key '%s' is missing, but must be %s.", key, expectation)));
  }
}
