package io.normact.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.normact.job.JobProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, with the jar that was packaged. */
class SubmitIT {

  @TempDir Path dir;

  private Result submit(Map<String, String> environment, String... args) throws Exception {
    return JobProcess.start(dir, environment, List.of(args)).waitFor();
  }

  @Test
  void runsFromAnyFolderAndSaysOnlyWhatTheJobSays() throws Exception {
    Result result =
        submit(
            Map.of(),
            "--master",
            "local[2]",
            "--conf",
            "spark.ui.enabled=false",
            "run",
            JobProcess.ROOT.resolve("jobs/breast-cancer.yaml").toString(),
            "--set",
            "input.path=" + JobProcess.ROOT.resolve(JobFixture.SAMPLE),
            "--set",
            "output.path=out",
            "--set",
            "model=model",
            "--set",
            "report=");

    assertThat(result.err()).isEqualTo(JobProcess.VECTORS);
    assertThat(result.status()).isZero();
    assertThat(result.out()).endsWith("to out.\nSaved the model to model.\n");
    assertThat(dir.resolve("out/_SUCCESS")).exists();
  }

  @Test
  void exitStatusOfAWrongSpecGetsThrough() throws Exception {
    Result result = submit(Map.of(), "fit", "nowhere.yaml");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .endsWith("Error: Spec 'nowhere.yaml' can't be read: expected a YAML file.\n")
        .doesNotContain("\tat ");
  }

  /** A Spark whose spark-submit prints what it is given. */
  private void sparkThatPrints() throws IOException {
    Path submit = Files.createDirectories(dir.resolve("spark/bin")).resolve("spark-submit");
    Files.writeString(submit, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n", UTF_8);
    assertThat(submit.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void vectorRegistersAreTurnedOnWhereSparkDoesNot() throws Exception {
    sparkThatPrints();
    Path jars = Files.createDirectories(dir.resolve("spark/jars"));
    Path core = Files.createFile(jars.resolve("spark-core_2.12-3.5.9.jar"));
    Map<String, String> home = Map.of("SPARK_HOME", dir.resolve("spark").toString());
    assertThat(submit(home, "--master", "yarn", "run", "x.yaml").out().lines().limit(6))
        .containsExactly(
            "--conf",
            "spark.driver.defaultJavaOptions=--add-modules=jdk.incubator.vector",
            "--conf",
            "spark.executor.defaultJavaOptions=--add-modules=jdk.incubator.vector",
            "--master",
            "yarn");
    Files.move(core, jars.resolve("spark-core_2.13-4.0.1.jar"));
    assertThat(submit(home, "run", "x.yaml").out()).startsWith("--class\n");
  }

  @Test
  void goesThroughSparkSubmitOfSparkHome() throws Exception {
    sparkThatPrints();
    Result result =
        submit(
            Map.of("SPARK_HOME", dir.resolve("spark").toString()),
            "--master",
            "yarn",
            "--supervise",
            "--name=a b",
            "run",
            "--set",
            "a=b c");

    List<String> words = result.out().lines().toList();
    assertThat(words).hasSize(10);
    assertThat(words.subList(0, 6))
        .containsExactly(
            "--master", "yarn", "--supervise", "--name=a b", "--class", "io.normact.job.Main");
    assertThat(words.get(6)).matches(".*/target/normact-spark-[^/]*\\.jar");
    assertThat(words.subList(7, 10)).containsExactly("run", "--set", "a=b c");
  }

  /** Where somebody looks on, the job says how it goes on; a program that reads along is spared. */
  @Test
  void progressIsForTerminals() throws Exception {
    sparkThatPrints();
    Map<String, String> home = Map.of("SPARK_HOME", dir.resolve("spark").toString());
    assertThat(submit(home, "run", "x.yaml").out()).doesNotContain("rogress");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "There is no script(1) here.");
    assertThat(onTerminal(home, "run x.yaml"))
        .startsWith("--conf\nspark.ui.showConsoleProgress=true\n")
        .endsWith("run\nx.yaml\n--progress\n");
    assertThat(onTerminal(home, "run x.yaml --no-progress"))
        .endsWith("run\nx.yaml\n--no-progress\n");
  }

  private String onTerminal(Map<String, String> environment, String args) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                "/usr/bin/script",
                "-qec",
                "'" + JobProcess.ROOT.resolve("jobs/submit") + "' " + args,
                "/dev/null")
            .directory(dir.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), UTF_8).replace("\r", "");
  }

  /** All that a JVM says has arrived when it ends, though it ends at once. */
  @Test
  void errorsOfTheJvmGetThrough() throws Exception {
    Map<String, String> home = sparkThatSays("exit 7");
    for (String said :
        List.of(
            "", "a\nb\n", "a\n" + JobProcess.VECTORS, "half a line", JobProcess.VECTORS + "\n")) {
      Files.writeString(dir.resolve("said"), said);
      assertThat(submit(home, "run", "x.yaml")).isEqualTo(new Result(7, "", said));
    }
  }

  /** On a terminal the JVM's own first line is left out, and no other is, be it whole or not. */
  @Test
  void vectorRegistersAreNoNewsOnATerminal() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "There is no script(1) here.");
    // A JVM that has said its last word takes a while to end, too.
    Map<String, String> home = sparkThatSays("sleep 1");
    String second = "a\n" + JobProcess.VECTORS;
    for (String said : List.of(second, JobProcess.VECTORS + second, "half a line")) {
      Files.writeString(dir.resolve("said"), said);
      assertThat(onTerminal(home, "run x.yaml"))
          .isEqualTo(said.replace(JobProcess.VECTORS + second, second));
    }
  }

  /** A Spark whose spark-submit says what stands in the file "said", and ends like this. */
  private Map<String, String> sparkThatSays(String end) throws IOException {
    sparkThatPrints();
    Files.writeString(
        dir.resolve("spark/bin/spark-submit"),
        "#!/bin/sh\ncat '" + dir + "/said' >&2\n" + end + "\n",
        UTF_8);
    return Map.of("SPARK_HOME", dir.resolve("spark").toString());
  }

  @Test
  void sparkHomeWithoutSparkIsNamed() throws Exception {
    assertThat(submit(Map.of("SPARK_HOME", "/nowhere"), "run", "x.yaml"))
        .isEqualTo(
            new Result(
                2,
                "",
                "Error: SPARK_HOME is '/nowhere', but there is no bin/spark-submit in it.\n"));
  }
}
