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

/** Queries that DataFusion Comet runs for the most part have the bits that Spark gives them. */
@Tag("lines")
class CometIT {

  private static final Path LINES = Path.of("target/lines").toAbsolutePath();

  @Test
  void bitsAreTheSame() throws Exception {
    Path folder = LINES.resolve("comet-4.1");
    LinesIT.remove(folder);
    Files.createDirectories(folder.resolve("work"));
    Path tour = folder.resolve("tour.jar");
    LinesIT.packageClasses(tour, TourOfComet.class);
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
            "spark.sql.warehouse.dir=" + folder.resolve("warehouse"),
            "spark.plugins=org.apache.spark.CometPlugin",
            "spark.sql.extensions=org.apache.comet.CometSparkSessionExtensions",
            "spark.shuffle.manager=org.apache.spark.sql.comet.execution.shuffle.CometShuffleManager",
            "spark.memory.offHeap.enabled=true",
            "spark.memory.offHeap.size=1g")) {
      submit.addAll(List.of("--conf", setting));
    }
    submit.addAll(List.of("--jars", PackagedJar.path().toString()));
    submit.addAll(List.of("--class", TourOfComet.class.getName(), tour.toString()));
    submit.add(folder.resolve("work").toString());
    Path log = folder.resolve("tour.log");
    int status =
        SparkProcess.run(
            Jdk.java(17).orElseThrow(), folder, LINES.resolve("comet-4.1.classpath"), submit, log);
    assertThat(status).as("exit status, see " + log).isZero();
    Properties results = new Properties();
    try (Reader reader = Files.newBufferedReader(folder.resolve("work/results.properties"))) {
      results.load(reader);
    }
    for (String part : List.of("statistics", "stages", "outputs", "sql")) {
      assertThat(results.getProperty(part + ".true"))
          .as(part)
          .isEqualTo(results.getProperty(part + ".false"))
          .isNotEmpty();
    }
    assertThat(results.getProperty("outputs.false.plan"))
        .contains("ColumnarProject")
        .doesNotContain("Comet");
    assertThat(results.getProperty("outputs.true.plan"))
        .contains("ColumnarProject", "CometNativeScan");
    assertThat(results.getProperty("sql.true.plan")).contains("Comet");
  }
}
