package io.normact.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.job.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a command line answered, once the answer is known to have the form that every answer must
 * have: all is done and nothing is on stderr; or one line there says what is wrong, nothing is on
 * stdout, and every file is as it was.
 *
 * @param status exit status
 * @param error the line on stderr; empty if all is done
 */
record JobAnswer(int status, String error) {

  private static final int LONGEST = 1000;

  /** Runs a command on files in a folder. */
  static JobAnswer of(Path folder, List<String> command) throws IOException {
    LocalSpark.session();
    TreeMap<String, Integer> before = files(folder);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            command.toArray(new String[0]),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    JobAnswer answer = new JobAnswer(status, err.toString(UTF_8));
    if (status == 0) {
      assertThat(answer.error).isEmpty();
      assertThat(out.toString(UTF_8)).isNotEmpty();
      return answer;
    }
    answer.assertIsOneLine();
    // What is said of the columns is said before their rows are read.
    assertThat(out.toString(UTF_8).lines()).allMatch(line -> line.startsWith("Left out, being "));
    TreeMap<String, Integer> after = files(folder);
    // The log is what a failed job is asked for, wherever it is.
    after.keySet().removeIf(name -> name.endsWith("job.log"));
    before.keySet().removeIf(name -> name.endsWith("job.log"));
    if (!before.containsKey("out") && after.tailMap("out/").headMap("out0").isEmpty()) {
      after.remove("out");
    }
    assertThat(after).as("files after '%s'", answer.error).isEqualTo(before);
    return answer;
  }

  private void assertIsOneLine() {
    assertThat(status).as(error).isBetween(1, 2);
    assertThat(error)
        .startsWith("Error: ")
        .endsWith("\n")
        .hasSizeLessThan(LONGEST)
        // Neither a stack trace nor the bare name of a class says anything to a user.
        .doesNotContain("\tat ", "scala.MatchError")
        .doesNotContainPattern("[a-z]\\.[A-Z]\\w*(Exception|Error)\\b")
        .doesNotContainPattern("^Error: [A-Za-z.]*(Exception|Error)\\b");
    assertThat(error.substring(0, error.length() - 1))
        .doesNotContainPattern("[\\p{Cc}\\u2028\\u2029]");
  }

  /** Asserts that the fault is found in the command or the spec, and the place is named. */
  void assertBlamesTheSpec() {
    assertThat(status).as(error).isEqualTo(2);
    assertThat(error)
        .containsPattern(
            "^Error: (Key|Option|Spec|Command|Argument|The spec|Unmatched|Missing|Expected)\\b");
  }

  /** Every file below the folder, with a hash of its bytes. */
  static TreeMap<String, Integer> files(Path folder) throws IOException {
    TreeMap<String, Integer> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.toList()) {
        files.put(
            folder.relativize(file).toString(),
            Files.isRegularFile(file) ? Arrays.hashCode(Files.readAllBytes(file)) : 0);
      }
    }
    return files;
  }
}
