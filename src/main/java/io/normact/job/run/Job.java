package io.normact.job.run;

import io.normact.job.output.ExistingOutputs;
import io.normact.job.output.OutputTarget;
import io.normact.job.output.OutputWriter;
import io.normact.job.output.PathChecks;
import io.normact.job.output.PipelineColumns;
import io.normact.job.output.StagedOutputs;
import io.normact.job.spec.FindingException;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecException;
import io.normact.ml.FeatureCountException;
import io.normact.report.PipelineReport;
import io.normact.report.PipelineReport.LeftOutColumn;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;

/** A job: calls the library as a spec says, and puts its outputs into their places. */
public final class Job {

  /** Of the sample for a fit: the same rows each time. */
  private static final long SEED = 0;

  private final SparkSession spark;
  private final JobSpec spec;
  private final PrintStream out;
  private final PathChecks paths;
  private final ExistingOutputs existing;
  private final JobOptions options;
  private final Findings findings;
  private final JobSummary summary;
  private final Progress progress;
  private final JobSources sources;

  /** What ends the job with an exit status of its own, once all is done. */
  private Optional<String> found = Optional.empty();

  /**
   * A job.
   *
   * @throws SpecException if an option is wrong
   */
  public Job(SparkSession spark, JobSpec spec, JobOptions options, PrintStream out) {
    this.spark = spark;
    this.spec = spec;
    this.out = out;
    this.options = options;
    findings = Findings.of(options.failOn());
    summary = new JobSummary(options.command());
    progress = new Progress(options.progress());
    paths = new PathChecks(spec, options.specFiles(), options.log(), spark);
    sources = new JobSources(spark, spec, paths, configuration());
    existing = new ExistingOutputs(spec, configuration());
  }

  /** Fits the stages and saves the model. */
  public void fit() throws IOException {
    sources.checkBatch();
    checkOptions();
    paths.check();
    String path = JobSources.required(spec.model(), "model", "the folder to save the model to");
    existing.checkModel();
    Dataset<Row> input = sources.input();
    FitPlan plan = FitPlan.of(spec, input.schema());
    try (StagedOutputs outputs = outputs()) {
      String folder = outputs.stage("model", path);
      PipelineModel model = fit(plan, sources.reread(input, outputs));
      model.write().save(folder);
      outputs.commit();
      Summary.leftOut(plan, out);
      sayFitted(model);
      saySaved(path);
      if (findings.any()) {
        judge(lookedAt(model, input));
      }
      end();
    }
  }

  /** Fits the stages, transforms the input by them, and writes the rows and the model. */
  public void run() throws IOException {
    sources.checkBatch();
    checkOptions();
    paths.check();
    OutputTarget target = OutputTarget.of(spark, spec, configuration());
    existing.checkModel();
    target.check();
    existing.checkReport();
    Dataset<Row> input = sources.input();
    FitPlan plan = FitPlan.of(spec, input.schema());
    try (StagedOutputs outputs = outputs()) {
      String modelFolder =
          spec.model().isPresent() ? outputs.stage("model", spec.model().get()) : null;
      target.stage(outputs);
      List<String> reportFiles = stageReport(outputs);
      input = sources.reread(input, outputs);
      PipelineModel model = fit(plan, input);
      if (modelFolder != null) {
        model.write().save(modelFolder);
      }
      Dataset<Row> rows = transform(model, input, target.spec());
      Optional<PipelineReport> report =
          report(model, input, reportFiles, plan.choice().allLeftOut());
      long written = write(target, rows);
      outputs.commit();
      Summary.leftOut(plan, out);
      sayFitted(model);
      sayWritten(written, rows, target.spec());
      spec.model().ifPresent(this::saySaved);
      report.filter(it -> !reportFiles.isEmpty()).ifPresent(this::sayReported);
      report.ifPresent(this::judge);
      end();
    }
  }

  /** Reports on the input, by the saved model if there is one, else by stages fitted for it. */
  public void report() throws IOException {
    sources.checkBatch();
    checkOptions();
    paths.check();
    JobSources.required(spec.report(), "report", "the file to write the report to");
    existing.checkReport();
    Dataset<Row> input = sources.input();
    try (StagedOutputs outputs = outputs()) {
      List<String> files = stageReport(outputs);
      input = sources.reread(input, outputs);
      Optional<PipelineModel> saved = saved(input);
      PipelineModel model;
      List<LeftOutColumn> leftOut = List.of();
      if (saved.isPresent()) {
        model = saved.get();
      } else {
        FitPlan plan = FitPlan.of(spec, input.schema());
        Summary.leftOut(plan, out);
        leftOut = plan.choice().allLeftOut();
        model = fit(plan, input);
      }
      PipelineReport report = report(model, input, files, leftOut).orElseThrow();
      outputs.commit();
      sayReported(report);
      if (saved.isPresent()) {
        sayDrifted(report);
      }
      judge(report);
      end();
    }
  }

  private Optional<PipelineModel> saved(Dataset<Row> input) throws IOException {
    if (!sources.isModelThere()) {
      return Optional.empty();
    }
    String path = spec.model().orElseThrow();
    PipelineModel model = sources.model(path);
    PlanPrinter.checkFits(model, input.schema(), spec);
    out.println(String.format(Locale.ROOT, "Reporting on the model at %s.", path));
    return Optional.of(model);
  }

  private List<String> stageReport(StagedOutputs outputs) throws IOException {
    List<String> files = new ArrayList<>();
    for (String path : spec.reportFiles()) {
      files.add(outputs.stage("report", path));
    }
    return files;
  }

  private Optional<PipelineReport> report(
      PipelineModel model, Dataset<Row> input, List<String> files, List<LeftOutColumn> leftOut)
      throws IOException {
    if (files.isEmpty() && !findings.any()) {
      return Optional.empty();
    }
    PipelineReport found = lookedAt(model, input).withColumnsLeftOut(leftOut);
    PipelineReport report =
        found.withProvenance(JobReport.provenance(spec, options.specFiles(), found));
    if (!files.isEmpty()) {
      JobReport.write(report, files, configuration());
    }
    return Optional.of(report);
  }

  /** Transforms the input by a saved model, and writes the rows. */
  public void transform() throws IOException, TimeoutException, StreamingQueryException {
    String path = JobSources.required(spec.model(), "model", "the folder of a saved model");
    checkOptions();
    paths.check();
    OutputTarget target = OutputTarget.of(spark, spec, configuration());
    if (spec.input().streaming()) {
      stream(path, target);
      return;
    }
    target.check();
    Dataset<Row> input = sources.input();
    try (StagedOutputs outputs = outputs()) {
      target.stage(outputs);
      input = sources.reread(input, outputs);
      PipelineModel model = sources.model(path);
      Dataset<Row> rows = transform(model, input, target.spec());
      long written = write(target, rows);
      outputs.commit();
      sayWritten(written, rows, target.spec());
      if (findings.any()) {
        PipelineReport report = lookedAt(model, input);
        sayDrifted(report);
        judge(report);
      }
      end();
    }
  }

  /** Has the saved model take in the input as one more batch, and saves it in its place. */
  public void update() throws IOException {
    sources.checkBatch();
    checkOptions();
    String path = JobSources.required(spec.model(), "model", "the folder of a saved model");
    paths.check();
    Dataset<Row> input = sources.input();
    try (StagedOutputs outputs = new StagedOutputs(configuration(), true)) {
      PipelineModel saved = sources.savedModel(path);
      PipelineModel model = saved.copy(ParamMap.empty());
      FittedStages.apply(spec, model, path);
      PlanPrinter.checkFits(model, input.schema(), spec);
      Optional<PipelineReport> before =
          findings.any() ? Optional.of(lookedAt(model, input)) : Optional.empty();
      Progress.Pass pass = progress.start("Update");
      ModelUpdate update = ModelUpdate.of(model, saved, input, options.batchId(), path);
      pass.end(update.rows());
      if (update.changed()) {
        String folder = outputs.stage("model", path);
        update.model().write().save(folder);
        outputs.commit();
      }
      update.sentences().forEach(out::println);
      summary.fitted(update.model());
      if (update.changed()) {
        saySaved(path);
      }
      if (before.isPresent()) {
        sayDrifted(before.get());
        judge(before.get());
      }
      end();
    }
  }

  private void checkOptions() throws IOException {
    if (options.summary().isPresent()) {
      JobSummary.check(options.summary().get(), configuration());
    }
  }

  private void sayFitted(PipelineModel model) {
    Summary.fitted(model, out);
    summary.fitted(model);
  }

  private void saySaved(String path) {
    out.println(String.format(Locale.ROOT, "Saved the model to %s.", path));
    summary.saved(path);
  }

  private void sayReported(PipelineReport report) {
    JobReport.say(report, spec.reportFiles(), out);
    summary.reported(report, spec.reportFiles());
  }

  private void sayDrifted(PipelineReport report) {
    List<DriftedFeature> drifted = DriftedFeature.of(report);
    summary.drifted(drifted);
    if (!drifted.isEmpty()) {
      out.println("Drifted from what was fitted: " + Summary.first(drifted) + ".");
    }
  }

  /** Looks for what the job is to fail on; it ends so once all outputs are in place. */
  private void judge(PipelineReport report) {
    found = findings.in(report);
  }

  private void end() throws IOException {
    if (options.summary().isPresent()) {
      summary.write(options.summary().get(), configuration());
    }
    if (found.isPresent()) {
      throw new FindingException(found.get());
    }
  }

  private void stream(String path, OutputTarget target)
      throws IOException, TimeoutException, StreamingQueryException {
    JobSources.required(
        target.spec().checkpoint(),
        "output.checkpoint",
        "the folder in which a stream keeps its state");
    if (spec.overwrite()) {
      throw new SpecException(
          "Key 'mode' is 'overwrite', but a stream adds to its output; leave the key out.");
    }
    target.checkContinues();
    PipelineModel model = sources.model(path);
    OutputWriter.Streamed streamed =
        OutputWriter.stream(
            transform(model, sources.input(), target.spec()), target.spec(), progress::batch);
    out.println(
        streamed.lastBatch() < 0
            ? "The stream had nothing new."
            : String.format(
                Locale.ROOT,
                "Wrote %s%s; the stream's last batch was number %d.",
                Summary.count(streamed.rows(), "row"),
                target.spec().path().or(target.spec()::table).map(to -> " to " + to).orElse(""),
                streamed.lastBatch()));
  }

  /** Checks the spec against the input's schema and prints what would be done. */
  public void validate() throws IOException {
    paths.check();
    Dataset<Row> input = sources.input();
    PlanPrinter printer = new PlanPrinter(spec, input.schema(), out);
    boolean fitted = sources.isModelSaved();
    boolean refits = !spec.stages().isEmpty() && spec.overwrite();
    boolean applied = spec.stages().isEmpty() && spec.model().isPresent();
    if (applied || (fitted && !refits)) {
      PipelineModel model = sources.model(spec.model().get());
      printer.planOf(model);
      if (spec.output().isPresent()) {
        transform(model, input, spec.output().get());
        existing.reportRefusal().ifPresent(refusal -> printer.reportRefused());
      } else {
        existing.checkReport();
      }
    } else {
      FitPlan plan = FitPlan.of(spec, input.schema());
      printer.planOf(plan);
      spec.output()
          .ifPresent(output -> OutputWriter.checkPartitionBy(output, plan.written(input, output)));
      existing.checkModel();
      existing.checkReport();
    }
    if (spec.output().isPresent()) {
      OutputTarget target = OutputTarget.of(spark, spec, configuration());
      if (spec.input().streaming()) {
        target.checkContinues();
      } else {
        target.check();
      }
      printer.output(target.exists());
    }
    printer.print();
  }

  private PipelineReport lookedAt(PipelineModel model, Dataset<Row> input) {
    Progress.Pass pass = progress.start("Report");
    PipelineReport report = JobReport.of(model, input, spec.weight());
    pass.end(report.stages().get(0).report().rows());
    return report;
  }

  private long write(OutputTarget target, Dataset<Row> rows) {
    Progress.Pass pass = progress.start("Output");
    long written = target.write(rows);
    pass.end(written);
    return written;
  }

  private PipelineModel fit(FitPlan plan, Dataset<Row> input) {
    plan.listen(progress);
    double share = spec.input().sample();
    Dataset<Row> rows = share < 1 ? input.sample(false, share, SEED) : input;
    try {
      return new Pipeline().setStages(plan.stages().toArray(new PipelineStage[0])).fit(rows);
    } catch (FeatureCountException e) {
      // The plan is checked against a schema that does not tell how wide a vector is.
      throw SpecException.at("stages", e);
    }
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
            output.description()));
    summary.written(rows, written.columns().length, output.description());
  }

  private StagedOutputs outputs() {
    return new StagedOutputs(configuration(), spec.overwrite());
  }

  private Configuration configuration() {
    // What Spark itself reads and writes with.
    return spark.sessionState().newHadoopConf();
  }
}
