package io.normact.ml;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.normact.scoring.plan.SavedStage;
import io.normact.sql.pass.DriverHeap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;

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
   *     the format, or more than this driver's heap has room for, or is damaged
   */
  @Override
  public S load(String path) {
    Expect.given(path, "path", "the folder of a saved stage");
    checkSize(path, DriverHeap.present());
    try {
      S stage = read(path);
      check.accept(stage);
      return stage;
    } catch (IllegalArgumentException e) {
      if (e.getMessage().contains("'" + path + "'")) {
        throw e;
      }
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Stage at '%s' is damaged: %s", path, e.getMessage()), e);
    }
  }

  /** Refuses a stage that is too large for the heap in which Spark reads it. */
  void checkSize(String path, DriverHeap heap) {
    Path metadata = new Path(path, "metadata");
    long bytes;
    try {
      FileSystem files = files(path);
      // What is missing, Spark tells.
      bytes = files.exists(metadata) ? files.getContentSummary(metadata).getLength() : 0;
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    if (!heap.holds(bytes, COPIES)) {
      throw heap.refusal(
          String.format(Locale.ROOT, "Stage at '%s' takes %d MB", path, bytes >> 20),
          bytes,
          COPIES,
          "loads");
    }
  }

  private static UncheckedIOException unreadable(String path, IOException e) {
    return new UncheckedIOException(
        String.format(Locale.ROOT, "Stage at '%s' can't be read: %s", path, e.getMessage()), e);
  }

  private FileSystem files(String path) throws IOException {
    return new Path(path).getFileSystem(sparkSession().sparkContext().hadoopConfiguration());
  }

  /** What Spark made of the metadata is not held any more when the stage is checked. */
  private S read(String path) {
    Saved saved = saved(metadata(path).metadataJson(), path);
    String name = saved.rest.path("class").textValue();
    if (!name.equals(stageClass.getName())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage at '%s' is a %s, but must be a %s.",
              path,
              name,
              stageClass.getName()));
    }
    String place = "Stage at '" + path + "'";
    checkFormat(saved, place);
    S stage = constructor.apply(saved.rest.path("uid").textValue());
    SavedParams params = new SavedParams(stage, place);
    saved.set.forEach(params::set);
    saved.defaults.forEach(params::setDefault);
    FormatVersion.renew(stage);
    return stage;
  }

  @SuppressWarnings("deprecation") // Spark 3.5 has no other loadMetadata.
  private DefaultParamsReader.Metadata metadata(String path) {
    FileSystem files;
    try {
      files = files(path);
      if (files.exists(new Path(path))) {
        UnreadableStage.checkFolder(files, path);
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    try {
      return DefaultParamsReader.loadMetadata(path, sparkSession().sparkContext(), "");
    } catch (Exception e) { // Scala declares none of the checked ones that it throws.
      throw UnreadableStage.of(files, path, e);
    }
  }

  /**
   * Metadata.
   *
   * @param set the params that are set
   * @param defaults the defaults of params
   * @param rest all else
   */
  private record Saved(
      Map<String, JsonNode> set, Map<String, JsonNode> defaults, ObjectNode rest) {}

  /**
   * Reads the metadata again, since Spark would write each param as JSON to be parsed again, which
   * takes longer than all the rest.
   */
  private static Saved saved(String json, String path) {
    ObjectMapper mapper =
        JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    Saved saved =
        new Saved(new LinkedHashMap<>(), new LinkedHashMap<>(), mapper.createObjectNode());
    // Of characters in an array it takes long texts whole, in half the time.
    try (JsonParser parser = mapper.createParser(json.toCharArray())) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String part = parser.currentName();
        boolean isSet = part.equals("paramMap");
        if (parser.nextToken() != JsonToken.START_OBJECT
            || !(isSet || part.equals("defaultParamMap"))) {
          saved.rest.set(part, mapper.readTree(parser));
          continue;
        }
        saved.rest.set(part, mapper.createObjectNode());
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          (isSet ? saved.set : saved.defaults).put(name, mapper.readTree(parser));
        }
      }
    } catch (JsonProcessingException e) {
      throw UnreadableStage.noJson(path, e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    UnreadableStage.checkIsWhole(saved.rest, path);
    return saved;
  }

  private static void checkFormat(Saved saved, String place) {
    JsonNode otherwise = saved.defaults.getOrDefault(FormatVersion.NAME, MissingNode.getInstance());
    JsonNode version = saved.set.getOrDefault(FormatVersion.NAME, otherwise);
    SavedStage.checkFormat(
        place,
        version.isInt() ? version.intValue() : Double.NaN,
        version.isMissingNode() ? "none" : version.toString());
  }
}
