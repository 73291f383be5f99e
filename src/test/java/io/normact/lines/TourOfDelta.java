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

/**
 * Jobs that read and write tables of Delta, in a Spark that has it.
 *
 * <p>Argument: a folder to work in.
 */
public final class TourOfDelta {

  private final SparkSession spark;
  private final Path folder;
  private final Map<String, String> results = new TreeMap<>();

  private TourOfDelta(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
  }

  public static void main(String[] args) throws IOException {
    SparkSession spark = SparkSession.builder().getOrCreate();
    TourOfDelta tour = new TourOfDelta(spark, Path.of(args[0]));
    tour.overwriting();
    tour.streaming();
    Properties properties = new Properties();
    properties.putAll(tour.results);
    try (PrintStream out =
        new PrintStream(args[0] + "/results.properties", StandardCharsets.ISO_8859_1)) {
      properties.store(out, spark.version());
    }
    spark.stop();
  }

  /** Runs a job, and keeps its exit status and what it said. */
  private void run(String what, String spec, String... more) throws IOException {
    Path file =
        Files.writeString(folder.resolve("spec.yaml"), spec.replace("DIR", folder.toString()));
    List<String> args = new ArrayList<>(Arrays.asList(more));
    args.add(1, file.toString());
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (PrintStream print = new PrintStream(text, true, StandardCharsets.UTF_8)) {
      int status = Main.run(args.toArray(new String[0]), print, print);
      results.put(
          what,
          status + " " + text.toString(StandardCharsets.UTF_8).replace(folder.toString(), "DIR"));
    }
  }

  private void write(String file, String... lines) throws IOException {
    Files.writeString(folder.resolve(file), "x,y\n" + String.join("\n", lines) + "\n");
  }

  private String rows(Dataset<Row> rows) {
    return rows
        .select("x", "y")
        .as(Encoders.tuple(Encoders.INT(), Encoders.INT()))
        .collectAsList()
        .stream()
        .map(row -> row._1() + ":" + row._2())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private String history(String table) {
    return spark
        .sql("DESCRIBE HISTORY delta.`" + folder + "/" + table + "`")
        .orderBy("version")
        .collectAsList()
        .stream()
        .map(
            row ->
                row.<Long>getAs("version")
                    + ":"
                    + row.getAs("operation")
                    + ":"
                    + row.<scala.collection.Map<String, String>>getAs("operationParameters")
                        .getOrElse("mode", () -> ""))
        .collect(Collectors.joining(" "));
  }

  private void overwriting() throws IOException {
    String spec =
        """
        input: {format: csv, path: DIR/rows.csv, options: {header: true, inferSchema: true}}
        stages: [{batchNorm: {activation: tanh}}]
        output: {format: delta, path: DIR/table}
        model: DIR/model
        """;
    write("rows.csv", "1,10", "2,20", "4,60");
    run("first", spec, "run");
    run("again", spec, "run");
    write("rows.csv", "5,10", "6,21");
    run("overwrite", spec, "run", "--set", "mode=overwrite");
    results.put("overwrite.history", history("table"));
    Dataset<Row> table = spark.read().format("delta").load(folder + "/table");
    results.put("overwrite.rows", rows(table));
    results.put("overwrite.columns", String.join(" ", table.columns()));
    results.put(
        "overwrite.before",
        rows(spark.read().format("delta").option("versionAsOf", 0).load(folder + "/table")));
    run("parquet", spec, "run", "--set", "mode=overwrite", "--set", "output.format=parquet");
    results.put("parquet.history", history("table"));
  }

  private void streaming() throws IOException {
    String spec =
        """
        input: {format: delta, path: DIR/source, streaming: true}
        output: {format: delta, path: DIR/streamed, checkpoint: DIR/checkpoint}
        model: DIR/model
        """;
    source("1,2", "3,4");
    run("stream", spec, "transform");
    source("5,6");
    run("stream.on", spec, "transform");
    run("stream.nothing", spec, "transform");
    results.put("stream.rows", rows(spark.read().format("delta").load(folder + "/streamed")));
    results.put("stream.history", history("streamed"));
    run("stream.fixed", spec, "validate", "--set", "input.schema='x INT, y INT'");
  }

  private void source(String... lines) throws IOException {
    write("more.csv", lines);
    spark
        .read()
        .option("header", true)
        .option("inferSchema", true)
        .csv(folder + "/more.csv")
        .write()
        .format("delta")
        .mode("append")
        .save(folder + "/source");
  }
}
