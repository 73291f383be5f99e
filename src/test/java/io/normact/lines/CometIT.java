package io.normact.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queries that DataFusion Comet runs for the most part have the bits that Spark gives them. */
@Tag("lines")
class CometIT {

  @Test
  void bitsAreTheSame() throws Exception {
    Map<String, String> results =
        TourRun.results(
            TourOfComet.class,
            "comet-4.1",
            "spark.plugins=org.apache.spark.CometPlugin",
            "spark.sql.extensions=org.apache.comet.CometSparkSessionExtensions",
            "spark.shuffle.manager=org.apache.spark.sql.comet.execution.shuffle.CometShuffleManager",
            "spark.memory.offHeap.enabled=true",
            "spark.memory.offHeap.size=1g");
    for (String part : List.of("statistics", "stages", "outputs", "sql")) {
      assertThat(results.get(part + ".true"))
          .as(part)
          .isEqualTo(results.get(part + ".false"))
          .isNotEmpty();
    }
    assertThat(results.get("outputs.false.plan"))
        .contains("ColumnarProject")
        .doesNotContain("Comet");
    assertThat(results.get("outputs.true.plan")).contains("ColumnarProject", "CometNativeScan");
    assertThat(results.get("sql.true.plan")).contains("Comet");
  }
}
