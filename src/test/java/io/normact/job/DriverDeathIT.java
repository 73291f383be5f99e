package io.normact.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.job.ClusterJob.Outputs;
import io.normact.job.JobProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wherever a driver is killed, the outputs are the old ones or the new ones, all together. */
@Tag("faults")
class DriverDeathIT {

  /** While the new outputs are written, the changes that are passed over; none from then on. */
  private static final int STRIDE = 7;

  private static final List<String> NAMES = List.of("model", "out", "report.html", "report.json");

  @TempDir Path dir;

  private ClusterJob job;

  /** What the job writes for the one input and for the other. */
  private final List<Outputs> expected = new ArrayList<>();

  @BeforeEach
  void bothOutputs() throws Exception {
    job = ClusterJob.in(dir.resolve("job"), 7);
    for (int input = 0; input < 2; input++) {
      ClusterJob.in(dir.resolve("input-" + input), input);
      assertThat(overwriteHere(input).status()).isZero();
      expected.add(job.outputs());
    }
    assertThat(expected.get(0)).isNotEqualTo(expected.get(1));
  }

  private String[] overrides(int input) {
    return new String[] {
      "mode=overwrite",
      "stages.0.batchNorm.learn=none",
      "report=" + job.folder().resolve("report.html"),
      "input.path=" + dir.resolve("input-" + input).resolve("in")
    };
  }

  private Result overwriteHere(int input) {
    return job.runHere("run", overrides(input));
  }

  private Result overwriteAndDie(int input, int change) throws Exception {
    List<String> options = new ArrayList<>(ClusterJob.LOCAL);
    options.addAll(Faults.deathAtChange(job.folder(), change));
    return job.start("run", options, overrides(input)).waitFor();
  }

  @Test
  void killedBeforeAnyChangeOfItsFolderItLeavesOldOrNew() throws Exception {
    Map<String, Integer> found = new TreeMap<>();
    int input = 0;
    int stride = STRIDE;
    Result result = new Result(JobProcess.KILLED, "", "");
    for (int change = 1; result.status() == JobProcess.KILLED; change += stride) {
      result = overwriteAndDie(input, change);
      if (stride > 1 && (Files.exists(beside("model", "group")) || result.status() == 0)) {
        // The replacement has begun somewhere in this stride, which is gone through again.
        change -= stride;
        stride = 1;
        result = new Result(JobProcess.KILLED, "", "");
      } else if (result.status() == JobProcess.KILLED) {
        found.merge(stateAfterDeath(input, change), 1, Integer::sum);
      }
      assertThat(overwriteHere(input).status()).isZero();
      assertThat(job.outputs()).isEqualTo(expected.get(input));
      assertThat(names()).containsExactlyInAnyOrderElementsOf(NAMES);
      input = 1 - input;
    }

    System.out.println(found); // NOPMD
    assertThat(result).isEqualTo(new Result(0, result.out(), ""));
    assertThat(found.keySet()).contains("old", "new");
  }

  /** What a user finds, before and after the next job has looked at the folder. */
  private String stateAfterDeath(int input, int change) throws Exception {
    List<String> away = new ArrayList<>();
    for (String name : NAMES) {
      if (!Files.exists(job.folder().resolve(name))) {
        away.add(name);
        assertThat(beside(name, "new")).as("change %d", change).exists();
        assertThat(beside(name, "old")).as("change %d", change).exists();
      }
    }
    Result refused =
        job.runHere("run", overrides(input)[1], overrides(input)[2], overrides(input)[3]);
    assertThat(refused.status()).as("change %d: %s", change, refused).isEqualTo(2);
    assertThat(refused.err()).contains("exists already");
    assertThat(job.outputs()).as("change %d", change).isIn(expected);
    boolean old = job.outputs().equals(expected.get(1 - input));
    return (old ? "old" : "new") + (away.isEmpty() ? "" : ", after " + away + " was away");
  }

  private Path beside(String name, String what) {
    return job.folder().resolve(".%s.normact-%s".formatted(name, what));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(job.folder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.matches("in|spec.yaml|job-.*|\\..*[.]crc|faults.*"))
          .toList();
    }
  }
}
