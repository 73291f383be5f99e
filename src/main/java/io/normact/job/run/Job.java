package io.normact.job.run;

import io.normact.job.output.ExistingOutputs;
import io.normact.job.output.OutputTarget;
import io.normact.job.output.OutputWriter;
import io.normact.job.output.PathChecks;
import io.normact.job.output.PipelineColumns;
import io.normact.job.output.StagedOutputs;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.OverlapException;
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

/**
 * A job: calls the library as a spec says, and puts its outputs into their places. Each command is
 * a public method, which refuses first, then fits and transforms, then commits its outputs, and
 * says last what it did.
 */
public final class Job {

  /** Of the sample for a fit: the same rows each time. */
  private static final long SEED = 0;

  private final SparkSession spark;
  private final JobSpec spec;
  private final PrintStream out;
  private final PathChecks paths;
  private final ExistingOutputs existing;
  private final JobOptions options;
  private final JobOutcome outcome;
  private final Progress progress;
  private final JobSources sources;

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
    outcome = new JobOutcome(options, out);
    progress = new Progress(options.progress());
    paths = paths(spark, spec, options);
    sources = sources(spark, spec, options, paths);
    existing = new ExistingOutputs(spec, configuration());
  }

  private static PathChecks paths(SparkSession spark, JobSpec spec, JobOptions options) {
    return new PathChecks(
        spec, options.specFiles(), options.log().map(JobLog::file), options.summary(), spark);
  }

  private static JobSources sources(
      SparkSession spark, JobSpec spec, JobOptions options, PathChecks paths) {
    return new JobSources(spark, spec, paths, options.log(), spark.sessionState().newHadoopConf());
  }

  /**
   * Begins the log of a job that was refused before it was known where the log lies.
   *
   * @throws OverlapException if it does not lie apart from what the job would have read and written
   * @throws SpecException if that can't be known, since the input can't be opened
   */
  public static void beginLog(SparkSession spark, JobSpec spec, JobOptions options)
      throws IOException {
    sources(spark, spec, options, paths(spark, spec, options)).beginLog();
  }

  /** Fits the stages and saves the model. */
  public void fit() throws IOException {
    sources.checkBatch();
    outcome.checkFile(configuration());
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
      outcome.leftOut(plan, spec, input);
      outcome.fitted(model);
      outcome.saved(path);
      if (outcome.isJudged()) {
        outcome.judge(lookedAt(model, input));
      }
      outcome.end(configuration());
    }
  }

  /** Fits the stages, transforms the input by them, and writes the rows and the model. */
  public void run() throws IOException {
    sources.checkBatch();
    outcome.checkFile(configuration());
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
      outcome.leftOut(plan, spec, input);
      outcome.fitted(model);
      outcome.written(written, rows, target.spec());
      spec.model().ifPresent(outcome::saved);
      report
          .filter(it -> !reportFiles.isEmpty())
          .ifPresent(it -> outcome.reported(it, spec.reportFiles()));
      report.ifPresent(outcome::judge);
      outcome.end(configuration());
    }
  }

  /** Transforms the input by a saved model, and writes the rows. */
  public void transform() throws IOException, TimeoutException, StreamingQueryException {
    String path = JobSources.required(spec.model(), "model", "the folder of a saved model");
    outcome.checkFile(configuration());
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
      outcome.written(written, rows, target.spec());
      if (outcome.isJudged()) {
        PipelineReport report = lookedAt(model, input);
        outcome.drifted(report);
        outcome.judge(report);
      }
      outcome.end(configuration());
    }
  }

  /** Has the saved model take in the input as one more batch, and saves it in its place. */
  public void update() throws IOException {
    sources.checkBatch();
    outcome.checkFile(configuration());
    String path = JobSources.required(spec.model(), "model", "the folder of a saved model");
    paths.check();
    Dataset<Row> input = sources.input();
    try (StagedOutputs outputs = new StagedOutputs(configuration(), true)) {
      PipelineModel saved = sources.savedModel(path);
      PipelineModel model = saved.copy(ParamMap.empty());
      FittedStages.apply(spec, model, path);
      PlanPrinter.checkFits(model, input.schema(), spec);
      Optional<PipelineReport> before =
          outcome.isJudged() ? Optional.of(lookedAt(model, input)) : Optional.empty();
      Progress.Pass pass = progress.start("Update");
      ModelUpdate update = ModelUpdate.of(model, saved, input, options.batchId(), path);
      pass.end(update.rows());
      if (update.changed()) {
        String folder = outputs.stage("model", path);
        update.model().write().save(folder);
        outputs.commit();
      }
      outcome.updated(update);
      if (update.changed()) {
        outcome.saved(path);
      }
      if (before.isPresent()) {
        outcome.drifted(before.get());
        outcome.judge(before.get());
      }
      outcome.end(configuration());
    }
  }

  /** Reports on the input, by the saved model if there is one, else by stages fitted for it. */
  public void report() throws IOException {
    sources.checkBatch();
    outcome.checkFile(configuration());
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
        outcome.leftOut(plan, spec, input);
        leftOut = plan.choice().allLeftOut();
        model = fit(plan, input);
      }
      PipelineReport report = report(model, input, files, leftOut).orElseThrow();
      outputs.commit();
      outcome.reported(report, spec.reportFiles());
      if (saved.isPresent()) {
        outcome.drifted(report);
      }
      outcome.judge(report);
      outcome.end(configuration());
    }
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
      printer.planOf(plan, input);
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
    outcome.streamed(
        OutputWriter.stream(
            transform(model, sources.input(), target.spec()), target.spec(), progress::batch),
        target.spec());
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
    if (files.isEmpty() && !outcome.isJudged()) {
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

  private StagedOutputs outputs() {
    return new StagedOutputs(configuration(), spec.overwrite());
  }

  private Configuration configuration() {
    // What Spark itself reads and writes with.
    return spark.sessionState().newHadoopConf();
  }
}
