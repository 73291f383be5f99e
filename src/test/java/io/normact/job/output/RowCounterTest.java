package io.normact.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.job.JobFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Spark tells listeners may be dropped; no job waits for it. */
@Tag("thorough")
class RowCounterTest extends JobFixture {

  /** Holds up the queue that all listeners of a session share, as a slow one does. */
  private static final class Deaf extends SparkListener {
    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);

    @Override
    public void onJobStart(SparkListenerJobStart event) {
      hold();
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      hold();
    }

    private void hold() {
      begun.countDown();
      try {
        assertThat(end.await(5, TimeUnit.MINUTES)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void jobsEndThoughNoListenerHearsOfThem() throws Exception {
    write("in/1.json", "{\"x\":1}\n{\"x\":2}\n{\"x\":3}\n");
    SparkContext context = LocalSpark.session().sparkContext();
    Deaf deaf = new Deaf();
    context.addSparkListener(deaf);
    try {
      String spec = ONE_NUMBER.replace("in.json", "in");
      Result run = run("run", spec, List.of("--set", "report=" + path("report.html")));
      assertThat(deaf.begun.getCount()).isZero();
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).contains("Wrote 3 rows with 2 columns to DIR/out.\n");
      Result stream =
          run(
              "transform",
              spec,
              List.of(
                  "--set", "input.streaming=true",
                  "--set", "output.path=" + path("streamed"),
                  "--set", "output.checkpoint=" + path("checkpoint")));
      assertThat(stream.err()).isEmpty();
      assertThat(stream.out())
          .isEqualTo("Wrote 3 rows to DIR/streamed; the stream's last batch was number 0.\n");
    } finally {
      deaf.end.countDown();
      context.removeSparkListener(deaf);
    }
  }

  /** Each command, format and mode, with all that looks at rows. */
  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void noCommandWaitsForAnEvent() throws Exception {
    write("in.json", "{\"x\":1,\"k\":0}\n{\"x\":2,\"k\":1}\n{\"x\":3,\"k\":1}\n");
    String spec = ONE_NUMBER.replace("x DOUBLE", "\"x DOUBLE, k INT\"");
    SparkContext context = LocalSpark.session().sparkContext();
    Deaf deaf = new Deaf();
    context.addSparkListener(deaf);
    try {
      for (String command :
          List.of(
              "fit features=[x]",
              "validate features=[x]",
              "update mode=error",
              "report report=DIR/r.html",
              "transform output.format=csv output.partitionBy=k",
              "transform output.format=csv output.partitionBy=k mode=append",
              "transform output.format=orc mode=overwrite",
              "transform output.path= output.format= output.table=heard mode=overwrite",
              "transform output.path= output.format= output.table=heard mode=append",
              "transform output.path= output.format=noop")) {
        List<String> options = new ArrayList<>();
        List<String> words = List.of(command.split(" ", -1));
        for (String setting : words.subList(1, words.size())) {
          options.addAll(List.of("--set", setting.replace("DIR", dir.toString())));
        }
        if (!words.get(0).equals("validate")) {
          options.addAll(List.of("--fail-on", "invalid>90%", "--summary", path("s.json")));
        }
        Result result = run(words.get(0), spec, options);
        assertThat(result.err()).as(command).isEmpty();
        assertThat(result.status()).as(command).isZero();
      }
      assertThat(deaf.begun.getCount()).isZero();
      assertThat(LocalSpark.session().table("heard").count()).isEqualTo(6);
    } finally {
      deaf.end.countDown();
      context.removeSparkListener(deaf);
      LocalSpark.session().sql("DROP TABLE IF EXISTS heard");
    }
  }

  /**
   * Dropped rows are not counted, nor is a row twice where the output is sorted for its folders.
   */
  @Test
  void rowsThatAreWrittenAreCountedOnce() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      rows.append(i % 10 == 0 ? "{\"k\":1}\n" : "{\"x\":" + i + ",\"k\":" + i % 7 + "}\n");
    }
    write("in.json", rows.toString());
    String spec =
        ONE_NUMBER
            .replace("x DOUBLE", "\"x DOUBLE, k INT\"")
            .replace("[batchNorm]", "[batchNorm: {handleInvalid: skip}]");
    for (String partitions : List.of("", "k")) {
      Result result =
          run(
              "run",
              spec,
              List.of(
                  "--set", "features=[x]",
                  "--set", "mode=overwrite",
                  "--set", "output.partitionBy=" + partitions));
      assertThat(result.err()).isEmpty();
      assertThat(result.out()).contains("Wrote 900 rows with 3 columns to DIR/out.\n");
      assertThat(parquet("out").count()).isEqualTo(900);
    }
  }
}
