package io.normact.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.job.ClusterJob.Outputs;
import io.normact.job.JobProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Wherever a driver is killed, the outputs are the old ones or the new ones, all together. */
@Tag("faults")
class DriverDeathIT {

  /** From one death to the next, in changes of the folder; {@link ReplacementIT} tries each. */
  private static final int STRIDE = 17;

  private static final List<String> NAMES = List.of("model", "out", "report.html", "report.json");

  private static final int MOMENTS = 10;

  private static final Path LOGS = JobProcess.ROOT.resolve("target/cluster");

  @TempDir Path dir;

  private ClusterJob job;

  /** What the job writes for the one input and for the other. */
  private final List<Outputs> expected = new ArrayList<>();

  /** How often which state was found; kept beside the logs. */
  private final Map<String, Integer> found = new TreeMap<>();

  @AfterEach
  void publish(TestInfo test) throws IOException {
    String name = test.getTestMethod().orElseThrow().getName() + ".txt";
    Files.writeString(Files.createDirectories(LOGS).resolve(name), found.toString());
  }

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
  void killedAtChangesOfItsFolderItLeavesOldOrNew() throws Exception {
    int input = 0;
    int change = 1;
    Result result = overwriteAndDie(input, change);
    while (result.status() == JobProcess.KILLED) {
      record(stateAfterDeath(input, "change " + change));
      input = 1 - input;
      change += STRIDE;
      result = overwriteAndDie(input, change);
    }

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(found.keySet()).contains("old", "new");
  }

  @Test
  void killedAtTenMomentsOnAClusterItLeavesOldOrNew() throws Exception {
    try (StandaloneCluster cluster = StandaloneCluster.start(LOGS.resolve("driver"))) {
      long start = System.nanoTime();
      assertThat(job.start("run", cluster.options(), overrides(0)).waitFor().status()).isZero();
      long duration = System.nanoTime() - start;
      assertThat(job.outputs()).isEqualTo(expected.get(0));
      Random random = new Random(10);
      for (int deaths = 0, input = 1; deaths < MOMENTS; input = 1 - input) {
        JobProcess running = job.start("run", cluster.options(), overrides(input));
        boolean ended = running.endsWithin((long) (duration * random.nextDouble()));
        running.kill();
        if (ended) {
          assertThat(job.outputs()).isEqualTo(expected.get(input));
        } else {
          deaths++;
          record(stateAfterDeath(input, "moment " + deaths));
        }
      }
    }
  }

  private void record(String state) {
    found.merge(state, 1, Integer::sum);
  }

  /** What a user finds, before and after the next job has looked at the folder. */
  private String stateAfterDeath(int input, String when) throws Exception {
    List<String> away = new ArrayList<>();
    for (String name : NAMES) {
      if (!Files.exists(job.folder().resolve(name))) {
        away.add(name);
        assertThat(beside(name, "new")).as(when).exists();
        assertThat(beside(name, "old")).as(when).exists();
      }
    }
    Result refused =
        job.runHere("run", overrides(input)[1], overrides(input)[2], overrides(input)[3]);
    assertThat(refused.status()).as("%s: %s", when, refused).isEqualTo(2);
    assertThat(refused.err()).contains("exists already");
    assertThat(job.outputs()).as(when).isIn(expected);
    boolean old = job.outputs().equals(expected.get(1 - input));
    assertThat(overwriteHere(input).status()).as(when).isZero();
    assertThat(job.outputs()).as(when).isEqualTo(expected.get(input));
    assertThat(job.leftovers()).as(when).isEmpty();
    return (old ? "old" : "new") + (away.isEmpty() ? "" : ", after " + away + " was away");
  }

  private Path beside(String name, String what) {
    return job.folder().resolve(String.format(Locale.ROOT, ".%s.normact-%s", name, what));
  }
}
