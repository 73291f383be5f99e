package io.normact.job.run;

import io.normact.job.output.OutputWriter;
import io.normact.job.spec.FindingException;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecException;
import io.normact.report.PipelineReport;
import io.normact.text.Counted;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a job says of all that it has done: on the terminal, in the file of {@code --summary}, and
 * by whether it ends with a finding of {@code --fail-on}.
 */
final class JobOutcome {

  private final Optional<String> file;
  private final PrintStream out;
  private final Findings findings;
  private final JobSummary summary;

  /** What ends the job with an exit status of its own, once all is done. */
  private Optional<String> found = Optional.empty();

  /**
   * That of a job that has done nothing yet.
   *
   * @throws SpecException if the words of {@code --fail-on} are wrong
   */
  JobOutcome(JobOptions options, PrintStream out) {
    this.out = out;
    file = options.summary();
    findings = Findings.of(options.failOn());
    summary = new JobSummary(options.command());
  }

  /**
   * Checks that the summary may be written.
   *
   * @throws SpecException if something else is there
   */
  void checkFile(Configuration configuration) throws IOException {
    if (file.isPresent()) {
      JobSummary.check(file.get(), configuration);
    }
  }

  /** Whether the job is to look for something to fail on. */
  boolean isJudged() {
    return findings.any();
  }

  /** Which columns were no features, which may be others than somebody thinks. */
  void leftOut(FitPlan plan, JobSpec spec, Dataset<Row> input) {
    plan.choice().sentences().forEach(out::println);
    CsvColumns.numbersAmong(plan.choice().leftOutTexts(), spec, input).ifPresent(out::println);
  }

  void fitted(PipelineModel model) {
    Summary.fitted(model, out);
    summary.fitted(model);
  }

  void updated(ModelUpdate update) {
    update.sentences().forEach(out::println);
    summary.fitted(update.model());
  }

  void saved(String path) {
    out.println(String.format(Locale.ROOT, "Saved the model to %s.", path));
    summary.saved(path);
  }

  void written(long rows, Dataset<Row> written, JobSpec.Output output) {
    out.println(
        String.format(
            Locale.ROOT,
            "Wrote %s with %s to %s.",
            Counted.of(rows, "row"),
            Counted.of(written.columns().length, "column"),
            output.description()));
    summary.written(rows, written.columns().length, output.description());
  }

  void streamed(OutputWriter.Streamed streamed, JobSpec.Output output) {
    out.println(
        streamed.lastBatch() < 0
            ? "The stream had nothing new."
            : String.format(
                Locale.ROOT,
                "Wrote %s%s; the stream's last batch was number %d.",
                Counted.of(streamed.rows(), "row"),
                output.path().or(output::table).map(to -> " to " + to).orElse(""),
                streamed.lastBatch()));
  }

  void reported(PipelineReport report, List<String> files) {
    JobReport.say(report, files, out);
    summary.reported(report, files);
  }

  void drifted(PipelineReport report) {
    List<DriftedFeature> drifted = DriftedFeature.of(report);
    summary.drifted(drifted);
    if (!drifted.isEmpty()) {
      out.println("Drifted from what was fitted: " + Summary.first(drifted) + ".");
    }
  }

  /** Looks for what the job is to fail on; it ends so once all outputs are in place. */
  void judge(PipelineReport report) {
    found = findings.in(report);
  }

  /**
   * Ends the job.
   *
   * @throws FindingException if it has found what it is to fail on
   */
  void end(Configuration configuration) throws IOException {
    if (file.isPresent()) {
      summary.write(file.get(), configuration);
    }
    if (found.isPresent()) {
      throw new FindingException(found.get());
    }
  }
}
