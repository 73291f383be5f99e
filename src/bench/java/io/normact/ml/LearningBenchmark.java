package io.normact.ml;

import com.sun.management.OperatingSystemMXBean;
import io.normact.BenchmarkSession;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * What learning costs: supervised against Spark's LogisticRegression on the same rows at about the
 * same number of objective evaluations, infomax against a scan. Prints the median of the rounds
 * with the smallest and the largest, by the clock and of processor time.
 *
 * <p>Arguments: folder for data, rows, features, rounds, activations (1000000 32 5
 * identity,relu,sigmoid,tanh,gelu).
 */
public final class LearningBenchmark {
  private static final int ITERATIONS = 10;

  private LearningBenchmark() {}

  /** Runs the benchmark. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    long rows = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1_000_000;
    int features = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 32;
    int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 5;
    SparkSession spark = BenchmarkSession.builder().getOrCreate();
    spark.sparkContext().setLogLevel("WARN");
    Path file = folder.resolve(String.format(Locale.ROOT, "labelled-%dx%d", rows, features));
    Dataset<Row> data = data(spark, rows, features, file);

    Case scan = new Case("scan", () -> data.write().format("noop").mode(SaveMode.Overwrite).save());
    Case infomax = new Case("infomax, sigmoid", () -> stage("sigmoid", "infomax").fit(data));
    // A tolerance of 0 never holds, so the number of iterations ends both.
    Case mllib =
        new Case(
            "LogisticRegression",
            () ->
                new LogisticRegression()
                    .setFeaturesCol("x")
                    .setRegParam(1e-3)
                    .setMaxIter(ITERATIONS)
                    .setTol(0)
                    .fit(data));
    String activations = arguments.length > 4 ? arguments[4] : "identity,relu,sigmoid,tanh,gelu";
    compare(spark, infomax, scan, rounds);
    for (String activation : activations.split(",", -1)) {
      Case supervised =
          new Case(
              "supervised, " + activation,
              () -> stage(activation, "supervised").setMaxIter(ITERATIONS).setTol(0).fit(data));
      compare(spark, supervised, mllib, rounds);
    }
    spark.stop();
  }

  private static BatchNorm stage(String activation, String learn) {
    return new BatchNorm()
        .setInputCol("x")
        .setOutputCol("y")
        .setActivation(activation)
        .setLearn(learn)
        .setLabelCol("label");
  }

  /** Normal features, every third squared or exponential, and a label from a logistic model. */
  private static Dataset<Row> data(SparkSession spark, long rows, int features, Path file) {
    String path = file.toString();
    if (Files.exists(file.resolve("_SUCCESS"))) {
      return spark.read().parquet(path);
    }
    Column[] columns = new Column[features];
    String[] names = new String[features];
    Column score = functions.lit(0.0);
    for (int j = 0; j < features; j++) {
      Column normal = functions.randn(j);
      columns[j] =
          (j % 3 == 0 ? normal : j % 3 == 1 ? normal.multiply(normal) : functions.exp(normal))
              .as("x" + j);
      names[j] = "x" + j;
      score = score.plus(functions.col("x" + j).multiply(Math.sin(j + 1.0) / 2));
    }
    Dataset<Row> labelled =
        spark
            .range(0, rows, 1, 2)
            .select(columns)
            .withColumn(
                "label",
                functions
                    .rand(99)
                    .lt(functions.lit(1).divide(functions.exp(functions.negate(score)).plus(1)))
                    .cast("double"));
    new VectorAssembler()
        .setInputCols(names)
        .setOutputCol("x")
        .transform(labelled)
        .select("x", "label")
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(path);
    return spark.read().parquet(path);
  }

  private record Case(String name, Runnable run) {}

  /** Seconds by the clock and of processor time, and Spark jobs. */
  private record Cost(double wall, double processor, int jobs) {}

  /** Both in turn, so that what else the machine does falls on both. */
  private static void compare(SparkSession spark, Case candidate, Case reference, int rounds) {
    cost(spark, candidate);
    cost(spark, reference);
    double[] wall = new double[rounds];
    double[] processor = new double[rounds];
    Cost a = null;
    Cost b = null;
    for (int i = 0; i < rounds; i++) {
      a = cost(spark, candidate);
      b = cost(spark, reference);
      wall[i] = a.wall / b.wall;
      processor[i] = a.processor / b.processor;
    }
    Arrays.sort(wall);
    Arrays.sort(processor);
    System.out.printf(
        Locale.ROOT,
        "%s / %s: time %.2f (%.2f to %.2f), processor time %.2f (%.2f to %.2f); last round %.2f s"
            + " in %d jobs against %.2f s in %d%n",
        candidate.name,
        reference.name,
        wall[rounds / 2],
        wall[0],
        wall[rounds - 1],
        processor[rounds / 2],
        processor[0],
        processor[rounds - 1],
        a.wall,
        a.jobs,
        b.wall,
        b.jobs);
  }

  private static Cost cost(SparkSession spark, Case what) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    String group = "round-" + System.nanoTime();
    spark.sparkContext().setJobGroup(group, what.name, false);
    long processor = system.getProcessCpuTime();
    long start = System.nanoTime();
    what.run.run();
    double wall = (System.nanoTime() - start) * 1e-9;
    double busy = (system.getProcessCpuTime() - processor) * 1e-9;
    return new Cost(
        wall, busy, spark.sparkContext().statusTracker().getJobIdsForGroup(group).length);
  }
}
