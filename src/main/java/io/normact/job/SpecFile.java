package io.normact.job;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads YAML as plain data: mappings, lists and scalars, within bounds of size and depth. Tags
 * could name classes and aliases could blow a small file up, and no spec needs either.
 */
final class SpecFile {

  private static final int MAX_BYTES = 1 << 20;

  /** Of mappings and lists in one another. */
  static final int MAX_DEPTH = 20;

  private static final ObjectMapper YAML =
      new ObjectMapper(
              YAMLFactory.builder()
                  .loaderOptions(loaderOptions())
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private SpecFile() {}

  private static LoaderOptions loaderOptions() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_BYTES);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setAllowDuplicateKeys(false);
    return options;
  }

  /** Reads a file of this machine or, if the path has a scheme, of any Hadoop file system. */
  static ObjectNode read(String path) {
    byte[] bytes;
    try (InputStream in = open(path)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException | IllegalArgumentException e) {
      throw new SpecException(
          String.format(Locale.ROOT, "Spec '%s' can't be read: expected a YAML file.", path), e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new SpecException(
          String.format(
              Locale.ROOT, "Spec '%s' is larger than 1 MiB: expected a job spec in YAML.", path));
    }
    JsonNode root =
        parse(
            new String(bytes, StandardCharsets.UTF_8),
            String.format(Locale.ROOT, "Spec '%s'", path));
    if (!(root instanceof ObjectNode mapping)) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Spec '%s' holds no mapping: expected keys such as input and stages.",
              path));
    }
    return mapping;
  }

  private static InputStream open(String path) throws IOException {
    try {
      if (URI.create(path.replace(' ', '_')).getScheme() == null) {
        return Files.newInputStream(java.nio.file.Path.of(path));
      }
    } catch (InvalidPathException e) {
      throw new IOException(e);
    }
    Path remote = new Path(path);
    return remote.getFileSystem(new Configuration()).open(remote);
  }

  /** Reads a value given on the command line; a star, which YAML takes for an alias, is a text. */
  static JsonNode parseValue(String text, String option) {
    if (text.equals("*")) {
      return TextNode.valueOf(text);
    }
    return parse(text, String.format(Locale.ROOT, "Option '%s'", option));
  }

  private static JsonNode parse(String text, String source) {
    try {
      checkPlain(text, source);
      return YAML.readTree(text);
    } catch (SpecException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "%s%s is no YAML that is read here: %s",
              source,
              position(e.getLocation()),
              sentence(e.getOriginalMessage())),
          e);
    } catch (IOException | RuntimeException e) {
      throw new SpecException(
          String.format(
              Locale.ROOT, "%s is no YAML that is read here: %s", source, sentence(e.getMessage())),
          e);
    }
  }

  private static void checkPlain(String text, String source) throws IOException {
    try (YAMLParser parser = (YAMLParser) YAML.getFactory().createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        String found =
            parser.isCurrentAlias()
                ? "an alias"
                : parser.getObjectId() != null
                    ? "an anchor"
                    : parser.getTypeId() != null ? "a tag" : null;
        if (found != null) {
          throw new SpecException(
              String.format(
                  Locale.ROOT,
                  "%s%s has %s, but specs are plain YAML: write the value out.",
                  source,
                  position(parser.currentTokenLocation()),
                  found));
        }
      }
    }
  }

  private static String position(JsonLocation location) {
    return location == null
        ? ""
        : String.format(
            Locale.ROOT, ", line %d, column %d", location.getLineNr(), location.getColumnNr());
  }

  /** YAML's messages go over several lines, with excerpts; the first of them says what is wrong. */
  private static String sentence(String message) {
    List<String> lines =
        message == null
            ? List.of("unknown reason")
            : message.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    String text = lines.get(0);
    if (text.startsWith("while ") && lines.size() > 1) {
      // "while parsing a block mapping", then where, and then what.
      text =
          lines.stream()
              .filter(line -> line.startsWith("expected") || line.startsWith("found"))
              .findFirst()
              .map(reason -> lines.get(0) + ", " + reason)
              .orElse(text);
    }
    return text.endsWith(".") ? text : text + ".";
  }
}
