package io.normact.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.normact.files.Replacement;
import io.normact.text.Excerpt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/** What is wrong with a folder out of which Spark can't read the metadata of a stage. */
final class UnreadableStage {

  /** Characters of a value in a message. */
  private static final int SHOWN = 80;

  /** What something in the metadata must be. */
  private record Needed(String name, String kind, Predicate<JsonNode> isKind) {}

  /** What Spark needs there. */
  private static final List<Needed> NEEDED =
      List.of(
          new Needed("class", "a text", JsonNode::isTextual),
          new Needed("uid", "a text", JsonNode::isTextual),
          new Needed("timestamp", "a whole number", JsonNode::isIntegralNumber),
          new Needed("sparkVersion", "a text", JsonNode::isTextual),
          new Needed("paramMap", "an object", JsonNode::isObject));

  private final FileSystem files;
  private final String path;
  private final Path folder;

  private UnreadableStage(FileSystem files, String path) {
    this.files = files;
    this.path = path;
    folder = new Path(path);
  }

  /** Refuses a folder in which no stage is, or whose metadata are in several files. */
  static void checkFolder(FileSystem files, String path) throws IOException {
    new UnreadableStage(files, path).checkFolder();
  }

  /** What to throw where Spark couldn't read the metadata. */
  static IllegalArgumentException of(FileSystem files, String path, Exception reason) {
    try {
      new UnreadableStage(files, path).checkMetadata();
    } catch (IllegalArgumentException e) {
      e.addSuppressed(reason);
      return e;
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
    Throwable root = reason;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "Stage at '%s' can't be read: %s",
            path,
            Excerpt.of(String.valueOf(root.getMessage()), 10 * SHOWN)),
        reason);
  }

  private void checkFolder() throws IOException {
    if (!files.exists(folder)) {
      Optional<Path> left = Replacement.leftBeside(files, folder);
      throw new IllegalArgumentException(
          left.isEmpty()
              ? String.format(
                  Locale.ROOT, "Folder '%s' is missing, but must be one of a saved stage.", path)
              : String.format(
                  Locale.ROOT,
                  "Folder '%s' is missing, since an overwrite was killed; rename what was there back from '%s', or save the stage again.",
                  path,
                  left.get().getName()));
    }
    if (!files.exists(metadata())) {
      throw noStage("it has no folder 'metadata'");
    }
    List<Path> parts = parts();
    if (parts.size() > 1) {
      throw noStage(
          String.format(
              Locale.ROOT,
              "its metadata are in '%s' and '%s', and a stage has one such file",
              parts.get(0).getName(),
              parts.get(1).getName()));
    }
    if (parts.isEmpty() && files.getFileStatus(metadata()).isDirectory()) {
      throw noStage("its metadata are empty, as when saving was broken off");
    }
  }

  private IllegalArgumentException noStage(String reason) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "Folder '%s' holds no saved stage, since %s.", path, reason));
  }

  private Path metadata() {
    return new Path(folder, "metadata");
  }

  /** The files that are not empty. */
  private List<Path> parts() throws IOException {
    return Arrays.stream(files.listStatus(metadata()))
        .filter(file -> file.getPath().getName().startsWith("part-") && file.getLen() > 0)
        .map(file -> file.getPath())
        .sorted()
        .toList();
  }

  private void checkMetadata() throws IOException {
    checkFolder();
    String line;
    Path part = parts().get(0);
    CompressionCodec codec = new CompressionCodecFactory(files.getConf()).getCodec(part);
    try (InputStream in = files.open(part);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    codec == null ? in : codec.createInputStream(in), StandardCharsets.UTF_8))) {
      line = lines.readLine();
    }
    JsonNode json;
    try {
      json =
          JsonMapper.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .build()
              .readTree(line == null ? "" : line);
    } catch (JsonProcessingException e) {
      throw noJson(path, e);
    }
    checkIsWhole(json, path);
  }

  /** Refuses metadata without what Spark needs in them. */
  static void checkIsWhole(JsonNode json, String path) {
    for (Needed needed : NEEDED) {
      JsonNode value = json.path(needed.name);
      if (!needed.isKind.test(value)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Stage at '%s' has %s in its metadata, but it must be %s.",
                path,
                value.isMissingNode()
                    ? "no " + needed.name
                    : "the " + needed.name + " " + Excerpt.of(value.toString(), SHOWN),
                needed.kind));
      }
    }
  }

  /** What to throw where a stage's metadata are no JSON. */
  static IllegalArgumentException noJson(String path, JsonProcessingException e) {
    IllegalArgumentException refusal =
        new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Stage at '%s' has metadata that is no JSON: %s.",
                path,
                e.getOriginalMessage().replaceFirst(" [(]start marker at .*", "")));
    refusal.addSuppressed(e);
    return refusal;
  }
}
