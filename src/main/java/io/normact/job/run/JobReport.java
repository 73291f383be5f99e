package io.normact.job.run;

import io.normact.files.Disk;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecException;
import io.normact.report.PipelineReport;
import io.normact.text.Counted;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The report of a job: on all of its stages. */
final class JobReport {

  /** Columns in the table on the terminal. */
  private static final int WORST = 10;

  private JobReport() {}

  /**
   * The report on the input of a pipeline.
   *
   * @throws SpecException if no stage can be looked at
   */
  static PipelineReport of(PipelineModel model, Dataset<Row> input, Optional<String> weight) {
    try {
      return PipelineReport.of(model, input, weight);
    } catch (UnsupportedOperationException e) {
      throw SpecException.at("report", e);
    }
  }

  /** Where the report of a job comes from. */
  static Map<String, String> provenance(
      JobSpec spec, List<String> specFiles, PipelineReport report) {
    Map<String, String> known = new LinkedHashMap<>();
    known.put("Spec", Summary.joined(specFiles));
    known.put("Input", spec.input().description());
    known.put("Rows", Long.toString(report.stages().get(0).report().rows()));
    spec.model().ifPresent(model -> known.put("Model", model));
    known.put("Date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    String own = JobReport.class.getPackage().getImplementationVersion();
    known.put(
        "Versions",
        String.format(
            Locale.ROOT,
            "normact %s, Spark %s, Java %s",
            own == null ? "from classes" : own,
            SparkSession.active().version(),
            Runtime.version().feature()));
    return known;
  }

  /** Writes page and JSON to files that were staged for {@link JobSpec#reportFiles}. */
  static void write(PipelineReport report, List<String> files, Configuration conf)
      throws IOException {
    write(report.toHtml(), new Path(files.get(0)), conf);
    write(report.toJson(), new Path(files.get(1)), conf);
  }

  private static void write(String text, Path file, Configuration conf) throws IOException {
    try (OutputStream out = Disk.withoutChecksums(file.getFileSystem(conf)).create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Prints the worst columns, and where the report is. */
  static void say(PipelineReport report, List<String> files, PrintStream out) {
    out.println();
    out.println(report.worst(WORST));
    long more =
        report.stages().stream()
            .mapToLong(stage -> Math.max(0, stage.report().columns().size() - WORST))
            .sum();
    if (more > 0) {
      out.println(
          String.format(
              Locale.ROOT,
              "The table ends after %d columns; %s %s in the report.",
              WORST,
              Counted.of(more, "more column"),
              more == 1 ? "stands" : "stand"));
    }
    out.println(
        String.format(Locale.ROOT, "Wrote the report to %s and %s.", files.get(0), files.get(1)));
  }
}
