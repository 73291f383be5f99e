package io.normact.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs with Delta's own jar: a table keeps its history, and streams go out of one into another. */
@Tag("lines")
class DeltaIT {

  @Test
  void tablesKeepTheirHistory() throws Exception {
    Map<String, String> results =
        TourRun.results(
            TourOfDelta.class,
            "delta-4.1",
            "spark.databricks.delta.snapshotPartitions=2",
            "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog");
    checkOverwriting(results);
    checkStreaming(results);
  }

  private static void checkOverwriting(Map<String, String> results) {
    assertThat(results.get("first")).startsWith("0 ").contains("Wrote 3 rows");
    assertThat(results.get("again"))
        .startsWith("2 ")
        .contains("Key 'model' is 'DIR/model', which exists already");
    assertThat(results.get("overwrite")).startsWith("0 ").contains("Wrote 2 rows");
    assertThat(results.get("overwrite.history"))
        .isEqualTo("0:WRITE:ErrorIfExists 1:WRITE:Overwrite");
    assertThat(results.get("overwrite.rows")).isEqualTo("5:10 6:21");
    assertThat(results.get("overwrite.columns")).isEqualTo("x y x_batchNorm y_batchNorm");
    assertThat(results.get("overwrite.before")).isEqualTo("1:10 2:20 4:60");
    assertThat(results.get("parquet"))
        .startsWith("2 ")
        .contains(
            "is a Delta table, whose files belong to its log; write it in format delta, or choose another path.");
    assertThat(results.get("parquet.history")).isEqualTo(results.get("overwrite.history"));
  }

  private static void checkStreaming(Map<String, String> results) {
    assertThat(results.get("stream")).startsWith("0 ").contains("Wrote 2 rows");
    assertThat(results.get("stream.on")).startsWith("0 ").contains("Wrote 1 row");
    assertThat(results.get("stream.nothing"))
        .startsWith("0 ")
        .contains("The stream had nothing new.");
    assertThat(results.get("stream.rows")).isEqualTo("1:2 3:4 5:6");
    assertThat(results.get("stream.history")).isEqualTo("0:STREAMING UPDATE: 1:STREAMING UPDATE:");
    assertThat(results.get("stream.fixed")).startsWith("2 ").contains("input");
  }
}
