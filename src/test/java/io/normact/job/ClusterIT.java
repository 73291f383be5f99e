package io.normact.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.job.JobProcess.Result;
import io.normact.job.fault.FaultyTasks.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar on a cluster of processes gives the bits of local mode. */
@Tag("cluster")
class ClusterIT {

  private static final String SAID =
      """
      Fitted batchNorm: 6 features on 1,000 rows.
      Wrote 1,000 rows with 14 columns to %1$s/out.
      Saved the model to %1$s/model.
      """;

  @TempDir static Path dir;

  private static LocalRun local;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    local = LocalRun.of(ClusterJob.in(dir.resolve("local"), 7));
    cluster = StandaloneCluster.start(JobProcess.ROOT.resolve("target/cluster/ClusterIT"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void clientModeGivesTheBitsOfLocalMode() throws Exception {
    ClusterJob job = ClusterJob.in(dir.resolve("client"), 7);

    Result result = job.start("run", cluster.options()).waitFor();

    assertThat(result).isEqualTo(new Result(0, SAID.formatted(job.folder()), ""));
    assertThat(job.outputs()).isEqualTo(local.outputs());
  }

  @Test
  void clusterModeGivesTheBitsOfLocalMode() throws Exception {
    ClusterJob job = ClusterJob.in(dir.resolve("cluster"), 7);
    List<String> options = new ArrayList<>(cluster.options());
    options.addAll(List.of("--deploy-mode", "cluster"));

    JobProcess submission = job.start("run", options);
    Result driver = cluster.waitForDriver();
    submission.kill();

    assertThat(driver.out()).isEqualTo(SAID.formatted(job.folder()));
    assertThat(driver.status()).isZero();
    assertThat(job.outputs()).isEqualTo(local.outputs());
  }

  @Test
  void executorsKilledInFitInLearningAndInTransformLeaveNoTrace() throws Exception {
    ClusterJob job = ClusterJob.in(dir.resolve("killed"), 7);
    Map<Integer, Fault> stages =
        Map.of(
            local.stageOfMoments(), Fault.KILL,
            local.stageOfLearning(1), Fault.KILL,
            local.stageOfLearning(2), Fault.FAIL,
            local.stageOfTransform(), Fault.KILL);
    Faults faults = Faults.ofTasks(job.folder(), stages);
    List<String> options = new ArrayList<>(cluster.options());
    options.addAll(faults.options());

    Result result = job.start("run", options).waitFor();

    assertThat(result.out()).isEqualTo(SAID.formatted(job.folder()));
    assertThat(result.status()).isZero();
    assertThat(faults.happened()).hasSize(4);
    assertThat(job.outputs()).isEqualTo(local.outputs());
  }
}
