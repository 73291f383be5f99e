package io.normact.ml;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.normact.scoring.plan.SavedStage;
import io.normact.sql.pass.DriverHeap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * Reads a stage whose whole state is in its params, from the metadata that Spark's
 * DefaultParamsWritable wrote. It looks at the format's version first and refuses one that this
 * code can't read.
 */
final class StageReader<S extends Params> extends MLReader<S> {

  /** As text, as JSON twice, and as params and what they hold; reckoned. */
  private static final int COPIES = 6;

  private final Class<S> stageClass;
  private final Function<String, S> constructor;
  private final Consumer<S> check;

  /** A reader of stages whose params can be anything that each of them allows. */
  StageReader(Class<S> stageClass, Function<String, S> constructor) {
    this(stageClass, constructor, stage -> {});
  }

  /** A reader that has the params of a loaded stage checked against one another. */
  StageReader(Class<S> stageClass, Function<String, S> constructor, Consumer<S> check) {
    this.stageClass = stageClass;
    this.constructor = constructor;
    this.check = check;
  }

  /**
   * Loads a stage.
   *
   * @throws IllegalArgumentException if the folder holds another class, or a newer or no version of
   *     the format, or more than this driver's heap has room for
   */
  @Override
  public S load(String path) {
    Expect.given(path, "path", "the folder of a saved stage");
    checkSize(path, DriverHeap.present());
    S stage = read(path);
    check.accept(stage);
    return stage;
  }

  /** Refuses a stage that is too large for the heap in which Spark reads it. */
  void checkSize(String path, DriverHeap heap) {
    Path metadata = new Path(path, "metadata");
    long bytes;
    try {
      FileSystem files =
          metadata.getFileSystem(sparkSession().sparkContext().hadoopConfiguration());
      // What is missing, Spark tells.
      bytes = files.exists(metadata) ? files.getContentSummary(metadata).getLength() : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!heap.holds(bytes, COPIES)) {
      throw heap.refusal(
          String.format(Locale.ROOT, "Stage at '%s' takes %d MB", path, bytes >> 20),
          bytes,
          COPIES,
          "loads");
    }
  }

  /** What Spark made of the metadata is not held any more when the stage is checked. */
  @SuppressWarnings("deprecation") // Spark 3.5 has no other loadMetadata.
  private S read(String path) {
    DefaultParamsReader.Metadata metadata =
        DefaultParamsReader.loadMetadata(path, sparkSession().sparkContext(), stageClass.getName());
    S stage = constructor.apply(metadata.uid());
    List<String> unpacked = unpack(stage, metadata.metadataJson(), path);
    metadata.getAndSetParams(stage, Option.apply(JavaConverters.asScalaBuffer(unpacked).toList()));
    FormatVersion.renew(stage);
    return stage;
  }

  /**
   * Checks the format's version and sets the params that are in {@link TextPieces}. Spark would
   * write each as JSON again, to be parsed again, which takes longer than all the rest.
   *
   * @return the names of the params that were set
   */
  private List<String> unpack(S stage, String json, String path) {
    JsonNode version = MissingNode.getInstance();
    JsonNode defaultVersion = version;
    Map<String, JsonNode> packed = new LinkedHashMap<>();
    ObjectMapper mapper = new ObjectMapper();
    // Of characters in an array it takes long texts whole, in half the time.
    try (JsonParser parser = mapper.createParser(json.toCharArray())) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String part = parser.currentName();
        boolean set = part.equals("paramMap");
        if (parser.nextToken() != JsonToken.START_OBJECT
            || !(set || part.equals("defaultParamMap"))) {
          parser.skipChildren();
          continue;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
          if (name.equals(FormatVersion.NAME)) {
            JsonNode value = mapper.readTree(parser);
            version = set ? value : version;
            defaultVersion = set ? defaultVersion : value;
          } else if (set
              && isObject
              && stage.hasParam(name)
              && stage.getParam(name) instanceof PackedParam) {
            packed.put(name, mapper.readTree(parser));
          } else {
            parser.skipChildren();
          }
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage at '%s' has metadata that is no JSON: %s",
              path,
              e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    checkFormat(version.isMissingNode() ? defaultVersion : version, path);
    packed.forEach((name, value) -> set(stage, name, value));
    return List.copyOf(packed.keySet());
  }

  private void set(S stage, String name, JsonNode value) {
    Param<Object> param = stage.getParam(name);
    stage.set(param, ((PackedParam) param).unpack(value));
  }

  private static void checkFormat(JsonNode version, String path) {
    SavedStage.checkFormat(
        "Stage at '" + path + "'",
        version.isInt() ? version.intValue() : Double.NaN,
        version.isMissingNode() ? "none" : version.toString());
  }
}
