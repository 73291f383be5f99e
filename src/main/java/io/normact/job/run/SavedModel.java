package io.normact.job.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.normact.job.spec.Failure;
import io.normact.job.spec.JobException;
import io.normact.job.spec.SpecException;
import io.normact.ml.Activation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.SparkSession;

/**
 * Loads a pipeline model. Spark makes an object of whatever class a model's metadata name. So
 * everything that it would read as metadata is looked at before. normact's own stages pass, and
 * those packages of Spark ML whose stages are numbers and names. The stage that runs SQL text does
 * not pass. Nor does tuning, whose metadata lead to stages in other folders.
 */
final class SavedModel {

  private static final String PIPELINE = "org.apache.spark.ml.PipelineModel";
  private static final String RUNS_SQL = "org.apache.spark.ml.feature.SQLTransformer";

  private static final Pattern STAGE =
      Pattern.compile(
          "io\\.normact\\.ml\\.\\w+|org\\.apache\\.spark\\.ml\\."
              + "(feature|classification|regression|clustering|recommendation|fpm)\\.\\w+");

  private static final String METADATA = "metadata";

  /** Where Spark keeps a schema in a file of Parquet, which ends in these bytes. */
  private static final String ROW_METADATA = "org.apache.spark.sql.parquet.row.metadata";

  private static final byte[] PARQUET = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** Types of Spark ML's own. */
  private static final Set<String> TYPES =
      Set.of("org.apache.spark.ml.linalg.VectorUDT", "org.apache.spark.ml.linalg.MatrixUDT");

  /** What is read twice must be understood in the same way, and of two equal keys one is hidden. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

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
   * @throws SpecException if there is no such folder, or none can be there
   * @throws JobException if it holds no model that can be loaded
   */
  static PipelineModel load(SparkSession spark, String path) throws IOException {
    FileSystem fs = new Path(path).getFileSystem(spark.sparkContext().hadoopConfiguration());
    SavedModel model = new SavedModel(fs, path);
    if (!fs.exists(model.folder)) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key 'model' is '%s', but there is no such folder; fit saves one.",
              path));
    }
    try {
      model.checkListable();
      model.check();
      PipelineModel loaded = PipelineModel.load(path);
      model.checkFunctions(loaded);
      return loaded;
    } catch (JobException | SpecException e) {
      throw e;
    } catch (Exception e) {
      // Among them AnalysisException and ClassNotFoundException, which Spark does not declare.
      throw new JobException(
          String.format(Locale.ROOT, "Model '%s' can't be loaded: %s", path, Failure.message(e)),
          e);
    }
  }

  private void checkListable() throws IOException {
    try {
      fs.listStatus(folder);
    } catch (UnsupportedOperationException e) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key 'model' is '%s', but must be on a file system that lists folders, which %s does not.",
              path,
              fs.getScheme()),
          e);
    }
  }

  private void check() throws IOException {
    Path metadata = new Path(folder, METADATA);
    if (!fs.exists(metadata)) {
      throw new JobException(
          String.format(
              Locale.ROOT,
              "Folder '%s' holds no model: expected a folder metadata in it, as fit saves it.",
              path));
    }
    JsonNode pipeline = null;
    int stages = 0;
    for (RemoteIterator<LocatedFileStatus> files = fs.listFiles(folder, true); files.hasNext(); ) {
      Path file = files.next().getPath();
      if (!isMetadata(file)) {
        checkTypes(file);
        continue;
      }
      JsonNode description = read(file);
      checkStageNames(description);
      String name = description.path("class").asText();
      if (file.getParent().equals(metadata)) {
        pipeline = description;
        if (!name.equals(PIPELINE)) {
          throw new JobException(
              String.format(
                  Locale.ROOT,
                  "Model '%s' is a %s, but must be a %s, as fit saves it.",
                  path,
                  name.isEmpty() ? "thing without a class" : name,
                  PIPELINE));
        }
      } else {
        checkClass(name);
        Path stage = file.getParent().getParent();
        if (stage.getParent().getParent().equals(folder)) {
          checkIsIn(stage, description.path("uid").asText());
          stages++;
        }
      }
    }
    int expected = pipeline == null ? -1 : pipeline.path("paramMap").path("stageUids").size();
    if (stages != expected) {
      throw new JobException(
          String.format(
              Locale.ROOT,
              "Model '%s' is damaged or incomplete: %s",
              path,
              expected < 0
                  ? "its metadata are missing."
                  : String.format(Locale.ROOT, "it has %d of its %d stages.", stages, expected)));
    }
  }

  /**
   * Whether Spark may read this file as metadata, which it does with all that is below a folder of
   * that name and not hidden.
   */
  private boolean isMetadata(Path file) {
    String name = file.getName();
    boolean below = false;
    for (Path up = file.getParent(); !up.equals(folder); up = up.getParent()) {
      below |= up.getName().equals(METADATA);
    }
    if (!below || name.startsWith("_") || name.startsWith(".")) {
      return false;
    }
    if (!name.startsWith("part-") || !file.getParent().getName().equals(METADATA)) {
      throw new JobException(
          String.format(
              Locale.ROOT,
              "Model '%s' has a file '%s', but expected are those alone that fit saves.",
              path,
              folder.toUri().relativize(file.toUri())));
    }
    return true;
  }

  /** Checks that the names of a pipeline's stages, which become paths, lead to no other folder. */
  private void checkStageNames(JsonNode description) {
    for (JsonNode uid : description.path("paramMap").path("stageUids")) {
      if (!uid.asText().matches("[^/\\\\*?{}\\[\\]]+")) {
        throw new JobException(
            String.format(
                Locale.ROOT,
                "Model '%s' has a stage named '%s', but a name holds no characters of paths and patterns.",
                path,
                uid.asText()));
      }
    }
  }

  /**
   * Spark numbers the folders of a pipeline's stages, in the digits of its locale, and loads
   * whatever stage lies in one.
   */
  private void checkIsIn(Path stage, String uid) {
    if (!stage.getName().matches("\\p{Nd}+_" + Pattern.quote(uid))) {
      throw new JobException(
          String.format(
              Locale.ROOT,
              "Model '%s' is damaged or incomplete: its folder '%s' has a stage named '%s'.",
              path,
              stage.getName(),
              uid));
    }
  }

  /** A stage without a function loads, as Spark's stages do without what they need. */
  private void checkFunctions(PipelineModel loaded) {
    for (Transformer stage : loaded.stages()) {
      if (stage instanceof Activation
          && Stream.of("function", "functions")
              .noneMatch(name -> stage.isSet(stage.getParam(name)))) {
        throw new JobException(
            String.format(
                Locale.ROOT,
                "Model '%s' is damaged or incomplete: its stage '%s' has no function.",
                path,
                stage.uid()));
      }
    }
  }

  private void checkClass(String name) {
    boolean known = STAGE.matcher(name).matches() || name.equals(PIPELINE);
    if (!known || name.equals(RUNS_SQL)) {
      throw new JobException(
          String.format(
              Locale.ROOT,
              "Model '%s' has a stage of class '%s', but only stages of normact and of Spark ML (without SQLTransformer and tuning) are loaded.",
              path,
              name));
    }
  }

  /**
   * Checks the schema that Spark has put into a file of Parquet, of whose types it makes objects,
   * too. What is no Parquet can't be read as such.
   */
  private void checkTypes(Path file) throws IOException {
    if (!endsAsParquet(file)) {
      return;
    }
    String schema;
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, fs.getConf()))) {
      schema = reader.getFileMetaData().getKeyValueMetaData().get(ROW_METADATA);
    }
    for (JsonNode name : JSON.readTree(schema == null ? "" : schema).findValues("class")) {
      if (!TYPES.contains(name.asText())) {
        throw new JobException(
            String.format(
                Locale.ROOT,
                "Model '%s' has data of type '%s', but only numbers, texts, vectors and matrices are loaded.",
                path,
                name.asText()));
      }
    }
  }

  private boolean endsAsParquet(Path file) throws IOException {
    long length = fs.getFileStatus(file).getLen();
    if (length < PARQUET.length) {
      return false;
    }
    byte[] end = new byte[PARQUET.length];
    try (FSDataInputStream in = fs.open(file)) {
      in.readFully(length - end.length, end);
    }
    return Arrays.equals(end, PARQUET);
  }

  /** As Spark reads it: where the cluster compresses text output, by what the name ends in. */
  private InputStream open(Path file) throws IOException {
    CompressionCodec codec = new CompressionCodecFactory(fs.getConf()).getCodec(file);
    return codec == null ? fs.open(file) : codec.createInputStream(fs.open(file));
  }

  private JsonNode read(Path file) throws IOException {
    String line;
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
      line = reader.readLine();
    }
    try {
      return JSON.readTree(line == null ? "" : line);
    } catch (JsonProcessingException e) {
      throw new JobException(
          String.format(
              Locale.ROOT,
              "Model '%s' is damaged or incomplete: %s/%s is no JSON.",
              path,
              folder.toUri().relativize(file.getParent().toUri()),
              file.getName()),
          e);
    }
  }
}
