package io.normact.job.run;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.normact.files.Disk;
import io.normact.files.Replacement;
import io.normact.job.spec.SpecException;
import io.normact.ml.BatchNormModel;
import io.normact.ml.BatchNormSummary;
import io.normact.report.PipelineReport;
import java.io.CharConversionException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;

/** What a job says on the terminal, as JSON for who runs it every night. */
final class JobSummary {

  /** Raised by one whenever a reader of the version before could no longer read it. */
  static final int VERSION = 1;

  private static final String NAME = "format";
  private static final String FORMAT = "normact-summary";
  private static final String OPTION = "Option --summary";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode root = JSON.createObjectNode();
  private final ObjectNode outputs = JSON.createObjectNode();
  private final long start = System.nanoTime();

  JobSummary(String command) {
    root.put(NAME, FORMAT).put("version", VERSION).put("command", command);
  }

  /** The normalisations of a model, with what their fits met. */
  void fitted(PipelineModel model) {
    ArrayNode stages = root.putArray("stages");
    for (Transformer stage : model.stages()) {
      if (stage instanceof BatchNormModel batchNorm) {
        add(stages.addObject(), batchNorm);
      }
    }
  }

  private static void add(ObjectNode node, BatchNormModel model) {
    BatchNormSummary summary = model.summary();
    node.put("stage", FittedStages.kind(model));
    node.put("features", model.mean().size());
    node.put("rows", summary.rows());
    node.put("skippedRows", summary.skippedRows());
    ObjectNode invalid = node.putObject("invalid");
    summary.invalid().forEach(invalid::put);
    ArrayNode constant = node.putArray("constant");
    summary.constant().forEach(constant::add);
    if (model.getKeyCols().length > 0) {
      ArrayNode keyCols = node.putArray("keyCols");
      List.of(model.getKeyCols()).forEach(keyCols::add);
      node.put("keys", summary.keys());
      ObjectNode few = node.putObject("keysBelowMinCount");
      summary.keysBelowMinCount().forEach(few::put);
    }
    node.put("learn", model.getLearn());
    if (!model.getLearn().equals("none")) {
      node.put("loss", summary.loss());
      node.put("iterations", summary.iterations());
      if (Double.isFinite(summary.objective())) {
        node.put("objective", summary.objective());
      }
      node.put("converged", summary.converged());
      if (!summary.classes().isEmpty()) {
        ArrayNode classes = node.putArray("classes");
        summary.classes().forEach(classes::add);
      }
    }
  }

  /** Rows that were written, and where to. */
  void written(long rows, int columns, String place) {
    root.put("rows", rows).put("columns", columns);
    outputs.put("output", place);
  }

  /** Where the model was saved. */
  void saved(String path) {
    outputs.put("model", path);
  }

  /** What a report found, and where it is. */
  void reported(PipelineReport report, List<String> files) {
    root.put("trouble", Findings.trouble(report).size());
    ArrayNode paths = outputs.putArray("report");
    files.forEach(paths::add);
  }

  /** Features that are not as they were when the model was fitted. */
  void drifted(List<DriftedFeature> features) {
    ArrayNode drifted = root.putArray("drifted");
    for (DriftedFeature feature : features) {
      ObjectNode node = drifted.addObject().put("name", feature.name());
      feature
          .drift()
          .numbers()
          .forEach((name, value) -> node.put(name, Double.isFinite(value) ? value : null));
      ArrayNode reasons = node.putArray("reasons");
      feature.drift().reasons().forEach(reasons::add);
    }
  }

  /**
   * Checks that a summary may be written to a file: it replaces a summary, which an earlier release
   * may have left half written, an empty file, or nothing.
   *
   * @throws SpecException if something else is there
   */
  static void check(String file, Configuration conf) throws IOException {
    if (!file.endsWith(".json")) {
      throw SpecException.of("%s is '%s', but must be a file ending in .json.", OPTION, file);
    }
    Path path;
    FileSystem fs;
    try {
      path = new Path(file);
      // Of a file that was left half written the checksum is wrong.
      fs = Disk.withoutChecksums(path.getFileSystem(conf));
    } catch (IllegalArgumentException e) {
      throw new SpecException(
          String.format(Locale.ROOT, "%s is '%s', but must be a path.", OPTION, file), e);
    }
    if (fs.exists(path) && !isSummary(fs, path)) {
      throw SpecException.of(
          "%s is '%s', which is there and no summary of a job; choose another file.", OPTION, file);
    }
  }

  private static boolean isSummary(FileSystem fs, Path path) throws IOException {
    if (fs.getFileStatus(path).isDirectory()) {
      return false;
    }
    try (InputStream in = fs.open(path);
        JsonParser json = JSON.createParser(in)) {
      return isSummary(json);
    } catch (JsonProcessingException | CharConversionException | FileNotFoundException e) {
      return false;
    }
  }

  private static boolean isSummary(JsonParser json) throws IOException {
    if (json.nextToken() == null) {
      return true;
    }
    if (json.currentToken() == JsonToken.START_OBJECT) {
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        if (name.equals(NAME)) {
          return FORMAT.equals(json.nextTextValue());
        }
        json.nextToken();
        json.skipChildren();
      }
    }
    return false;
  }

  /** Writes the summary; the last thing that a job does. */
  void write(String file, Configuration conf) throws IOException {
    check(file, conf);
    root.set("outputs", outputs);
    root.put("seconds", Math.round((System.nanoTime() - start) / 1e6) / 1e3);
    Path path = new Path(file);
    try (Replacement whole = new Replacement(path.getFileSystem(conf), path)) {
      whole.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
      Replacement.put(whole);
    }
  }
}
