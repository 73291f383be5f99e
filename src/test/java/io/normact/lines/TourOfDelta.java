package io.normact.lines;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Jobs that read and write tables of Delta, in a Spark that has it.
 *
 * <p>Argument: a folder to work in.
 */
public final class TourOfDelta extends JobTour {

  private TourOfDelta(String folder) {
    super(folder);
  }

  public static void main(String[] args) throws IOException {
    TourOfDelta tour = new TourOfDelta(args[0]);
    tour.overwriting();
    tour.streaming();
    tour.end();
  }

  private void write(String file, String... lines) throws IOException {
    Files.writeString(folder.resolve(file), "x,y\n" + String.join("\n", lines) + "\n");
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
    found("overwrite.history", history("table"));
    Dataset<Row> table = spark.read().format("delta").load(folder + "/table");
    found("overwrite.rows", rows(table));
    found("overwrite.columns", String.join(" ", table.columns()));
    found(
        "overwrite.before",
        rows(spark.read().format("delta").option("versionAsOf", 0).load(folder + "/table")));
    run("parquet", spec, "run", "--set", "mode=overwrite", "--set", "output.format=parquet");
    found("parquet.history", history("table"));
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
    found("stream.rows", rows(spark.read().format("delta").load(folder + "/streamed")));
    found("stream.history", history("streamed"));
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
