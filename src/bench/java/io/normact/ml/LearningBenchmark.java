package io.normact.ml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
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
 * with the smallest and the largest. Arguments: rows, features, rounds (1000000 32 5).
 */
public final class LearningBenchmark {
  private static final int ITERATIONS = 20;

  private LearningBenchmark() {}

  /** Runs the benchmark. */
  public static void main(String[] arguments) throws Exception {
    long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
    int features = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 32;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    spark.sparkContext().setLogLevel("WARN");
    Path folder = Files.createTempDirectory("learning-benchmark");
    Dataset<Row> data = data(spark, rows, features, folder.resolve("rows").toString());

    Runnable scan = () -> data.write().format("noop").mode(SaveMode.Overwrite).save();
    Runnable none = () -> stage("sigmoid", "none").fit(data);
    Runnable infomax = () -> stage("sigmoid", "infomax").fit(data);
    int[] evaluations = new int[2];
    // Both stop by the number of iterations: a tolerance of 0 never holds.
    Runnable mllib =
        () -> {
          LogisticRegressionModel model =
              new LogisticRegression()
                  .setFeaturesCol("x")
                  .setRegParam(1e-3)
                  .setMaxIter(ITERATIONS)
                  .setTol(0)
                  .fit(data);
          evaluations[0] = model.summary().objectiveHistory().length;
        };
    double[] base = time("scan", scan, rounds);
    time("fit, learn=none", none, rounds);
    ratio("infomax / scan", time("fit, learn=infomax", infomax, rounds), base);
    double[] reference = time("LogisticRegression", mllib, rounds);
    for (String activation : new String[] {"identity", "relu", "sigmoid", "tanh", "gelu"}) {
      Runnable supervised =
          () -> {
            BatchNormModel model =
                stage(activation, "supervised").setMaxIter(ITERATIONS).setTol(0).fit(data);
            evaluations[1] = model.summary().objectiveHistory().size() + 1;
          };
      double[] times = time("fit, learn=supervised, " + activation, supervised, rounds);
      ratio("supervised " + activation + " / LogisticRegression", times, reference);
      System.out.printf(
          Locale.ROOT, "  evaluations at least %d and %d%n", evaluations[1], evaluations[0]);
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
  private static Dataset<Row> data(SparkSession spark, long rows, int features, String path) {
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
        .parquet(path);
    return spark.read().parquet(path);
  }

  private static double[] time(String name, Runnable run, int rounds) {
    run.run();
    double[] seconds = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      run.run();
      seconds[i] = (System.nanoTime() - start) * 1e-9;
    }
    Arrays.sort(seconds);
    System.out.printf(
        Locale.ROOT,
        "%-32s %.3f s (%.3f to %.3f)%n",
        name,
        seconds[rounds / 2],
        seconds[0],
        seconds[rounds - 1]);
    return seconds;
  }

  private static void ratio(String name, double[] a, double[] b) {
    int middle = a.length / 2;
    System.out.printf(
        Locale.ROOT,
        "%s: %.2f (%.2f to %.2f)%n",
        name,
        a[middle] / b[middle],
        a[0] / b[b.length - 1],
        a[a.length - 1] / b[0]);
  }
}
