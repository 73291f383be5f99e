package io.normact.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.job.JobFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a job says while it runs: on the terminal where somebody asks for it, and in a file. */
@Tag("thorough")
class ProgressTest extends JobFixture {

  private static final String SPEC =
      """
      input: {format: json, path: DIR/in.json, schema: "x DOUBLE, y DOUBLE"}
      stages:
        - batchNorm: {learn: infomax, activation: tanh, handleInvalid: skip}
        - batchNorm
      output: {path: DIR/out}
      model: DIR/model
      """;

  private static final String TIME = "[0-9,]+\\.[0-9] s";

  private Result job(String command, String... options) {
    List<String> all = new ArrayList<>();
    for (String option : options) {
      all.add(option.replace("DIR", dir.toString()));
    }
    return run(command, SPEC, all);
  }

  private void writeRows() {
    StringBuilder rows = new StringBuilder("{\"x\":7}\n");
    for (int i = 0; i < 50; i++) {
      rows.append("{\"x\":").append(i % 7).append(",\"y\":").append(i % 5 * 0.5).append("}\n");
    }
    write("in.json", rows.toString());
  }

  private static List<String> timeless(String text) {
    return text.lines().map(line -> line.replaceAll(TIME, "TIME")).toList();
  }

  /** What a program reads is the same, with progress or without. */
  @Test
  void passesAreSaidOnStderrWhereAskedFor() {
    writeRows();
    Result quiet = job("run", "--no-progress", "--set", "report=DIR/r.html");
    Result told = job("run", "--progress", "--set", "mode=overwrite", "--set", "report=DIR/r.html");
    assertThat(quiet.err()).isEmpty();
    assertThat(told.out()).isEqualTo(quiet.out());
    assertThat(timeless(told.err()))
        .contains("Statistics of batchNorm 1 of 2: 51 rows in TIME.")
        .anyMatch(
            line ->
                line.matches(
                    "Learning of batchNorm 1 of 2: iteration 1 after TIME, objective -[0-9.]+\\."))
        .endsWith(
            "Statistics of batchNorm 2 of 2: 50 rows in TIME.",
            "Report: 51 rows in TIME.",
            "Output: 50 rows in TIME.");
    assertThat(timeless(job("update", "--progress", "--batch-id", "1").err()))
        .containsExactly("Update: 50 rows in TIME.");
    Result transformed =
        job(
            "transform",
            "--progress",
            "--set",
            "output={path: DIR/streamed, checkpoint: DIR/checkpoint}",
            "--set",
            "input={format: json, path: DIR/in.json*, schema: \"x DOUBLE, y DOUBLE\", streaming: true}");
    assertThat(timeless(transformed.err())).containsExactly("Batch 0: 51 rows in TIME.");
  }

  @Test
  void fileHasAllThatIsLoggedAndSaid() throws IOException {
    writeRows();
    Logger root = (Logger) LogManager.getRootLogger();
    Level level = root.getLevel();
    List<String> appenders = List.copyOf(root.getAppenders().keySet());
    Result result = job("run", "--log", "DIR/logs/job.log");
    assertThat(result.err()).isEmpty();
    Path log = dir.resolve("logs/job.log");
    String text = Files.readString(log);
    assertThat(result.out()).isNotEmpty();
    for (String line : result.out().replace("DIR", dir.toString()).lines().toList()) {
      assertThat(text).contains(": " + line + "\n");
    }
    assertThat(timeless(text))
        .anyMatch(line -> line.endsWith("Statistics of batchNorm 1 of 2: 51 rows in TIME."))
        .anyMatch(line -> line.endsWith("Output: 50 rows in TIME."))
        .anyMatch(line -> line.contains(" infomax: iteration 1, objective"));
    assertThat(text)
        .containsPattern(
            "(?m)^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO .*DAGScheduler");
    assertThat(root.getLevel()).isEqualTo(level);
    assertThat(root.getAppenders().keySet()).containsExactlyElementsOf(appenders);
    // Nothing goes there afterwards, and the next job adds to it: its error with a stack trace.
    job("run", "--set", "mode=overwrite");
    assertThat(Files.readString(log)).isEqualTo(text);
    Result failed = job("fit", "--log", "DIR/logs/job.log");
    assertThat(failed.status()).isEqualTo(2);
    assertThat(failed.err()).hasLineCount(1);
    assertThat(Files.readString(log))
        .startsWith(text)
        .containsPattern("ERROR .*: Failed\\.\n.*SpecException: Key 'model' is '.*\n\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "job.txt | Option --log is 'job.txt', but must be a file of this machine ending in .log.",
        "'' | Option --log is '', but must be a file of this machine ending in .log.",
        "hdfs://host/job.log | Option --log is 'hdfs://host/job.log', but must be a file of this machine ending in .log.",
        "DIR/in.json/job.log | Option --log is 'DIR/in.json/job.log', which can't be written: FileAlreadyExists.",
        "DIR/folder.log | Option --log is 'DIR/folder.log', which can't be written: FileSystem."
      })
  void logGoesToAFileThatCanBeWritten(String file, String message) throws IOException {
    writeRows();
    Files.createDirectories(dir.resolve("folder.log"));
    assertThat(job("run", "--log", file)).isEqualTo(new Result(2, "", "Error: " + message + "\n"));
    assertThat(files()).doesNotContain("out", "model");
  }

  /** What is replaced would take the log with it. */
  @ParameterizedTest
  @ValueSource(strings = {"out", "model"})
  void logLiesApartFromOutputs(String output) {
    writeRows();
    Result result = job("run", "--log", "DIR/" + output + "/job.log", "--set", "mode=overwrite");
    assertThat(result.err()).contains("' is 'DIR/" + output + "', which holds the log 'DIR/");
    assertThat(result.status()).isEqualTo(2);
  }
}
