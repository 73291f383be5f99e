package io.normact;

import io.normact.math.ActivationFunction;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import io.normact.report.ColumnReport;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a report on scalars in Parquet files costs, and a fit with histograms and without, in
 * alternation.
 *
 * <p>Arguments: folder for data, rows (1000000), columns (32), rounds (7).
 */
public final class ReportBenchmark {

  private static final int FILES = 16;
  private static final int WARM_UP = 3;

  private ReportBenchmark() {}

  /** Runs the measurement. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : "target/benchmark");
    int rows = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
    int columns = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 32;
    int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 7;
    SparkSession spark =
        BenchmarkSession.builder()
            .config("spark.sql.files.maxPartitionBytes", 32L << 20)
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    Dataset<Row> data = new BenchmarkData(spark, folder).scalars(rows, columns, FILES);
    BatchNorm plain = stage(data);
    BatchNorm kept = stage(data).setHistogram(true);
    BatchNormModel model = plain.fit(data);
    BatchNormModel withHistograms = kept.fit(data);
    List<String> names = List.of(data.columns());
    ActivationFunction sigmoid = ActivationFunction.parse("sigmoid");
    Map<String, Runnable> contenders = new LinkedHashMap<>();
    contenders.put("scan", () -> data.write().format("noop").mode("overwrite").save());
    contenders.put("fit", () -> plain.fit(data));
    contenders.put("fit, histogram", () -> kept.fit(data));
    contenders.put("report", () -> ColumnReport.of(data, names, sigmoid));
    contenders.put("report of model", () -> ColumnReport.of(model, data));
    contenders.put("the same, histogram", () -> ColumnReport.of(withHistograms, data));
    double[][] times = Rounds.millis(List.copyOf(contenders.values()), WARM_UP, rounds);
    int i = 0;
    for (String name : contenders.keySet()) {
      Arrays.sort(times[i]);
      System.out.printf(
          Locale.ROOT,
          "%-22s %6.0f ms (%.0f to %.0f)%n",
          name,
          times[i][rounds / 2],
          times[i][0],
          times[i][rounds - 1]);
      i++;
    }
    spark.stop();
  }

  private static BatchNorm stage(Dataset<Row> data) {
    return new BatchNorm()
        .setInputCols(data.columns())
        .setOutputCols(Arrays.stream(data.columns()).map(c -> c + "_y").toArray(String[]::new))
        .setActivation("sigmoid");
  }
}
