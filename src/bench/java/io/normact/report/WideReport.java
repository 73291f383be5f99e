package io.normact.report;

import com.sun.management.OperatingSystemMXBean;
import io.normact.BenchmarkSession;
import io.normact.math.ActivationFunction;
import io.normact.ml.BatchNormModel;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * What a report costs: time and memory over rows that are made on the fly, so that nothing is
 * stored. A quarter of the columns each is fine, saturated, dead and constant under a sigmoid. The
 * first columns are checked against a plain loop over the same rows.
 *
 * <p>Arguments: a folder that is not used, rows, features, partitions, rounds, and {@code model}
 * for a normalisation as well (1000000 32 8 3). Prints the time that a scan and the report take in
 * each round, then the most that the heap held.
 */
public final class WideReport {

  /** Uniform from the first number to the second, by the column's number modulo 4. */
  private static final double[][] RANGES = {{-3, 3}, {-100, 100}, {-2000, -1000}, {7, 7}};

  private static final List<Verdict> VERDICTS =
      List.of(Verdict.FINE, Verdict.SATURATED, Verdict.DEAD, Verdict.CONSTANT);

  private WideReport() {}

  /** Runs the measurement. */
  public static void main(String[] arguments) {
    long rows = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1_000_000;
    int features = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 32;
    int partitions = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 8;
    int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 3;
    boolean model = arguments.length > 5 && arguments[5].equals("model");
    SparkSession spark = BenchmarkSession.builder().getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    Dataset<Row> data =
        spark
            .range(0, rows, 1, partitions)
            .map(
                (MapFunction<Long, Row>)
                    id -> RowFactory.create(new DenseVector(row(id, features))),
                Encoders.row(new StructType().add("v", SQLDataTypes.VectorType())));
    ColumnReport report = null;
    for (int round = 0; round < rounds; round++) {
      Clock clock = new Clock();
      data.write().format("noop").mode(SaveMode.Overwrite).save();
      clock.print("scan", rows * features);
      clock = new Clock();
      report =
          model
              ? ColumnReport.of(model(features), data)
              : ColumnReport.of(data, List.of("v"), ActivationFunction.parse("sigmoid"));
      clock.print("report", rows * features);
    }
    long peak =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum();
    System.out.printf(
        Locale.ROOT,
        "heap: %d MB at most, of %d; ranks within %.2f%%%n",
        peak >> 20,
        Runtime.getRuntime().maxMemory() >> 20,
        100 * report.rankError());
    check(report, rows);
    System.out.printf(Locale.ROOT, "page: %.2f MB%n", report.toHtml().length() / 1e6);
    spark.stop();
  }

  /** Time by the wall's clock, and that of all processors together, which others don't disturb. */
  private static final class Clock {
    private final OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final long wall = System.nanoTime();
    private final long processor = system.getProcessCpuTime();

    void print(String what, long values) {
      double seconds = (System.nanoTime() - wall) / 1e9;
      double busy = (system.getProcessCpuTime() - processor) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%s: %.2f s, of processors %.2f s, %.1f ns a value%n",
          what,
          seconds,
          busy,
          busy * 1e9 / values);
    }
  }

  private static double[] row(long id, int features) {
    SplittableRandom random = new SplittableRandom(id);
    double[] x = new double[features];
    for (int j = 0; j < features; j++) {
      double[] range = RANGES[j % RANGES.length];
      x[j] = range[0] + random.nextDouble() * (range[1] - range[0]);
    }
    return x;
  }

  private static BatchNormModel model(int features) {
    double[] mean = new double[features];
    double[] variance = new double[features];
    for (int j = 0; j < features; j++) {
      double[] range = RANGES[j % RANGES.length];
      mean[j] = (range[0] + range[1]) / 2;
      variance[j] = (range[1] - range[0]) * (range[1] - range[0]) / 12;
    }
    double[] gamma = new double[features];
    Arrays.fill(gamma, 1.5);
    BatchNormModel model =
        BatchNormModel.of(mean, variance, gamma, new double[features]).setActivation("sigmoid");
    model.set(model.inputCol(), "v").set(model.outputCol(), "out");
    return model;
  }

  private static void check(ColumnReport report, long rows) {
    ActivationFunction sigmoid = ActivationFunction.parse("sigmoid");
    for (ColumnResult column : report.columns()) {
      Verdict expected = VERDICTS.get(column.index() % VERDICTS.size());
      if (column.before().verdict() != expected) {
        throw new IllegalStateException(
            String.format(Locale.ROOT, "Column %s is not %s.", column, expected));
      }
    }
    for (int j = 0; j < Math.min(VERDICTS.size(), report.columns().size()); j++) {
      int feature = j;
      double[] x =
          LongStream.range(0, rows).mapToDouble(id -> row(id, feature + 1)[feature]).toArray();
      Response before = report.columns().get(j).before();
      long flat = Arrays.stream(x).filter(v -> sigmoid.slope(v) < report.slopeThreshold()).count();
      Distribution input = before.input();
      double[] quartiles = {input.lowerQuartile(), input.median(), input.upperQuartile()};
      double[] ranks =
          Arrays.stream(quartiles)
              .map(q -> (double) Arrays.stream(x).filter(v -> v <= q).count() / rows)
              .toArray();
      System.out.printf(
          Locale.ROOT,
          "column %d: flat %b, min %b, max %b, mean off by %.1e, quartiles at ranks %s%n",
          j,
          before.flatShare() == (double) flat / rows,
          input.min() == Arrays.stream(x).min().orElseThrow(),
          input.max() == Arrays.stream(x).max().orElseThrow(),
          Math.abs(input.mean() - Arrays.stream(x).average().orElseThrow()),
          Arrays.toString(ranks));
    }
  }
}
