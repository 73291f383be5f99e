package io.normact.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, with the jar that was packaged. */
class SubmitIT {

  private static final Path ROOT = Path.of("").toAbsolutePath();

  @TempDir Path dir;

  private record Result(int status, String out, String err) {}

  private Result submit(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("jobs/submit").toString()));
    command.addAll(List.of(args));
    ProcessBuilder process =
        new ProcessBuilder(command)
            .directory(dir.toFile())
            .redirectOutput(dir.resolve("stdout").toFile())
            .redirectError(dir.resolve("stderr").toFile());
    process.environment().remove("SPARK_HOME");
    process.environment().putAll(environment);
    int status = process.start().waitFor();
    return new Result(
        status, Files.readString(dir.resolve("stdout")), Files.readString(dir.resolve("stderr")));
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
            ROOT.resolve("jobs/breast-cancer.yaml").toString(),
            "--set",
            "input.path=" + ROOT.resolve(JobFixture.SAMPLE),
            "--set",
            "output.path=out",
            "--set",
            "model=model",
            "--set",
            "report=");

    // The JVM itself warns of the incubating module that Spark asks for.
    assertThat(result.err().replaceFirst("WARNING: Using incubator modules: .*\n", "")).isEmpty();
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

  @Test
  void goesThroughSparkSubmitOfSparkHome() throws Exception {
    Path submit = Files.createDirectories(dir.resolve("spark/bin")).resolve("spark-submit");
    Files.writeString(submit, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n", UTF_8);
    assertThat(submit.toFile().setExecutable(true)).isTrue();

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
    assertThat(words.get(6)).matches(".*/target/normact-spark_2\\.13-[^/]*\\.jar");
    assertThat(words.subList(7, 10)).containsExactly("run", "--set", "a=b c");
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
