package io.normact.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Jobs with Iceberg's own jar and a catalog of its own: tables are read without the rows that are
 * deleted in files of their own, what is written is a snapshot, and streams go out of one table
 * into another.
 */
@Tag("lines")
class IcebergIT {

  private static final String LINE = "iceberg-4.1";

  @Test
  void tablesOfItsCatalogAreReadAndWritten() throws Exception {
    String warehouse = Path.of("target/lines", LINE, "ice").toAbsolutePath().toString();
    Map<String, String> results =
        TourRun.results(
            TourOfIceberg.class,
            LINE,
            "spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
            "spark.sql.catalog.ice=org.apache.iceberg.spark.SparkCatalog",
            "spark.sql.catalog.ice.type=hadoop",
            "spark.sql.catalog.ice.warehouse=" + warehouse);
    checkWriting(results);
    checkLayout(results);
    checkOwnInput(results);
    checkStreaming(results);
    checkPaths(results);
  }

  private static void checkWriting(Map<String, String> results) {
    assertThat(results.get("deletes")).isEqualTo("1");
    assertThat(results.get("plan"))
        .startsWith("0 ")
        .contains("Input: ice.db.source, a table, 3 columns.", "Output: ice.db.target, a table.");
    assertThat(results.get("create")).startsWith("0 ").contains("Wrote 3 rows");
    assertThat(results.get("create.rows")).isEqualTo("1:10 2:20 3:60");
    assertThat(results.get("again"))
        .startsWith("2 ")
        .contains("Key 'output.table' is 'ice.db.target', which exists already");
    assertThat(results.get("append")).startsWith("0 ").contains("Wrote 1 row");
    assertThat(results.get("append.rows")).isEqualTo("1:10 2:20 2:20 3:60");
    assertThat(results.get("overwrite")).startsWith("0 ").contains("Wrote 2 rows");
    assertThat(results.get("overwrite.rows")).isEqualTo("1:10 2:20");
    assertThat(results.get("history")).isEqualTo("append append overwrite");
    assertThat(results.get("first")).isEqualTo("1:10 2:20 3:60");
    assertThat(results.get("columns")).startsWith("0 ");
    assertThat(results.get("columns.now")).isEqualTo("id x y a b");
    // The snapshots of before are kept.
    assertThat(results.get("columns.history")).startsWith("append append overwrite ");
    assertThat(results.get("report")).startsWith("0 Reporting on the model");
  }

  private static void checkLayout(Map<String, String> results) {
    assertThat(results.get("laid.append")).startsWith("0 ");
    assertThat(results.get("laid.overwrite")).startsWith("0 ");
    assertThat(results.get("laid.rows")).isEqualTo("1:10 2:20 3:60");
    assertThat(results.get("laid.layout")).isEqualTo("bucket(4, id), truncate(2, id)");
    assertThat(results.get("laid.note")).isEqualTo("kept");
    assertThat(results.get("laid.history")).isEqualTo("append overwrite");
    assertThat(results.get("laid.other"))
        .startsWith("2 ")
        .contains(
            "which has other columns and is laid out by [bucket(4, id), truncate(2, id)]; set output.partitionBy to say how");
    assertThat(results.get("laid.other.layout")).isEqualTo(results.get("laid.layout"));
    assertThat(results.get("laid.by")).startsWith("0 ");
    assertThat(results.get("laid.by.append")).startsWith("0 ");
    assertThat(results.get("laid.by.wrong"))
        .startsWith("2 ")
        .contains("Key 'output.partitionBy' is [x], but table 'ice.db.by' is laid out by [id]");
  }

  private static void checkOwnInput(Map<String, String> results) {
    for (String mode : List.of("append", "overwrite")) {
      for (int i = 0; i < 6; i++) {
        assertThat(results.get("own." + mode + "." + i))
            .as("%s, input %d", mode, i)
            .startsWith("2 Error: Key 'output.table' is 'ice.db.source'")
            .containsPattern("which (the input reads|overlaps )");
      }
    }
    assertThat(results.get("own.short")).startsWith("2 ").contains("which the input reads");
    assertThat(results.get("own.shorter"))
        .startsWith("2 ")
        .contains("Key 'output.table' is 'source', which the input reads");
    assertThat(results.get("own.rows")).isEqualTo("1:10 2:20 3:60");
    assertThat(results.get("own.history")).isEqualTo("append delete");
  }

  private static void checkStreaming(Map<String, String> results) {
    assertThat(results.get("stream")).startsWith("0 Wrote 2 rows to ice.db.streamed");
    assertThat(results.get("stream.on")).startsWith("0 Wrote 1 row to ice.db.streamed");
    assertThat(results.get("stream.nothing")).startsWith("0 The stream had nothing new.");
    assertThat(results.get("stream.rows")).isEqualTo("1:10 2:20 3:30");
    assertThat(results.get("stream.history")).isEqualTo("append append");
    assertThat(results.get("stream.own")).startsWith("2 ").contains("which the input reads");
  }

  private static void checkPaths(Map<String, String> results) {
    assertThat(results.get("path.name"))
        .startsWith("2 ")
        .contains("which Iceberg takes for the name of a table; set output.table, or begin");
    assertThat(results.get("path.own")).startsWith("2 ").contains("overlaps table ice.db.source");
    assertThat(results.get("path.over")).startsWith("2 ").contains("is an Iceberg table");
    assertThat(results.get("path.rows")).isEqualTo("1:10 2:20 3:60");
  }
}
