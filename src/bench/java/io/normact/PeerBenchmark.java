package io.normact;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.ml.Activation;
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
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Measures normact against what a user could take instead, in one run and in alternation: Parquet
 * files in, {@code noop} sink out, medians of at least seven rounds after warm-up. Prints a table
 * of ratios and writes it as JSON, and as the README has it.
 *
 * <p>Arguments: folder for data and results, rounds (7), which cases (a regular expression for a
 * part of their names), rounds to warm up (8).
 *
 * <p>Settings of Spark are taken from system properties, so that it measures the same on DataFusion
 * Comet where its jar is on the class path and {@code -Dspark.plugins=org.apache.spark.CometPlugin}
 * and the like are given.
 */
public final class PeerBenchmark {

  private static final int FILES = 16;
  private static final int ROWS = 1_000_000;

  private record Contender(String name, Runnable run) {}

  /** A case: the first contender is normact, the others are what it is compared with. */
  private record Comparison(String name, List<Contender> contenders) {}

  private final Path folder;
  private final BenchmarkData data;

  private PeerBenchmark(SparkSession spark, Path folder) {
    this.folder = folder;
    this.data = new BenchmarkData(spark, folder);
  }

  /** Runs all comparisons. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args.length > 0 ? args[0] : "target/benchmark");
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
    Pattern only = Pattern.compile(args.length > 2 ? args[2] : "");
    int warmUp = args.length > 3 ? Integer.parseInt(args[3]) : 8;
    SparkSession spark =
        BenchmarkSession.builder()
            .config("spark.sql.files.maxPartitionBytes", 32L << 20)
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    new PeerBenchmark(spark, folder).run(warmUp, rounds, only);
    spark.stop();
  }

  private void run(int warmUp, int rounds, Pattern only) throws IOException {
    Map<String, Map<String, Object>> results = new LinkedHashMap<>();
    List<String> table = new ArrayList<>(List.of("| case | over | times |", "|---|---|---|"));
    System.out.printf(
        Locale.ROOT,
        "%-28s %-34s %9s %9s %9s %7s%n",
        "case",
        "against",
        "ms",
        "min",
        "max",
        "ratio");
    for (Comparison comparison : comparisons(only)) {
      double[][] times =
          Rounds.millis(
              comparison.contenders.stream().map(Contender::run).toList(), warmUp, rounds);
      double own = Rounds.median(times[0]);
      Map<String, Object> ratios = new LinkedHashMap<>();
      for (int i = 0; i < times.length; i++) {
        Contender contender = comparison.contenders.get(i);
        double[] sorted = times[i].clone();
        Arrays.sort(sorted);
        System.out.printf(
            Locale.ROOT,
            "%-28s %-34s %9.0f %9.0f %9.0f %7.3f%n",
            comparison.name,
            contender.name,
            Rounds.median(times[i]),
            sorted[0],
            sorted[sorted.length - 1],
            own / Rounds.median(times[i]));
        if (i > 0) {
          table.add(
              String.format(
                  Locale.ROOT,
                  "| %s | %s | %.2f |",
                  comparison.name,
                  contender.name,
                  own / Rounds.median(times[i])));
        }
        ratios.put(
            contender.name,
            Map.of(
                "medianMillis", Rounds.median(times[i]), "ratio", own / Rounds.median(times[i])));
      }
      results.put(comparison.name, ratios);
    }
    Files.write(folder.resolve("peers.md"), table);
    Files.writeString(
        folder.resolve("peers.json"),
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(results));
  }

  private List<Comparison> comparisons(Pattern only) {
    Map<String, Function<String, Comparison>> all = new LinkedHashMap<>();
    for (int[] shape : new int[][] {{1_000_000, 32}, {100_000, 512}}) {
      int rows = shape[0];
      int columns = shape[1];
      String suffix = " x" + columns;
      all.put(
          "transform vector" + suffix,
          name -> vectorTransform(name, data.vectors(rows, columns, FILES)));
      all.put(
          "transform scalars" + suffix,
          name -> scalarTransform(name, data.scalars(rows, columns, FILES)));
      all.put("fit vector" + suffix, name -> vectorFit(name, data.vectors(rows, columns, FILES)));
      all.put("fit scalars" + suffix, name -> scalarFit(name, data.scalars(rows, columns, FILES)));
    }
    all.put("transform scalars x8", name -> scalarTransform(name, scalars(8)));
    for (int columns : new int[] {4, 8, 16, 32, 48, 50, 64, 128, 512}) {
      all.put("outputs x" + columns, name -> outputs(name, scalars(columns)));
      all.put("inputs kept x" + columns, name -> inputsKept(name, scalars(columns)));
    }
    for (DataType type : List.of(DataTypes.FloatType, DataTypes.IntegerType)) {
      all.put(
          type.simpleString() + " outputs x32",
          name -> outputs(name, data.scalars(ROWS, 32, FILES, type)));
    }
    all.put("one output of x64", name -> oneOutput(name, scalars(64)));
    all.put("activation x32", name -> activation(name, scalars(32)));
    all.put("outputs behind a filter x32", name -> outputs(name, scalars(32).filter("c1 > 1")));
    return all.entrySet().stream()
        .filter(one -> only.matcher(one.getKey()).find())
        .map(one -> one.getValue().apply(one.getKey()))
        .toList();
  }

  /** Rows of so many columns, of which the wide ones are fewer. */
  private Dataset<Row> scalars(int columns) {
    return data.scalars(Math.min(ROWS, 50_000_000 / columns), columns, FILES);
  }

  private static String[] outputNames(Dataset<Row> data) {
    return Arrays.stream(data.columns()).map(c -> c + "_y").toArray(String[]::new);
  }

  private static BatchNormModel fitted(Dataset<Row> data) {
    return new BatchNorm()
        .setInputCols(data.columns())
        .setOutputCols(outputNames(data))
        .setActivation("sigmoid")
        .fit(data);
  }

  private static Dataset<Row> outputsOf(Transformer stage, Dataset<Row> data) {
    Column[] columns = Arrays.stream(outputNames(data)).map(functions::col).toArray(Column[]::new);
    return stage.transform(data).select(columns);
  }

  private static Column[] plusOne(Dataset<Row> data) {
    return Arrays.stream(data.columns())
        .map(c -> functions.col(c).plus(1).as(c + "_y"))
        .toArray(Column[]::new);
  }

  private static Comparison outputs(String name, Dataset<Row> data) {
    BatchNormModel ours = fitted(data);
    return new Comparison(
        name,
        List.of(
            new Contender("normact BatchNorm + sigmoid", () -> sink(outputsOf(ours, data))),
            new Contender("scan", () -> sink(data)),
            new Contender("c + 1", () -> sink(data.select(plusOne(data))))));
  }

  private static Comparison inputsKept(String name, Dataset<Row> data) {
    BatchNormModel ours = fitted(data);
    Column[] kept =
        Stream.concat(Stream.of(functions.col("*")), Arrays.stream(plusOne(data)))
            .toArray(Column[]::new);
    return new Comparison(
        name,
        List.of(
            new Contender("normact BatchNorm + sigmoid", () -> sink(ours.transform(data))),
            new Contender("c + 1", () -> sink(data.select(kept)))));
  }

  private static Comparison oneOutput(String name, Dataset<Row> data) {
    BatchNormModel ours = fitted(data);
    return new Comparison(
        name,
        List.of(
            new Contender(
                "normact BatchNorm + sigmoid", () -> sink(ours.transform(data).select("c3_y"))),
            new Contender("c + 1 of one column", () -> sink(data.select(plusOne(data)[3])))));
  }

  private static Comparison activation(String name, Dataset<Row> data) {
    Activation ours =
        new Activation()
            .setInputCols(data.columns())
            .setOutputCols(outputNames(data))
            .setFunction("sigmoid");
    return new Comparison(
        name,
        List.of(
            new Contender("normact sigmoid", () -> sink(outputsOf(ours, data))),
            new Contender("scan", () -> sink(data)),
            new Contender("c + 1", () -> sink(data.select(plusOne(data))))));
  }

  private static Comparison vectorTransform(String name, Dataset<Row> data) {
    BatchNormModel ours =
        new BatchNorm().setInputCol("x").setOutputCol("y").setActivation("sigmoid").fit(data);
    StandardScalerModel scaler =
        new StandardScaler().setInputCol("x").setOutputCol("y").setWithMean(true).fit(data);
    Column sigmoid =
        functions
            .udf((UDF1<Vector, Vector>) PeerBenchmark::sigmoid, new VectorUDT())
            .apply(functions.col("y"));
    return new Comparison(
        name,
        List.of(
            new Contender(
                "normact BatchNorm + sigmoid", () -> sink(ours.transform(data).select("y"))),
            new Contender("scan", () -> sink(data)),
            new Contender("StandardScaler", () -> sink(scaler.transform(data).select("y"))),
            new Contender(
                "StandardScaler + UDF sigmoid",
                () -> sink(scaler.transform(data).select(sigmoid.as("z"))))));
  }

  private static Vector sigmoid(Vector x) {
    double[] y = x.toArray().clone();
    for (int i = 0; i < y.length; i++) {
      y[i] = 1 / (1 + Math.exp(-y[i]));
    }
    return new DenseVector(y);
  }

  private static Comparison scalarTransform(String name, Dataset<Row> data) {
    String[] inputs = data.columns();
    String[] outputs = outputNames(data);
    BatchNormModel ours = fitted(data);
    double[] mean = ours.mean().toArray();
    double[] variance = ours.variance().toArray();
    Column[] expressions =
        IntStream.range(0, inputs.length)
            .mapToObj(
                j -> {
                  Column z =
                      functions
                          .col(inputs[j])
                          .minus(mean[j])
                          .divide(Math.sqrt(variance[j] + ours.getEpsilon()));
                  return functions
                      .lit(1.0)
                      .divide(functions.lit(1.0).plus(functions.exp(functions.negate(z))))
                      .as(outputs[j]);
                })
            .toArray(Column[]::new);
    VectorAssembler assembler = new VectorAssembler().setInputCols(inputs).setOutputCol("x");
    StandardScalerModel scaler =
        new StandardScaler()
            .setInputCol("x")
            .setOutputCol("y")
            .setWithMean(true)
            .fit(assembler.transform(data));
    return new Comparison(
        name,
        List.of(
            new Contender("normact BatchNorm + sigmoid", () -> sink(outputsOf(ours, data))),
            new Contender("scan", () -> sink(data)),
            new Contender("SQL expressions", () -> sink(data.select(expressions))),
            new Contender(
                "VectorAssembler + StandardScaler",
                () -> sink(scaler.transform(assembler.transform(data)).select("y")))));
  }

  private static Comparison vectorFit(String name, Dataset<Row> data) {
    BatchNorm ours = new BatchNorm().setInputCol("x").setOutputCol("y");
    StandardScaler scaler = new StandardScaler().setInputCol("x").setOutputCol("y");
    return new Comparison(
        name,
        List.of(
            new Contender("normact BatchNorm", () -> ours.fit(data)),
            new Contender("bare pass over internal rows", () -> barePass(data)),
            new Contender("StandardScaler.fit", () -> scaler.fit(data))));
  }

  private static Comparison scalarFit(String name, Dataset<Row> data) {
    String[] inputs = data.columns();
    String[] outputs = outputNames(data);
    BatchNorm ours = new BatchNorm().setInputCols(inputs).setOutputCols(outputs);
    Column[] aggregates =
        Arrays.stream(inputs)
            .flatMap(c -> List.of(functions.avg(c), functions.var_pop(functions.col(c))).stream())
            .toArray(Column[]::new);
    return new Comparison(
        name,
        List.of(
            new Contender("normact BatchNorm", () -> ours.fit(data)),
            new Contender("bare pass over internal rows", () -> barePass(data)),
            new Contender(
                "agg(avg, var_pop)",
                () ->
                    data.agg(aggregates[0], Arrays.copyOfRange(aggregates, 1, aggregates.length))
                        .collectAsList())));
  }

  /**
   * What a query for the rows costs that does nothing with them but touch each. It is a new one
   * every time, as every fit's is: a dataset keeps its plan, which nobody fits twice.
   */
  private static void barePass(Dataset<Row> data) {
    JavaRDD<InternalRow> rows =
        ((org.apache.spark.sql.classic.Dataset<?>) data.select("*"))
            .queryExecution()
            .toRdd()
            .toJavaRDD();
    long fields =
        rows.mapPartitions(
                partition -> {
                  long sum = 0;
                  while (partition.hasNext()) {
                    sum += partition.next().numFields();
                  }
                  return List.of(sum).iterator();
                })
            .reduce(Long::sum);
    if (fields == 0) {
      throw new IllegalStateException("The benchmark's data are empty.");
    }
  }

  private static void sink(Dataset<Row> data) {
    data.write().format("noop").mode("overwrite").save();
  }
}
