package io.normact.job;

import io.normact.math.ActivationFunction;
import io.normact.ml.Activation;
import io.normact.ml.BatchNormModel;
import io.normact.report.ColumnReport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The report of a job: on the columns that its first stage reads, under the first activation
 * function that its stages apply, and before and after normalisation if that stage normalises.
 */
final class JobReport {

  /** Columns in the table on the terminal. */
  private static final int WORST = 10;

  private static final String HTML = ".html";

  private JobReport() {}

  /**
   * The report on the input of these stages.
   *
   * @throws SpecException if no single activation function is applied to all columns
   */
  static ColumnReport of(Transformer[] stages, Dataset<Row> input) {
    Transformer first = stages[0];
    if (first instanceof BatchNormModel model) {
      boolean bare = model.getActivation().equals(ActivationFunction.parse("identity"));
      if (bare && stages.length > 1 && stages[1] instanceof Activation activation) {
        // Normalisation and activation as two stages are looked at as the one step they make.
        model = model.copy(new ParamMap()).setActivation(function(activation));
      }
      return ColumnReport.of(model, input);
    }
    if (first instanceof Activation activation) {
      return ColumnReport.of(
          input,
          PipelineColumns.of(new Transformer[] {activation}).inputs(),
          ActivationFunction.parse(function(activation)));
    }
    throw new SpecException(
        String.format(
            Locale.ROOT,
            "Key 'report' is for stages that begin with batchNorm or activation, but the first is %s.",
            first.getClass().getSimpleName()));
  }

  private static String function(Activation activation) {
    if (!activation.isSet(activation.function())) {
      throw new SpecException(
          "Key 'report' is for one activation function over all columns, but the stage has a function for each; leave report out.");
    }
    return activation.getFunction();
  }

  /** Where the page goes and where the JSON beside it, each to be staged. */
  static List<String> paths(String page) {
    if (!page.endsWith(HTML)) {
      throw new SpecException(
          String.format(
              Locale.ROOT, "Key 'report' is '%s', but must be a file ending in %s.", page, HTML));
    }
    return List.of(page, page.substring(0, page.length() - HTML.length()) + ".json");
  }

  /** Writes page and JSON to files that were staged for {@link #paths}. */
  static void write(ColumnReport report, List<String> files, Configuration conf)
      throws IOException {
    write(report.toHtml(), new Path(files.get(0)), conf);
    write(report.toJson(), new Path(files.get(1)), conf);
  }

  private static void write(String text, Path file, Configuration conf) throws IOException {
    try (OutputStream out = file.getFileSystem(conf).create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Prints the worst columns, and where the report is. */
  static void say(ColumnReport report, String page, PrintStream out) {
    out.println();
    out.println(report.worst(WORST));
    out.println(
        String.format(Locale.ROOT, "Wrote the report to %s and %s.", page, paths(page).get(1)));
  }
}
