package io.normact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.normact.ml.BatchNormModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Python tests, on the wheel with the packaged jar: in a classic session, and on Connect. */
class PythonIT {

  private static final Path PYTHON = Path.of("target/python/venv/bin/python").toAbsolutePath();
  private static final Path LOGS = Path.of("target/python");

  @BeforeAll
  static void wheelIsInstalled() throws Exception {
    boolean there = Files.isExecutable(PYTHON);
    if (!there) {
      System.out.println(
          "[WARNING] Python tests are skipped: no %s; src/test/python/environment makes it."
              .formatted(PYTHON));
    }
    assumeTrue(there, "no virtual environment");
    run(
        "wheel.log",
        List.of(
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--no-deps",
            "--no-build-isolation",
            "--force-reinstall",
            "src/main/python"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "connect"})
  void testsPass(String session) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"));
    if (session.equals("connect")) {
      arguments.add("--connect");
    }
    arguments.add("src/test/python");
    run(session + ".log", arguments);
    if (session.equals("connect")) {
      assertThatJavaPredictsTheSame(LOGS.resolve("for-java"));
    }
  }

  /** A pipeline that is saved over Connect has Python's metadata; its stages have Java's. */
  private static void assertThatJavaPredictsTheSame(Path folder) throws IOException {
    Dataset<Row> expected =
        LocalSpark.session().read().parquet(folder.resolve("predictions").toString());
    Dataset<Row> rows = expected.drop("prediction");
    try (Stream<Path> stages = Files.list(folder.resolve("pipeline/stages"))) {
      for (Path stage : stages.sorted().toList()) {
        rows = load(stage).transform(rows);
      }
    }
    assertThat(rows.select("label", "prediction").collectAsList())
        .isEqualTo(expected.select("label", "prediction").collectAsList())
        .hasSizeGreaterThan(500);
  }

  private static Transformer load(Path stage) {
    String path = stage.toString();
    return switch (stage.getFileName().toString().charAt(0)) {
      case '0' -> BatchNormModel.load(path);
      case '1' -> VectorAssembler.load(path);
      default -> LogisticRegressionModel.load(path);
    };
  }

  private static void run(String log, List<String> arguments)
      throws IOException, InterruptedException {
    Path output = LOGS.resolve(log);
    List<String> command = new ArrayList<>(List.of(PYTHON.toString()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    // The tests take the PySpark of their environment, and the jar in the wheel.
    Stream.of("SPARK_HOME", "SPARK_CONF_DIR", "PYTHONPATH", "PYSPARK_SUBMIT_ARGS")
        .forEach(builder.environment()::remove);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().put("PYSPARK_PYTHON", PYTHON.toString());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(15, TimeUnit.MINUTES)).as("%s ends", log).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    assertThat(process.exitValue()).as("%s\n%s", log, Files.readString(output)).isZero();
  }
}
