package io.normact.lines;

import java.io.IOException;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * Jobs that read and write tables of Iceberg in a catalog of its own, {@code ice}, in a Spark that
 * has it.
 *
 * <p>Argument: a folder to work in.
 */
public final class TourOfIceberg extends JobTour {

  private static final String SPEC =
      """
      input: {table: ice.db.source}
      features: [x, y]
      stages: [batchNorm]
      output: {table: ice.db.target}
      model: DIR/model
      """;

  private TourOfIceberg(String folder) {
    super(folder);
  }

  public static void main(String[] args) throws IOException {
    TourOfIceberg tour = new TourOfIceberg(args[0]);
    tour.source();
    tour.writing();
    tour.layout();
    tour.ownInput();
    tour.streaming();
    tour.paths();
    tour.end();
  }

  /** Rows of which some are deleted in a file of their own. */
  private void source() {
    spark.sql("CREATE NAMESPACE ice.db");
    spark.sql(
        "CREATE TABLE ice.db.source (id INT, x DOUBLE, y DOUBLE) USING iceberg TBLPROPERTIES ("
            + "'format-version'='2', 'write.delete.mode'='merge-on-read')");
    spark.sql(
        "INSERT INTO ice.db.source SELECT /*+ COALESCE(1) */ * FROM VALUES"
            + " (1, 1D, 10D), (2, 2D, 20D), (3, 999D, 999D), (4, 3D, 60D) AS v(id, x, y)");
    spark.sql("DELETE FROM ice.db.source WHERE id = 3");
    found("deletes", Long.toString(spark.table("ice.db.source.delete_files").count()));
    spark.sql("CREATE TEMPORARY VIEW seen AS SELECT * FROM ice.db.source WHERE x > 0");
  }

  private String history(String table) {
    return spark
        .sql("SELECT operation FROM " + table + ".snapshots ORDER BY committed_at")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .collect(Collectors.joining(" "));
  }

  private String layout(String table) {
    return spark.sql("DESCRIBE TABLE EXTENDED " + table).collectAsList().stream()
        .filter(row -> row.getString(0).matches("Part \\d+"))
        .map(row -> row.getString(1))
        .collect(Collectors.joining(", "));
  }

  private String columns(String table) {
    return String.join(" ", spark.table(table).columns());
  }

  private void writing() throws IOException {
    run("plan", SPEC, "validate");
    run("create", SPEC, "run");
    found("create.rows", rows(spark.table("ice.db.target")));
    run("again", SPEC, command("run", "model="));
    run("append", SPEC, command("run", "model=", "mode=append", "input.where=x = 2"));
    found("append.rows", rows(spark.table("ice.db.target")));
    run("overwrite", SPEC, command("run", "model=", "mode=overwrite", "input.where=x < 3"));
    found("overwrite.rows", rows(spark.table("ice.db.target")));
    found("history", history("ice.db.target"));
    Row first =
        spark
            .sql("SELECT snapshot_id FROM ice.db.target.snapshots ORDER BY committed_at LIMIT 1")
            .head();
    found(
        "first", rows(spark.sql("SELECT * FROM ice.db.target VERSION AS OF " + first.getLong(0))));
    run(
        "columns",
        SPEC,
        command("run", "model=", "mode=overwrite", "output.columns=[a, b]", "features=[y, x]"));
    found("columns.now", columns("ice.db.target"));
    found("columns.history", history("ice.db.target"));
    run("report", SPEC, command("report", "report=DIR/r.html"));
  }

  /** A layout by functions of columns, which a spec can't name. */
  private void layout() throws IOException {
    spark.sql(
        "CREATE TABLE ice.db.laid (id INT, x DOUBLE, y DOUBLE, x_batchNorm DOUBLE,"
            + " y_batchNorm DOUBLE) USING iceberg PARTITIONED BY (bucket(4, id), truncate(2, id))"
            + " TBLPROPERTIES ('owner.note'='kept')");
    String[] to = {"model=", "output.table=ice.db.laid", "mode=append"};
    run("laid.append", SPEC, command("run", to));
    to[2] = "mode=overwrite";
    run("laid.overwrite", SPEC, command("run", to));
    found("laid.rows", rows(spark.table("ice.db.laid")));
    found("laid.layout", layout("ice.db.laid"));
    found(
        "laid.note",
        spark.sql("SHOW TBLPROPERTIES ice.db.laid ('owner.note')").head().getString(1));
    found("laid.history", history("ice.db.laid"));
    run("laid.other", SPEC, command("run", to[0], to[1], to[2], "output.columns=[a, b]"));
    found("laid.other.layout", layout("ice.db.laid"));
    run("laid.by", SPEC, command("run", to[0], "output.table=ice.db.by", "output.partitionBy=id"));
    run("laid.by.append", SPEC, command("run", to[0], "output.table=ice.db.by", "mode=append"));
    run(
        "laid.by.wrong",
        SPEC,
        command("run", to[0], "output.table=ice.db.by", "mode=append", "output.partitionBy=[x]"));
  }

  /** By whatever name it is read. */
  private void ownInput() throws IOException {
    String[] inputs = {
      "input.table=ice.db.source",
      "input.table=seen",
      "input={sql: 'SELECT * FROM ice.db.source WHERE false'}",
      "input={sql: 'SELECT * FROM ice.db.target WHERE x IN (SELECT x FROM ice.db.source)'}",
      "input={sql: 'SELECT snapshot_id AS x FROM ice.db.source.snapshots'}; features=[x]",
      "input={format: iceberg, path: DIR/../ice/db/source}"
    };
    for (int i = 0; i < inputs.length; i++) {
      for (String mode : new String[] {"append", "overwrite"}) {
        run(
            "own." + mode + "." + i,
            SPEC,
            command(
                "run",
                (inputs[i] + "; model=; output.table=ice.db.source; mode=" + mode)
                    .split("; ", -1)));
      }
    }
    spark.sql("USE ice.db");
    run(
        "own.short",
        SPEC,
        command(
            "run", "input.table=source", "model=", "output.table=ice.db.source", "mode=append"));
    run("own.shorter", SPEC, command("run", "model=", "output.table=source", "mode=overwrite"));
    spark.sql("USE spark_catalog.default");
    found("own.rows", rows(spark.table("ice.db.source")));
    found("own.history", history("ice.db.source"));
  }

  private void streaming() throws IOException {
    spark.sql("CREATE TABLE ice.db.arriving (id INT, x DOUBLE, y DOUBLE) USING iceberg");
    spark.sql("INSERT INTO ice.db.arriving VALUES (1, 1D, 10D), (2, 2D, 20D)");
    String[] stream =
        command(
            "transform",
            "input={table: ice.db.arriving, streaming: true}",
            "output={table: ice.db.streamed, checkpoint: DIR/checkpoint}",
            "stages=");
    run("stream", SPEC, stream);
    spark.sql("INSERT INTO ice.db.arriving VALUES (3, 3D, 30D)");
    run("stream.on", SPEC, stream);
    run("stream.nothing", SPEC, stream);
    found("stream.rows", rows(spark.table("ice.db.streamed")));
    found("stream.history", history("ice.db.streamed"));
    run(
        "stream.own",
        SPEC,
        command(
            "transform",
            "input={table: ice.db.arriving, streaming: true}",
            "output={table: ice.db.arriving, checkpoint: DIR/checkpoint2}",
            "stages="));
  }

  /** Tables by the paths of their folders. */
  private void paths() throws IOException {
    run(
        "path.name",
        SPEC,
        command("run", "model=", "output={format: iceberg, path: ice.db.source}", "mode=append"));
    run(
        "path.own",
        SPEC,
        command(
            "run",
            "model=",
            "output={format: iceberg, path: DIR/../ice/db/source}",
            "mode=overwrite"));
    run(
        "path.over",
        SPEC,
        command(
            "run",
            "model=",
            "output.table=",
            "output.path=DIR/../ice/db/target",
            "mode=overwrite"));
    found("path.rows", rows(spark.table("ice.db.source")));
  }
}
