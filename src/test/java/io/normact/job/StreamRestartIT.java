package io.normact.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.job.JobProcess.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream that is killed and started again writes each row once. */
class StreamRestartIT {

  private static final String[] STREAMING = {
    "input.streaming=true",
    "input.options.maxFilesPerTrigger=1",
    "output.path=%s/streamed",
    "output.checkpoint=%s/checkpoint"
  };

  private static final int ROWS_A_FILE = ClusterJob.ROWS / ClusterJob.FILES;

  /** Each start goes further than the one before it, so the stream has ended long before. */
  private static final int MOST_DEATHS = 25;

  @TempDir Path dir;

  private ClusterJob job;

  @BeforeEach
  void fitAndTransformABatch() throws Exception {
    job = ClusterJob.in(dir.resolve("job"), 7);
    assertThat(job.runHere("run").status()).isZero();
  }

  private Result transform(int change) throws Exception {
    List<String> options = new ArrayList<>(ClusterJob.LOCAL);
    options.addAll(Faults.deathAtChange(job.folder(), change));
    List<String> overrides = new ArrayList<>();
    for (String override : STREAMING) {
      overrides.add(String.format(Locale.ROOT, override, job.folder()));
    }
    return job.start("transform", options, overrides.toArray(new String[0])).waitFor();
  }

  /** How many batches are done. */
  private int batches() {
    String[] commits = job.folder().resolve("checkpoint/commits").toFile().list();
    return commits == null
        ? 0
        : (int) Arrays.stream(commits).filter(name -> name.matches("\\d+")).count();
  }

  private List<String> streamed() {
    return ClusterJob.rows(job.folder().resolve("streamed"));
  }

  private void assertEachRowOnce() throws Exception {
    assertThat(streamed()).hasSize(ClusterJob.ROWS).isEqualTo(job.outputs().rows());
  }

  /** Whoever reads after a death finds the rows of whole files, each right and once. */
  private void assertNoRowTwiceNorTornFile(int before) throws Exception {
    int done = batches();
    assertThat(done).isGreaterThanOrEqualTo(before);
    if (done > 0) {
      List<String> rows = streamed();
      assertThat(rows).doesNotHaveDuplicates();
      assertThat(job.outputs().rows()).containsAll(rows);
      // A batch after a death may take the file of the dead one along, so none has less than one.
      assertThat(rows).hasSizeGreaterThanOrEqualTo(done * ROWS_A_FILE);
      assertThat(rows.stream().collect(Collectors.groupingBy(StreamRestartIT::file)).values())
          .allSatisfy(ofOneFile -> assertThat(ofOneFile).hasSize(ROWS_A_FILE));
    }
  }

  /** The number of the file that held a row. */
  private static int file(String row) {
    return Integer.parseInt(row.substring(1, row.indexOf(','))) % ClusterJob.FILES;
  }

  @Test
  @Tag("cluster")
  void killedInMidStreamItGoesOnWhereItWas() throws Exception {
    for (int change : new int[] {40, 25}) {
      assertThat(transform(change).status()).isEqualTo(JobProcess.KILLED);
      assertThat(batches()).isBetween(1, ClusterJob.FILES - 1);
      assertNoRowTwiceNorTornFile(1);
    }

    assertThat(transform(0).err()).isEqualTo(JobProcess.VECTORS);
    assertEachRowOnce();
  }

  /** Every change of the first start, before which there is no checkpoint, then every eighth. */
  @Test
  @Tag("faults")
  void killedAgainAndAgainItGoesOnWhereItWas() throws Exception {
    int deaths = 0;
    int batches = 0;
    int change = 1;
    Result result = transform(change);
    while (result.status() == JobProcess.KILLED) {
      deaths++;
      assertThat(deaths).isLessThan(MOST_DEATHS);
      assertNoRowTwiceNorTornFile(batches);
      batches = batches();
      change += change < 8 ? 1 : 8;
      result = transform(change);
    }

    assertThat(result.status()).as(result.err()).isZero();
    Files.writeString(
        Files.createDirectories(JobProcess.ROOT.resolve("target/cluster")).resolve("stream.txt"),
        String.format(Locale.ROOT, "%d deaths, the last before change %d", deaths, change));
    assertThat(deaths).isGreaterThanOrEqualTo(8);
    assertEachRowOnce();
  }
}
