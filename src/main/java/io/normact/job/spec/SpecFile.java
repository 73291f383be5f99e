package io.normact.job.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Reads the file of a spec, and values that stand for parts of one on the command line. */
public final class SpecFile {

  private static final int MAX_BYTES = 1 << 20;

  private SpecFile() {}

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
        PlainYaml.read(
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

  /** Whether a path without a scheme, which is one of this machine whatever Hadoop's default is. */
  public static boolean isLocal(String path) {
    return URI.create(path.replace(' ', '_')).getScheme() == null;
  }

  private static InputStream open(String path) throws IOException {
    try {
      if (isLocal(path)) {
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
    return PlainYaml.read(text, String.format(Locale.ROOT, "Option '%s'", option));
  }
}
