package io.normact.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.SparkSession;

/**
 * Loads a pipeline model. Spark makes an object of whatever class a model's metadata name, so every
 * stage's class is looked at before: normact's own and Spark ML's pass, except for the one that
 * runs SQL text.
 */
final class SavedModel {

  private static final String PIPELINE = "org.apache.spark.ml.PipelineModel";
  private static final String RUNS_SQL = "org.apache.spark.ml.feature.SQLTransformer";

  private final FileSystem fs;
  private final Path folder;
  private final String path;

  private SavedModel(FileSystem fs, String path) {
    this.fs = fs;
    this.path = path;
    folder = fs.makeQualified(new Path(path));
  }

  /**
   * Loads the model in this folder.
   *
   * @throws SpecException if there is no such folder
   * @throws JobException if it holds no model that can be loaded
   */
  static PipelineModel load(SparkSession spark, String path) throws IOException {
    FileSystem fs = new Path(path).getFileSystem(spark.sparkContext().hadoopConfiguration());
    SavedModel model = new SavedModel(fs, path);
    if (!fs.exists(model.folder)) {
      throw new SpecException(
          "Key 'model' is '%s', but there is no such folder; fit saves one.".formatted(path));
    }
    try {
      model.check();
      return PipelineModel.load(path);
    } catch (JobException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new JobException(
          "Model '%s' can't be loaded: %s".formatted(path, Failure.message(e)), e);
    }
  }

  private void check() throws IOException {
    Path metadata = new Path(folder, "metadata");
    if (!fs.exists(metadata)) {
      throw new JobException(
          "Folder '%s' holds no model: expected a folder metadata in it, as fit saves it."
              .formatted(path));
    }
    JsonNode pipeline = null;
    int stages = 0;
    for (RemoteIterator<LocatedFileStatus> files = fs.listFiles(folder, true); files.hasNext(); ) {
      Path file = files.next().getPath();
      boolean describes =
          file.getParent().getName().equals("metadata") && file.getName().startsWith("part-");
      if (!describes) {
        continue;
      }
      JsonNode description = read(file);
      String name = description.path("class").asText();
      if (file.getParent().equals(metadata)) {
        pipeline = description;
        if (!name.equals(PIPELINE)) {
          throw new JobException(
              "Model '%s' is a %s, but must be a %s, as fit saves it."
                  .formatted(path, name.isEmpty() ? "thing without a class" : name, PIPELINE));
        }
      } else {
        checkClass(name);
        stages += file.getParent().getParent().getParent().getParent().equals(folder) ? 1 : 0;
      }
    }
    int expected = pipeline == null ? -1 : pipeline.path("paramMap").path("stageUids").size();
    if (stages != expected) {
      throw new JobException(
          "Model '%s' is damaged or incomplete: %s"
              .formatted(
                  path,
                  expected < 0
                      ? "its metadata are missing."
                      : "it has %d of its %d stages.".formatted(stages, expected)));
    }
  }

  private void checkClass(String name) {
    boolean known = name.startsWith("io.normact.ml.") || name.startsWith("org.apache.spark.ml.");
    if (!known || name.equals(RUNS_SQL)) {
      throw new JobException(
          "Model '%s' has a stage of class '%s', but only stages of normact and of Spark ML (without SQLTransformer) are loaded."
              .formatted(path, name));
    }
  }

  private JsonNode read(Path file) throws IOException {
    String line;
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(fs.open(file), StandardCharsets.UTF_8))) {
      line = reader.readLine();
    }
    try {
      return new ObjectMapper().readTree(line == null ? "" : line);
    } catch (JsonProcessingException e) {
      throw new JobException(
          "Model '%s' is damaged or incomplete: %s/%s is no JSON."
              .formatted(path, folder.toUri().relativize(file.getParent().toUri()), file.getName()),
          e);
    }
  }
}
