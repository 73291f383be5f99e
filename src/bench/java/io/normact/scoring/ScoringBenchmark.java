package io.normact.scoring;

import io.normact.BenchmarkSession;
import io.normact.ml.BatchNorm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of the sample data, one at a time: by a {@link Scorer}, and by {@link
 * PipelineModel#transform} of a local DataFrame of one row, in alternation.
 *
 * <p>Arguments: folder for the model, rounds (9).
 */
public final class ScoringBenchmark {

  private static final int SCORED = 1_000_000;
  private static final int TRANSFORMED = 30;

  private ScoringBenchmark() {}

  /** Prints the microseconds of a row by either, round by round, and the ratio of the medians. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0], "scoring");
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 9;
    SparkSession spark = BenchmarkSession.builder().getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    Dataset<Row> data =
        spark
            .read()
            .option("header", true)
            .option("inferSchema", true)
            .csv("sample-data/breast-cancer.csv")
            .drop("malignant");
    String[] inputs = data.columns();
    String[] outputs = Arrays.stream(inputs).map(name -> name + "_bn").toArray(String[]::new);
    BatchNorm stage = new BatchNorm().setInputCols(inputs).setOutputCols(outputs);
    PipelineModel model =
        new Pipeline().setStages(new PipelineStage[] {stage.setActivation("sigmoid")}).fit(data);
    Files.createDirectories(folder);
    model.write().overwrite().save(folder.resolve("model").toString());
    Scorer scorer = Scorer.load(folder.resolve("model"));
    List<Row> rows = data.collectAsList();
    double[][] scored = new double[2][rounds];
    for (int round = -3; round < rounds; round++) {
      double service = scored(scorer, rows);
      double query = transformed(spark, model, rows, data.schema());
      System.out.printf(Locale.ROOT, "%3d %12.3f %12.1f us a row%n", round, service, query);
      if (round >= 0) {
        scored[0][round] = service;
        scored[1][round] = query;
      }
    }
    Arrays.stream(scored).forEach(Arrays::sort);
    System.out.printf(Locale.ROOT, "ratio %.0f%n", scored[1][rounds / 2] / scored[0][rounds / 2]);
    spark.stop();
  }

  private static double scored(Scorer scorer, List<Row> rows) {
    double[][] numbers = rows.stream().map(ScoringBenchmark::numbers).toArray(double[][]::new);
    double[] out = new double[scorer.outputs().size()];
    double sum = 0;
    long start = System.nanoTime();
    for (int i = 0; i < SCORED; i++) {
      scorer.score(numbers[i % numbers.length], out);
      sum += out[0];
    }
    long end = System.nanoTime();
    check(sum);
    return (end - start) / 1e3 / SCORED;
  }

  private static double transformed(
      SparkSession spark, PipelineModel model, List<Row> rows, StructType schema) {
    double sum = 0;
    long start = System.nanoTime();
    for (int i = 0; i < TRANSFORMED; i++) {
      Dataset<Row> one = spark.createDataFrame(List.of(rows.get(i)), schema);
      Row result = model.transform(one).first();
      sum += result.getDouble(schema.length());
    }
    long end = System.nanoTime();
    check(sum);
    return (end - start) / 1e3 / TRANSFORMED;
  }

  private static double[] numbers(Row row) {
    double[] numbers = new double[row.length()];
    Arrays.setAll(numbers, j -> ((Number) row.get(j)).doubleValue());
    return numbers;
  }

  private static void check(double sum) {
    if (Double.isNaN(sum)) {
      throw new IllegalStateException("A result is NaN.");
    }
  }
}
