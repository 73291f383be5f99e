package io.normact.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import scala.Option;

/**
 * Reads a stage whose whole state is in its params, from the metadata that Spark's
 * DefaultParamsWritable wrote. It looks at the format's version first and refuses one that this
 * code can't read.
 */
final class StageReader<S extends Params> extends MLReader<S> {

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
   *     the format
   */
  @Override
  @SuppressWarnings("deprecation") // Spark 3.5 has no other loadMetadata.
  public S load(String path) {
    Expect.given(path, "path", "the folder of a saved stage");
    DefaultParamsReader.Metadata metadata =
        DefaultParamsReader.loadMetadata(path, sparkSession().sparkContext(), stageClass.getName());
    checkVersion(metadata.metadataJson(), path);
    S stage = constructor.apply(metadata.uid());
    metadata.getAndSetParams(stage, Option.empty());
    FormatVersion.renew(stage);
    check.accept(stage);
    return stage;
  }

  private void checkVersion(String json, String path) {
    JsonNode version;
    try {
      JsonNode metadata = new ObjectMapper().readTree(json);
      version = metadata.path("paramMap").path(FormatVersion.NAME);
      if (version.isMissingNode()) {
        version = metadata.path("defaultParamMap").path(FormatVersion.NAME);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage at '%s' has metadata that is no JSON: %s",
              path,
              e.getOriginalMessage()),
          e);
    }
    if (!version.isInt() || version.intValue() < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage at '%s' has format version %s, but must have a number from 1 to %d.",
              path,
              version.isMissingNode() ? "none" : version,
              FormatVersion.CURRENT));
    }
    if (version.intValue() > FormatVersion.CURRENT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage at '%s' was saved in format version %d, but this release of normact reads up to %d; use a newer release.",
              path,
              version.intValue(),
              FormatVersion.CURRENT));
    }
  }
}
