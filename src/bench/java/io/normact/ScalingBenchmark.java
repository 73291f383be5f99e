package io.normact;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.math.exact.Moments;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How fit and transform grow with rows, columns and partitions, what a task holds in memory, and
 * what it sends. Cases that are compared run in alternation; figures are medians. Prints what it
 * finds and writes it as JSON.
 *
 * <p>Arguments: folder for data and results, rounds (7).
 */
public final class ScalingBenchmark {

  private static final int WARM_UP = 2;
  private static final int FILES = 200;

  private final SparkSession spark;
  private final Path folder;
  private final BenchmarkData data;
  private final int rounds;
  private final Map<String, Object> results = new LinkedHashMap<>();

  private ScalingBenchmark(SparkSession spark, Path folder, int rounds) {
    this.spark = spark;
    this.folder = folder;
    this.data = new BenchmarkData(spark, folder);
    this.rounds = rounds;
  }

  /** Runs all of it. */
  public static void main(String[] args) throws IOException, TimeoutException {
    Path folder = Path.of(args.length > 0 ? args[0] : "target/benchmark");
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
    SparkSession spark =
        BenchmarkSession.builder()
            // A file is a partition, so that coalesce alone says how many there are.
            .config("spark.sql.files.maxPartitionBytes", 1L << 30)
            .config("spark.sql.files.openCostInBytes", 1L << 30)
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    new ScalingBenchmark(spark, folder, rounds).run();
    spark.stop();
  }

  private void run() throws IOException, TimeoutException {
    growth("rows", data.vectors(2_000_000, 32, 8), data.vectors(20_000_000, 32, 8));
    growth("columns", data.vectors(100_000, 32, 8), data.vectors(100_000, 320, 8));
    partitions(data.vectors(1_000_000, 32, FILES));
    for (int features : new int[] {32, 512, 10_000}) {
      results.put(String.format(Locale.ROOT, "task of %d features", features), task(features));
    }
    ObjectMapper json = new ObjectMapper();
    Files.writeString(
        folder.resolve("scaling.json"),
        json.writerWithDefaultPrettyPrinter().writeValueAsString(results));
  }

  /** Times of ten times as much over times of once. */
  private void growth(String what, Dataset<Row> once, Dataset<Row> tenfold) {
    double[] fit = medians(List.of(() -> fit(once), () -> fit(tenfold)));
    BatchNormModel small = fit(once);
    BatchNormModel large = fit(tenfold);
    double[] transform =
        medians(List.of(() -> transform(small, once), () -> transform(large, tenfold)));
    report(String.format(Locale.ROOT, "%s x10, fit", what), fit[1] / fit[0]);
    report(String.format(Locale.ROOT, "%s x10, transform", what), transform[1] / transform[0]);
  }

  /** Times at each number of partitions over the time at as many as there are cores. */
  private void partitions(Dataset<Row> rows) throws TimeoutException {
    int[] numbers = {2, 1, 8, 32, FILES};
    List<Runnable> fits = new ArrayList<>();
    for (int number : numbers) {
      Dataset<Row> coalesced = rows.coalesce(number);
      fits.add(() -> fit(coalesced));
    }
    double[] times = medians(fits);
    for (int i = 1; i < numbers.length; i++) {
      report(
          String.format(Locale.ROOT, "fit on %d partitions over 2", numbers[i]),
          times[i] / times[0]);
    }
    Traffic traffic = new Traffic();
    spark.sparkContext().addSparkListener(traffic);
    fit(rows.coalesce(FILES));
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().removeSparkListener(traffic);
    report("kB shuffled by a fit on 200 partitions", traffic.shuffled.get() / 1e3);
    report("kB sent to the driver by it", traffic.sent.get() / 1e3);
  }

  private void report(String name, double value) {
    System.out.printf(Locale.ROOT, "%-44s %9.2f%n", name, value);
    results.put(name, value);
  }

  /** Bytes of one task's moments: on the heap, and as they are sent. */
  private static Map<String, Object> task(int features) {
    Random random = new Random(features);
    int copies = Math.max(4, 400_000 / features);
    Moments[] kept = new Moments[copies];
    long before = usedHeap();
    double[] row = new double[features];
    for (int i = 0; i < copies; i++) {
      kept[i] = new Moments(features);
      for (int r = 0; r < 1000; r++) {
        Arrays.setAll(row, j -> random.nextGaussian());
        kept[i].add(row);
      }
    }
    long heap = (usedHeap() - before) / copies;
    int sent = kept[0].toBytes().length;
    System.out.printf(
        Locale.ROOT,
        "%-44s %9d bytes on the heap, %d sent%n",
        "task of " + features + " features",
        heap,
        sent);
    return Map.of("heapBytes", heap, "sentBytes", sent);
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** What tasks write for others and send to the driver. */
  private static final class Traffic extends SparkListener {
    final AtomicLong shuffled = new AtomicLong();
    final AtomicLong sent = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      TaskMetrics metrics = end.taskMetrics();
      shuffled.addAndGet(metrics.shuffleWriteMetrics().bytesWritten());
      sent.addAndGet(metrics.resultSize());
    }
  }

  private double[] medians(List<? extends Runnable> cases) {
    double[][] times = Rounds.millis(cases, WARM_UP, rounds);
    return Arrays.stream(times).mapToDouble(Rounds::median).toArray();
  }

  private static BatchNormModel fit(Dataset<Row> data) {
    return new BatchNorm().setInputCol("x").setOutputCol("y").setActivation("sigmoid").fit(data);
  }

  private static void transform(BatchNormModel model, Dataset<Row> data) {
    model.transform(data).select("y").write().format("noop").mode("overwrite").save();
  }
}
