package io.normact.lines;

import io.normact.job.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Jobs in a Spark that has one more jar, and what they left. */
abstract class JobTour {

  final SparkSession spark = SparkSession.builder().getOrCreate();
  final Path folder;
  private final Map<String, String> results = new TreeMap<>();

  JobTour(String folder) {
    this.folder = Path.of(folder);
  }

  /** Keeps what was found. */
  void found(String what, String text) {
    results.put(what, text);
  }

  /** Writes what was found, and ends. */
  void end() throws IOException {
    Properties properties = new Properties();
    properties.putAll(results);
    try (PrintStream out =
        new PrintStream(folder + "/results.properties", StandardCharsets.ISO_8859_1)) {
      properties.store(out, spark.version());
    }
    spark.stop();
  }

  /** Runs a job, and keeps its exit status and what it said. */
  void run(String what, String spec, String... more) throws IOException {
    Path file =
        Files.writeString(folder.resolve("spec.yaml"), spec.replace("DIR", folder.toString()));
    List<String> args = new ArrayList<>();
    for (String word : more) {
      args.add(word.replace("DIR", folder.toString()));
    }
    args.add(1, file.toString());
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (PrintStream print = new PrintStream(text, true, StandardCharsets.UTF_8)) {
      int status = Main.run(args.toArray(new String[0]), print, print);
      found(
          what,
          status + " " + text.toString(StandardCharsets.UTF_8).replace(folder.toString(), "DIR"));
    }
  }

  /** Columns x and y of rows, which are whole numbers. */
  String rows(Dataset<Row> rows) {
    return rows
        .selectExpr("int(x)", "int(y)")
        .as(Encoders.tuple(Encoders.INT(), Encoders.INT()))
        .collectAsList()
        .stream()
        .map(row -> row._1() + ":" + row._2())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  /** Overrides of a spec, as the command line has them. */
  static String[] command(String command, String... overrides) {
    List<String> words = new ArrayList<>(List.of(command));
    Arrays.stream(overrides).forEach(override -> words.addAll(List.of("--set", override)));
    return words.toArray(new String[0]);
  }
}
