package io.normact.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.normact.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands as a user would, on files in a folder of their own. */
public abstract class JobFixture {

  protected static final String SAMPLE = "sample-data/breast-cancer.csv";

  /** One column, normalised by a model. */
  protected static final String ONE_NUMBER =
      """
      input: {format: json, path: DIR/in.json, schema: x DOUBLE}
      stages: [batchNorm]
      output: {path: DIR/out}
      model: DIR/model
      """;

  @TempDir protected Path dir;

  /** What a command printed, and its exit status. */
  public record Result(int status, String out, String err) {}

  protected Result run(String... args) {
    LocalSpark.session();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(args, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    return new Result(status, named(out), named(err));
  }

  /** The folder's name differs from run to run, so texts say DIR. */
  private String named(ByteArrayOutputStream bytes) {
    return bytes.toString(UTF_8).replace(dir.toString(), "DIR");
  }

  /** Runs a command on a spec that is given as text, in which DIR is the test's folder. */
  protected Result run(String command, String spec, List<String> options) {
    List<String> args = new ArrayList<>(List.of(command, write("spec.yaml", spec)));
    args.addAll(options);
    return run(args.toArray(new String[0]));
  }

  protected String write(String name, String text) {
    Path file = dir.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text.replace("DIR", dir.toString()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return file.toString();
  }

  protected String path(String name) {
    return dir.resolve(name).toString();
  }

  protected Dataset<Row> parquet(String name) {
    return LocalSpark.session().read().parquet(path(name));
  }

  /** Every file and link, and what it holds or leads to. */
  protected static Map<String, String> tree(Path dir) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(dir)) {
      for (Path path : walk.toList()) {
        String content =
            Files.isSymbolicLink(path)
                ? Files.readSymbolicLink(path).toString()
                : Files.isDirectory(path) ? "" : Files.readString(path, ISO_8859_1);
        tree.put(dir.relativize(path).toString(), content);
      }
    }
    return tree;
  }

  /** Everything in the folder but data files' own names, sorted. */
  protected List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(dir, 2)) {
      return files
          .filter(file -> !file.equals(dir))
          .map(file -> dir.relativize(file).toString())
          .filter(name -> !name.matches(".*(part-|_SUCCESS|\\.crc).*"))
          .sorted()
          .toList();
    }
  }
}
