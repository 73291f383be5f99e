package io.normact.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.job.JobProcess.Result;
import io.normact.job.fault.FaultyTasks.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packaged jar on a cluster of processes gives the bits of local mode. */
class ClusterIT {

  private static final String SAID =
      """
      Fitted batchNorm: 6 features on 1,000 rows.
        Learned by supervised with loss logistic: 3 iterations, objective 0.646522; not converged, raise maxIter.
      Wrote 1,000 rows with 14 columns to FOLDER/out.
      Saved the model to FOLDER/model.
      """;

  /** What Spark allows a task before it ends the job. */
  private static final int ATTEMPTS = 4;

  private static final Pattern LOST_EXECUTOR =
      Pattern.compile(".* ERROR TaskSchedulerImpl: Lost executor .*\n");

  private static final String LOST_TASK =
      "Error: .*Task 0 in stage .* failed 4 times.*ExecutorLostFailure.*\n";

  private static final Path LOGS = JobProcess.ROOT.resolve("target/cluster");

  @TempDir static Path dir;

  private static LocalRun local;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    local = LocalRun.of(ClusterJob.in(dir.resolve("local"), 7));
    cluster = StandaloneCluster.start(LOGS.resolve("steady"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static List<String> options(StandaloneCluster cluster, Faults faults) {
    List<String> options = new ArrayList<>(cluster.options());
    options.addAll(faults.options());
    return options;
  }

  private static void assertBitsOfLocalMode(ClusterJob job, Result result) throws IOException {
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo(SAID.replace("FOLDER", job.folder().toString()));
    assertThat(job.outputs()).isEqualTo(local.outputs());
  }

  @Test
  @Tag("faults")
  void clientModeGivesTheBitsOfLocalMode() throws Exception {
    ClusterJob job = ClusterJob.in(dir.resolve("client"), 7);

    Result result = job.start("run", cluster.options()).waitFor();

    assertBitsOfLocalMode(job, result);
    assertThat(result.err()).isEqualTo(JobProcess.VECTORS);
  }

  @Test
  @Tag("cluster")
  void clusterModeGivesTheBitsOfLocalMode() throws Exception {
    ClusterJob job = ClusterJob.in(dir.resolve("cluster"), 7);
    List<String> options = new ArrayList<>(cluster.options());
    options.addAll(List.of("--deploy-mode", "cluster"));

    JobProcess submission = job.start("run", options);
    Result driver = cluster.waitForDriver();
    submission.kill();

    assertBitsOfLocalMode(job, driver);
  }

  @Test
  @Tag("cluster")
  void executorKilledInLearningAndTaskFailedAfterWritingLeaveNoTrace() throws Exception {
    assertNoTrace(
        "killed",
        Map.of(local.stageOfLearning(1), Fault.KILL, local.stageOfTransform(), Fault.FAIL));
  }

  @Test
  @Tag("faults")
  void executorsKilledInFitInLearningAndInTransformLeaveNoTrace() throws Exception {
    assertNoTrace(
        "thrice",
        Map.of(
            local.stageOfMoments(), Fault.KILL,
            local.stageOfLearning(0), Fault.KILL,
            local.stageOfLearning(2), Fault.FAIL,
            local.stageOfTransform(), Fault.KILL));
  }

  @Test
  @Tag("faults")
  void stragglersThatAreOvertakenLeaveNoTrace() throws Exception {
    assertNoTrace(
        "straggler",
        Map.of(
            local.stageOfMoments(), Fault.HOLD,
            local.stageOfLearning(1), Fault.HOLD,
            local.stageOfTransform(), Fault.HOLD),
        "spark.speculation=true",
        "spark.speculation.quantile=0.5",
        "spark.speculation.multiplier=1.1");
  }

  private static void assertNoTrace(String name, Map<Integer, Fault> stages, String... confs)
      throws Exception {
    ClusterJob job = ClusterJob.in(dir.resolve(name), 7);
    Faults faults = Faults.ofTasks(job.folder(), stages);
    List<String> options = options(cluster, faults);
    for (String conf : confs) {
      options.addAll(List.of("--conf", conf));
    }

    Result result = job.start("run", options).waitFor();

    assertBitsOfLocalMode(job, result);
    assertThat(faults.happened()).hasSameSizeAs(stages.keySet());
  }

  @Test
  @Tag("faults")
  void workerKilledInLearningLeavesNoTrace() throws Exception {
    ClusterJob job = ClusterJob.in(dir.resolve("worker"), 7);
    int stage = local.stageOfLearning(1);
    Faults faults = Faults.ofTasks(job.folder(), Map.of(stage, Fault.HOLD));

    try (StandaloneCluster fragile = StandaloneCluster.start(LOGS.resolve("fragile"))) {
      JobProcess running = job.start("run", options(fragile, faults));
      fragile.killWorkerOf(faults.await(Fault.HOLD, stage));

      assertBitsOfLocalMode(job, running.waitFor());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FAIL_ALWAYS", "KILL_ALWAYS"})
  @Tag("faults")
  void taskThatNeverSucceedsFailsTheJobInOneLineAndLeavesWhatWasThere(Fault fault)
      throws Exception {
    ClusterJob job = ClusterJob.in(dir.resolve(fault.name()), 1);
    assertThat(job.runHere("run").status()).isZero();
    ClusterJob.Outputs old = job.outputs();
    ClusterJob changed = ClusterJob.in(job.folder(), 7);
    int stage = local.stageOfTransform();
    Faults faults = Faults.ofTasks(job.folder(), Map.of(stage, fault));

    Result result = changed.start("run", options(cluster, faults), "mode=overwrite").waitFor();

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    List<Long> processes = faults.processes(fault, stage);
    assertThat(processes).hasSize(ATTEMPTS);
    Matcher lost = LOST_EXECUTOR.matcher(result.err());
    if (fault == Fault.KILL_ALWAYS) {
      assertThat(processes).doesNotHaveDuplicates();
      // Spark's scheduler logs a line for each executor that it loses, if it has the time to.
      assertThat(lost.results().count()).isBetween(1L, (long) ATTEMPTS);
    }
    assertThat(lost.replaceAll(""))
        .matches(fault == Fault.KILL_ALWAYS ? LOST_TASK : "Error: .*This task was to fail\\..*\n");
    assertThat(job.outputs()).isEqualTo(old);
    assertThat(job.leftovers()).isEmpty();

    assertBitsOfLocalMode(job, changed.runHere("run", "mode=overwrite"));
  }
}
