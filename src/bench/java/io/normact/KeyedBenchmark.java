package io.normact;

import com.sun.management.OperatingSystemMXBean;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;

/**
 * Statistics by key beside what Spark has: groupBy with avg and var_pop, and windows. It prints
 * seconds of the processor, which other programs don't change much.
 *
 * <p>Arguments: folder for data; rows, columns, keys and the share of the rows that one key has, or
 * nothing for the cases that README tells of.
 */
public final class KeyedBenchmark {

  /** Rows, columns, keys, and the share of the rows that one key has. */
  private record Case(int rows, int columns, int keys, double share) {}

  private static final List<Case> CASES =
      List.of(
          new Case(1_000_000, 8, 1_000_000, 0),
          new Case(4_000_000, 8, 1_000_000, 0),
          new Case(1_000_000, 8, 1_000_000, 0.9),
          new Case(100_000, 500, 1_000, 0));

  private KeyedBenchmark() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    List<Case> cases =
        args.length == 1
            ? CASES
            : List.of(
                new Case(
                    Integer.parseInt(args[1]),
                    Integer.parseInt(args[2]),
                    Integer.parseInt(args[3]),
                    Double.parseDouble(args[4])));
    for (Case run : cases) {
      System.out.println(run);
      run(Path.of(args[0]), run.rows, run.columns, run.keys, run.share);
    }
  }

  private static void run(Path folder, int rows, int columns, int keys, double share)
      throws IOException {
    try (SparkSession spark = BenchmarkSession.builder().getOrCreate()) {
      spark.sparkContext().setLogLevel("ERROR");
      Dataset<Row> plain = new BenchmarkData(spark, folder).scalars(rows, columns, 4);
      String[] names = plain.columns();
      Column key =
          functions
              .when(functions.expr("abs(hash(c0, 1)) % 1000").lt(share * 1000), functions.lit(-1L))
              .otherwise(functions.expr("abs(hash(c0)) % " + keys).cast("bigint"));
      Dataset<Row> data = plain.withColumn("k", key);
      BatchNorm stage =
          new BatchNorm()
              .setInputCols(names)
              .setOutputCols(Arrays.stream(names).map(c -> c + "_n").toArray(String[]::new))
              .setKeyCols("k");
      BatchNormModel[] model = new BatchNormModel[1];
      Map<String, Runnable> contenders = new LinkedHashMap<>();
      contenders.put("scan", () -> noop(data));
      contenders.put("fit", () -> model[0] = stage.fit(data));
      contenders.put("groupBy", () -> noop(aggregated(data, names)));
      // The first makes the table of keys and sends it; the model and the executors keep it.
      contenders.put("first transform", () -> noop(model[0].transform(data)));
      contenders.put("transform", () -> noop(model[0].transform(data)));
      contenders.put("groupBy, joined back", () -> noop(joined(data, names)));
      contenders.put("window", () -> noop(windowed(data, names)));
      if (columns > 64) {
        contenders.remove("window");
        contenders.remove("groupBy, joined back");
      }
      for (int round = 0; round < 2; round++) {
        for (Map.Entry<String, Runnable> contender : contenders.entrySet()) {
          System.gc();
          double before = seconds();
          long start = System.nanoTime();
          contender.getValue().run();
          System.out.printf(
              Locale.ROOT,
              "%d %-20s %6.2f s of processor, %6.2f s%n",
              round,
              contender.getKey(),
              seconds() - before,
              (System.nanoTime() - start) / 1e9);
        }
      }
      System.out.println(model[0].summary().keys() + " keys, " + model[0].estimatedSize() + " B");
    }
  }

  private static double seconds() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  private static void noop(Dataset<Row> data) {
    data.write().format("noop").mode("overwrite").save();
  }

  private static Dataset<Row> aggregated(Dataset<Row> data, String[] names) {
    List<Column> statistics = new ArrayList<>();
    for (String name : names) {
      statistics.add(functions.avg(name).as(name + "_m"));
      statistics.add(functions.var_pop(functions.col(name)).as(name + "_v"));
    }
    return data.groupBy("k")
        .agg(statistics.get(0), statistics.subList(1, statistics.size()).toArray(new Column[0]));
  }

  private static Column normalised(String name, Column mean, Column variance) {
    return functions
        .col(name)
        .minus(mean)
        .divide(functions.sqrt(variance.plus(1e-5)))
        .as(name + "_n");
  }

  private static Dataset<Row> joined(Dataset<Row> data, String[] names) {
    List<Column> columns = new ArrayList<>(List.of(functions.col("*")));
    for (String name : names) {
      columns.add(normalised(name, functions.col(name + "_m"), functions.col(name + "_v")));
    }
    return data.join(aggregated(data, names), "k").select(columns.toArray(new Column[0]));
  }

  private static Dataset<Row> windowed(Dataset<Row> data, String[] names) {
    WindowSpec ofKey = Window.partitionBy("k");
    List<Column> columns = new ArrayList<>(List.of(functions.col("*")));
    for (String name : names) {
      columns.add(
          normalised(
              name,
              functions.avg(name).over(ofKey),
              functions.var_pop(functions.col(name)).over(ofKey)));
    }
    return data.select(columns.toArray(new Column[0]));
  }
}
