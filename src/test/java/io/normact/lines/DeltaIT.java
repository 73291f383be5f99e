package io.normact.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs with Delta's own jar: a table keeps its history, and streams go out of one into another. */
@Tag("lines")
class DeltaIT {

  private static final Path LINES = Path.of("target/lines").toAbsolutePath();

  @Test
  void tablesKeepTheirHistory() throws Exception {
    Path folder = LINES.resolve("delta-4.1");
    LinesIT.remove(folder);
    Files.createDirectories(folder.resolve("work"));
    Path tour = folder.resolve("tour.jar");
    LinesIT.packageClasses(tour, TourOfDelta.class);
    List<String> submit = new ArrayList<>();
    submit.addAll(List.of("--master", "local[2]", "--driver-memory", "1g"));
    submit.addAll(
        List.of(
            "--driver-java-options",
            "-Dlog4j2.configurationFile=file://"
                + Path.of("src/test/lines/log4j2.properties").toAbsolutePath()));
    for (String setting :
        List.of(
            "spark.ui.enabled=false",
            "spark.driver.host=localhost",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.sql.shuffle.partitions=2",
            "spark.databricks.delta.snapshotPartitions=2",
            "spark.sql.warehouse.dir=" + folder.resolve("warehouse"),
            "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog")) {
      submit.addAll(List.of("--conf", setting));
    }
    submit.addAll(List.of("--jars", PackagedJar.path().toString()));
    submit.addAll(List.of("--class", TourOfDelta.class.getName(), tour.toString()));
    submit.add(folder.resolve("work").toString());
    Path log = folder.resolve("tour.log");
    int status =
        SparkProcess.run(
            Jdk.java(17).orElseThrow(), folder, LINES.resolve("delta-4.1.classpath"), submit, log);
    assertThat(status).as("exit status, see " + log).isZero();
    Properties results = new Properties();
    try (Reader reader = Files.newBufferedReader(folder.resolve("work/results.properties"))) {
      results.load(reader);
    }
    checkOverwriting(results);
    checkStreaming(results);
  }

  private static void checkOverwriting(Properties results) {
    assertThat(results.getProperty("first")).startsWith("0 ").contains("Wrote 3 rows");
    assertThat(results.getProperty("again"))
        .startsWith("2 ")
        .contains("Key 'model' is 'DIR/model', which exists already");
    assertThat(results.getProperty("overwrite")).startsWith("0 ").contains("Wrote 2 rows");
    assertThat(results.getProperty("overwrite.history"))
        .isEqualTo("0:WRITE:ErrorIfExists 1:WRITE:Overwrite");
    assertThat(results.getProperty("overwrite.rows")).isEqualTo("5:10 6:21");
    assertThat(results.getProperty("overwrite.columns")).isEqualTo("x y x_batchNorm y_batchNorm");
    assertThat(results.getProperty("overwrite.before")).isEqualTo("1:10 2:20 4:60");
    assertThat(results.getProperty("parquet"))
        .startsWith("2 ")
        .contains(
            "is a Delta table, whose files belong to its log; write it in format delta, or choose another path.");
    assertThat(results.getProperty("parquet.history"))
        .isEqualTo(results.getProperty("overwrite.history"));
  }

  private static void checkStreaming(Properties results) {
    assertThat(results.getProperty("stream")).startsWith("0 ").contains("Wrote 2 rows");
    assertThat(results.getProperty("stream.on")).startsWith("0 ").contains("Wrote 1 row");
    assertThat(results.getProperty("stream.nothing"))
        .startsWith("0 ")
        .contains("The stream had nothing new.");
    assertThat(results.getProperty("stream.rows")).isEqualTo("1:2 3:4 5:6");
    assertThat(results.getProperty("stream.history"))
        .isEqualTo("0:STREAMING UPDATE: 1:STREAMING UPDATE:");
    assertThat(results.getProperty("stream.fixed")).startsWith("2 ").contains("input");
  }
}
