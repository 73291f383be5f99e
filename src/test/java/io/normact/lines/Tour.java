package io.normact.lines;

import io.normact.job.Main;
import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import io.normact.ml.RunningBatchNorm;
import io.normact.report.ColumnReport;
import io.normact.sql.ActivationFunctions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.ArrayType;

/**
 * Everything that the jar does, once, in a Spark of whatever line it is started in: for each part a
 * fingerprint of the bits that come out. It calls nothing but what a user could, and of Spark only
 * what is the same on all lines.
 *
 * <p>Arguments: a folder to work in, and folders of models that other lines have saved.
 */
public final class Tour {

  private static final int ROWS = 300;
  private static final String[] SCALARS = {"b", "s", "i", "l", "f", "d", "n"};
  private static final String[] WHOLE = {"v", "sv", "ad", "af"};

  private final SparkSession spark;
  private final Path folder;
  private final Dataset<Row> data;
  private final Map<String, String> results = new TreeMap<>();

  private Tour(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
    this.data = data(spark).cache();
  }

  public static void main(String[] args) throws IOException {
    SparkSession spark = SparkSession.builder().getOrCreate();
    spark.conf().set("spark.sql.shuffle.partitions", 3);
    // The writer's method for an option is not the same on all lines.
    spark.conf().set("spark.sql.streaming.checkpointLocation", args[0] + "/checkpoints");
    Tour tour = new Tour(spark, Path.of(args[0]));
    tour.go(Arrays.asList(args).subList(1, args.length));
    Properties properties = new Properties();
    properties.putAll(tour.results);
    try (PrintStream out =
        new PrintStream(args[0] + "/results.properties", StandardCharsets.ISO_8859_1)) {
      properties.store(out, spark.version());
    }
    spark.stop();
  }

  /** Columns of every kind, of numbers that need all their bits, with nulls among them. */
  private static Dataset<Row> data(SparkSession spark) {
    Random random = new Random(20260101);
    List<String> rows = new ArrayList<>();
    for (int id = 0; id < ROWS; id++) {
      double[] g = random.doubles(9, -3, 3).toArray();
      String vector = g[0] + "," + g[1] + "," + g[2] * 1e-3;
      rows.add(
          String.join(
              ";",
              List.of(
                  "" + id,
                  "" + (int) (g[3] * 40),
                  "" + (int) (g[3] * 1000),
                  "" + (int) (g[4] * 1e8),
                  "" + (long) (g[5] * 1e17),
                  id % 17 == 3 ? "" : "" + (float) g[6],
                  id % 13 == 5 ? "" : "" + g[7],
                  "" + Math.round(g[8] * 1000) / 1000.0,
                  vector,
                  id % 3 == 0 ? "1:" + g[4] : id % 3 == 1 ? "" : "0:" + g[3] + ",4:" + g[5],
                  "" + (g[0] + g[7] + g[8] > 0 ? 1 : 0),
                  "" + (id % 3),
                  "" + (g[1] - 2 * g[8]),
                  "" + (1 + id % 4))));
    }
    spark
        .udf()
        .register(
            "sparse",
            (UDF1<String, Vector>)
                text -> {
                  int[] indices = new int[text.isEmpty() ? 0 : text.split(",", -1).length];
                  double[] values = new double[indices.length];
                  for (int i = 0; i < indices.length; i++) {
                    String[] entry = text.split(",", -1)[i].split(":", -1);
                    indices[i] = Integer.parseInt(entry[0]);
                    values[i] = Double.parseDouble(entry[1]);
                  }
                  return Vectors.sparse(5, indices, values);
                },
            SQLDataTypes.VectorType());
    spark
        .udf()
        .register(
            "dense",
            (UDF1<String, Vector>)
                text ->
                    Vectors.dense(
                        Arrays.stream(text.split(",", -1))
                            .mapToDouble(Double::parseDouble)
                            .toArray()),
            SQLDataTypes.VectorType());
    return spark
        .createDataset(rows, Encoders.STRING())
        .selectExpr("split(value, ';') c")
        .selectExpr(
            "int(c[0]) id",
            "cast(c[1] as tinyint) b",
            "cast(c[2] as smallint) s",
            "int(c[3]) i",
            "bigint(c[4]) l",
            "float(nullif(c[5], '')) f",
            "double(nullif(c[6], '')) d",
            "cast(c[7] as decimal(10, 3)) n",
            "dense(c[8]) v",
            "sparse(c[9]) sv",
            "cast(split(c[8], ',') as array<double>) ad",
            "cast(split(c[8], ',') as array<float>) af",
            "double(c[10]) binary",
            "double(c[11]) many",
            "double(c[12]) real",
            "double(c[13]) weight")
        .repartition(3, functions.col("id"));
  }

  private void go(List<String> models) {
    part("activation of all kinds", () -> on("tanh", "value", all()));
    part("slope of all kinds", () -> on("mish", "slope", all()));
    part("every function", () -> everyFunction("d", "value", true));
    part("every slope", () -> everyFunction("d", "slope", true));
    part("every function of floats", () -> everyFunction("af", "value", true));
    part("every function of vectors", () -> everyFunction("v", "value", true));
    part("every whole-vector function", () -> everyFunction("v", "value", false));
    part("a function a column", this::functionsByColumn);
    part("sql", this::sql);
    part("sql, group by", this::groupBy);
    part("sql, typed", this::typed);
    part("sql, null and NaN", this::nullAndNaN);
    part("batch norm of all kinds", () -> fitted(stage(all())));
    part("batch norm without the mean", () -> fitted(stage("sv", "d").setWithMean(false)));
    part("batch norm without the deviation", () -> fitted(stage("v", "f").setWithStd(false)));
    part("histograms and drift", this::drift);
    part("batch norm, weighted", () -> fitted(stage("d", "ad").setWeightCol("weight")));
    part(
        "batch norm, given",
        () ->
            fitted(
                stage("v")
                    .setGamma(new double[] {1, 2, 0.5})
                    .setBeta(new double[] {0.1, 0, -1})
                    .setActivation("gelu")));
    part("batch norm, skip", () -> fitted(stage("d", "f", "v").setHandleInvalid("skip")));
    part("batch norm, error", () -> message(() -> invalid("error")));
    part("batch norm, keep", () -> invalid("keep"));
    part("infomax", () -> fitted(stage(all()).setLearn("infomax").setActivation("sigmoid")));
    part("infomax, tanh", () -> fitted(stage("sv").setLearn("infomax").setActivation("tanh")));
    for (String label : new String[] {"binary", "many", "real"}) {
      part("supervised, " + label, () -> fitted(supervised(label)));
    }
    part("inverse", this::inverse);
    part("update", () -> updated(0));
    part("update, moving", () -> updated(0.1));
    part("model of numbers", this::ofNumbers);
    part("many columns", this::wide);
    part("many columns, three wanted", this::pruned);
    part("generated code off", this::interpreted);
    part("from Parquet", this::parquet);
    part("in columns", this::inColumns);
    part("report", this::report);
    part("stream", this::stream);
    part("running", this::running);
    part("pipeline", this::pipeline);
    part("model written and read", this::written);
    for (String model : models) {
      part("model of " + Path.of(model).getFileName(), () -> otherLines(model));
    }
    part("job", () -> job("run"));
    part("job, wrong", () -> job("run", "--set", "stages.0.batchNorm.lern=none"));
    part("job, stream", this::streamJob);
    part("wrong function", () -> message(() -> data.selectExpr("activate(d, 'sigmod')")));
    part("wrong column", () -> message(() -> on("relu", "value", "id; ")));
  }

  private void part(String name, Callable<String> work) {
    long start = System.nanoTime();
    String result;
    try {
      result = work.call();
    } catch (Throwable e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      result = "failed: " + trace;
    }
    System.out.println(name + ": " + result + " " + (System.nanoTime() - start) / 1_000_000);
    results.put(name.replace(' ', '_'), result);
  }

  private static String[] all() {
    return Stream.of(SCALARS, WHOLE).flatMap(Arrays::stream).toArray(String[]::new);
  }

  private String on(String function, String output, String... columns) {
    return bits(
        new Activation()
            .setFunction(function)
            .setOutput(output)
            .setInputCols(columns)
            .setOutputCols(Arrays.stream(columns).map(c -> c + "_out").toArray(String[]::new))
            .transform(data));
  }

  private String everyFunction(String column, String output, boolean elementwise) {
    Definition[] all =
        Definition.all().stream()
            .filter(d -> d.elementwise() == elementwise)
            .toArray(Definition[]::new);
    String[] functions = Arrays.stream(all).map(Definition::name).toArray(String[]::new);
    return bits(
        new Activation()
            .setFunctions(functions)
            .setOutput(output)
            .setInputCols(
                IntStream.range(0, all.length).mapToObj(i -> column + i).toArray(String[]::new))
            .setOutputCols(functions)
            .transform(
                data.select(
                    Stream.concat(
                            Stream.of(col("id")),
                            IntStream.range(0, all.length)
                                .mapToObj(i -> col(column).as(column + i)))
                        .toArray(Column[]::new)))
            .select("id", functions));
  }

  private static Column col(String name) {
    return functions.col(name);
  }

  private String functionsByColumn() {
    return bits(
        new Activation()
            .setFunctions(new String[] {"elu(alpha=0.3)", "hard_tanh(min=-2,max=2)", "softmax"})
            .setInputCols(new String[] {"d", "f", "ad"})
            .setOutputCols(new String[] {"x", "y", "z"})
            .transform(data)
            .select("id", "x", "y", "z"));
  }

  private String sql() {
    data.createOrReplaceTempView("data");
    return bits(
        spark.sql(
            "SELECT id, sigmoid(d) a, elu(d, 0.5D) b, softmax(ad) c, activate(v, 'elu(alpha=0.5)') e,"
                + " activation_slope(f, 'sigmoid') g, hard_tanh(i, -2D, 2D) h FROM data"));
  }

  private String groupBy() {
    return bits(
        spark.sql(
            "SELECT relu6(b) id, count(*) n, max(sigmoid(d)) m FROM data"
                + " WHERE relu(b) >= 0 GROUP BY relu6(b) HAVING relu6(b) < 7"));
  }

  private String typed() {
    return bits(
        data.select(
            col("id"),
            ActivationFunctions.activate(col("d"), ActivationFunction.parse("swish(beta=2)")),
            ActivationFunctions.activate(col("sv"), "relu"),
            ActivationFunctions.activationSlope(col("ad"), "gelu")));
  }

  private String nullAndNaN() {
    return bits(
        spark.sql(
            "SELECT 1 id, sigmoid(NULL) a, sigmoid(double('NaN')) b, relu(float('-Infinity')) c,"
                + " softmax(array(1D, NULL, double('NaN'))) d, activate(array(float('NaN')), 'tanh') e"));
  }

  private static BatchNorm stage(String... columns) {
    return new BatchNorm()
        .setInputCols(columns)
        .setOutputCols(Arrays.stream(columns).map(c -> c + "_bn").toArray(String[]::new))
        .setHandleInvalid("keep");
  }

  private static BatchNorm supervised(String label) {
    return stage("d", "f", "n", "v")
        .setHandleInvalid("skip")
        .setLearn("supervised")
        .setLabelCol(label)
        .setActivation("tanh")
        .setMaxIter(15);
  }

  private String fitted(BatchNorm stage) {
    return fitted(stage.fit(data));
  }

  private String fitted(BatchNormModel model) {
    return fitted(model, data);
  }

  private String fitted(BatchNormModel model, Dataset<Row> rows) {
    return bits(model.statistics(spark)) + bits(model.transform(rows));
  }

  private String invalid(String handle) {
    return fitted(
        stage("d", "x").setHandleInvalid(handle).fit(data.withColumn("x", functions.expr("1 / d"))),
        data.withColumn("x", functions.expr("if(id % 2 = 0, double('Infinity'), d)")));
  }

  private static String message(Callable<?> work) {
    try {
      return "no error: " + work.call();
    } catch (Exception e) {
      return e.getMessage().replaceAll("#\\d+", "#n").replaceAll("\\R[\\s\\S]*", "");
    }
  }

  private String inverse() {
    BatchNormModel model = stage("d", "v").setActivation("sigmoid").fit(data);
    return bits(model.inverse().transform(model.transform(data)));
  }

  private String updated(double momentum) {
    BatchNormModel model = stage("d", "sv", "af").setMomentum(momentum).fit(data.where("id < 200"));
    return fitted(model.update(data.where("id >= 200")));
  }

  private String drift() {
    BatchNormModel model = stage("d", "sv", "af").setHistogram(true).fit(data.where("id < 150"));
    BatchNormModel updated = model.update(data.where("id between 150 and 199"));
    String[] texts = updated.getOrDefault(updated.fittedHistograms());
    return hash(
        String.join(" ", texts)
            + ColumnReport.of(updated, data.where("id >= 200").coalesce(1)).toJson());
  }

  private String ofNumbers() {
    return bits(
        BatchNormModel.of(
                new double[] {1, 0, 0.3},
                new double[] {2, 1, 0.1},
                new double[] {1, 1, 1},
                new double[] {0, 1, 0})
            .setActivation("selu")
            .setInputCol("v")
            .setOutputCol("out")
            .transform(data)
            .select("id", "out"));
  }

  private Dataset<Row> manyColumns() {
    Column[] columns =
        IntStream.range(0, 121)
            .mapToObj(i -> i == 0 ? col("id") : col("d").multiply(i / 7.0).plus(i).as("c" + i))
            .toArray(Column[]::new);
    return data.select(columns);
  }

  private Dataset<Row> wideResult() {
    String[] columns = IntStream.range(1, 121).mapToObj(i -> "c" + i).toArray(String[]::new);
    return stage(columns).setActivation("silu").fit(manyColumns()).transform(manyColumns());
  }

  private String wide() {
    return bits(wideResult());
  }

  private String pruned() {
    return bits(wideResult().select("id", "c3_bn", "c80_bn", "c120_bn"));
  }

  private String interpreted() {
    spark.conf().set("spark.sql.codegen.wholeStage", false);
    spark.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    try {
      return fitted(stage(all()));
    } finally {
      spark.conf().unset("spark.sql.codegen.wholeStage");
      spark.conf().unset("spark.sql.codegen.factoryMode");
    }
  }

  private String parquet() {
    String path = folder.resolve("parquet").toString();
    data.coalesce(2).write().parquet(path);
    Dataset<Row> read = spark.read().parquet(path);
    return fitted(stage(all()).fit(read), read);
  }

  /** Scalars that a scan gives in columns, in rows, and in rows too wide for generated stages. */
  private String inColumns() {
    String path = folder.resolve("scalars").toString();
    data.select("id", SCALARS).coalesce(2).write().parquet(path);
    stage(SCALARS)
        .setActivation("tanh")
        .fit(data)
        .transform(spark.read().parquet(path))
        .createOrReplaceTempView("in_columns");
    String inColumns = operator("ColumnarProject") + bits(spark.sql("SELECT * FROM in_columns"));
    spark.conf().set("spark.sql.parquet.enableVectorizedReader", false);
    String inRows = operator("ColumnarProject") + bits(spark.sql("SELECT * FROM in_columns"));
    spark.conf().set("spark.sql.codegen.maxFields", 2);
    String wide = operator("WideProject") + bits(spark.sql("SELECT * FROM in_columns"));
    spark.conf().unset("spark.sql.codegen.maxFields");
    spark.conf().unset("spark.sql.parquet.enableVectorizedReader");
    return String.format(
        Locale.ROOT,
        "columns %s, rows %s, equal %s",
        inColumns.substring(0, 4),
        inRows.substring(0, 4),
        inColumns.equals(wide) && inColumns.substring(4).equals(inRows.substring(4)));
  }

  private String operator(String name) {
    String plan = spark.sql("EXPLAIN SELECT * FROM in_columns").first().getString(0);
    return plan.contains(name) ? "with" : "none";
  }

  private String report() throws IOException {
    BatchNormModel model = stage("d", "f", "v").setActivation("relu6").fit(data);
    ColumnReport report = ColumnReport.of(model, data);
    String page = folder.resolve("report.html").toString();
    report.write(page, spark.sparkContext().hadoopConfiguration(), false);
    return hash(report.toJson())
        + bits(report.toDataFrame(spark))
        + hash(Files.readString(Path.of(page)));
  }

  private Dataset<Row> arriving() {
    String path = folder.resolve("arriving").toString();
    if (!Files.exists(Path.of(path))) {
      data.select("id", "d", "f").coalesce(1).write().json(path);
    }
    return spark.readStream().schema("id INT, d DOUBLE, f FLOAT").json(path);
  }

  private String stream() throws Exception {
    BatchNormModel model = stage("d", "f").setActivation("softsign").fit(data);
    String path = folder.resolve("streamed").toString();
    model
        .transform(arriving())
        .writeStream()
        .format("parquet")
        .trigger(Trigger.AvailableNow())
        .start(path)
        .awaitTermination();
    return bits(spark.read().parquet(path));
  }

  private String running() throws Exception {
    String path = folder.resolve("running").toString();
    arriving()
        .writeStream()
        .foreachBatch(new RunningBatchNorm(stage("d", "f"), path))
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();
    return fitted(RunningBatchNorm.latest(path, spark).orElseThrow());
  }

  private String pipeline() throws IOException {
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  stage("i", "v").setActivation("sigmoid").setLearn("infomax"),
                  new Activation().setFunction("softplus").setInputCol("n").setOutputCol("n_on"),
                  new VectorAssembler()
                      .setInputCols(new String[] {"i_bn", "v_bn", "n_on"})
                      .setOutputCol("features"),
                  new LogisticRegression().setLabelCol("binary").setMaxIter(3)
                });
    String path = folder.resolve("pipeline").toString();
    pipeline.fit(data).write().save(path);
    return bits(PipelineModel.load(path).transform(data).select("id", "features"));
  }

  private String written() throws IOException {
    BatchNormModel model = stage("d", "sv").setActivation("elu(alpha=0.7)").fit(data);
    String path = folder.resolve("model").toString();
    model.write().save(path);
    return fitted(BatchNormModel.load(path));
  }

  private String otherLines(String path) {
    return fitted(BatchNormModel.load(path));
  }

  private String job(String command, String... more) throws IOException {
    Path work = Files.createTempDirectory(folder, "job");
    data.where("d IS NOT NULL")
        .select("id", "d", "i", "binary")
        .coalesce(1)
        .write()
        .option("header", true)
        .csv(work + "/in");
    Path spec = work.resolve("spec.yaml");
    Files.writeString(
        spec,
        """
        input: {format: csv, path: DIR/in, options: {header: true, inferSchema: true}}
        label: binary
        features: [d, i]
        stages:
          - batchNorm: {learn: infomax, activation: sigmoid}
          - activation: {function: gelu}
        output: {format: parquet, path: DIR/out}
        model: DIR/model
        report: DIR/report.html
        """
            .replace("DIR", work.toString()));
    String text = run(work, command, spec, more);
    return Files.exists(work.resolve("out"))
        ? hash(text) + bits(spark.read().parquet(work + "/out"))
        : text;
  }

  /** Exit status, and what was printed, without what is not the same in every run. */
  private String run(Path work, String command, Path spec, String... more) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    List<String> args = new ArrayList<>(List.of(command, spec.toString()));
    args.addAll(Arrays.asList(more));
    int status;
    try (PrintStream print = new PrintStream(text, true, StandardCharsets.UTF_8)) {
      status = Main.run(args.toArray(new String[0]), print, print);
    }
    return status
        + " "
        + text.toString(StandardCharsets.UTF_8)
            .replace(work.toString(), "DIR")
            .replaceAll("[0-9.]+ (ms|s|seconds?)\\b", "TIME")
            .strip();
  }

  private String streamJob() throws IOException {
    Path work = Files.createTempDirectory(folder, "job");
    stage("d", "f").fit(data).write().save(work + "/stage");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {stage("d", "f")});
    pipeline.fit(data).write().save(work + "/model");
    arriving();
    Path spec = work.resolve("spec.yaml");
    Files.writeString(
        spec,
        """
        input: {format: json, path: ARRIVING, schema: 'id INT, d DOUBLE, f FLOAT', streaming: true}
        output: {format: parquet, path: DIR/out, checkpoint: DIR/checkpoint}
        model: DIR/model
        """
            .replace("ARRIVING", folder.resolve("arriving").toString())
            .replace("DIR", work.toString()));
    String text = run(work, "transform", spec);
    return Files.exists(work.resolve("out"))
        ? hash(text) + bits(spark.read().parquet(work + "/out"))
        : text;
  }

  /** A fingerprint of all values of the rows, whatever their order. */
  private static String bits(Dataset<Row> rows) {
    List<String> texts = new ArrayList<>();
    for (Row row : rows.collectAsList()) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < row.length(); i++) {
        append(text, row, i);
        text.append(' ');
      }
      texts.add(text.toString());
    }
    texts.sort(null);
    return hash(String.join("\n", texts));
  }

  private static void append(StringBuilder text, Row row, int i) {
    Object value = row.get(i);
    if (value instanceof Row nested) {
      for (int j = 0; j < nested.length(); j++) {
        append(text, nested, j);
      }
    } else if (value instanceof Vector vector) {
      text.append(vector.getClass().getSimpleName()).append(vector.size());
      text.append(Arrays.toString(vector.toSparse().indices()));
      for (double x : vector.toArray()) {
        append(text, x);
      }
    } else if (row.schema().fields()[i].dataType() instanceof ArrayType) {
      text.append('[');
      if (value != null) {
        row.getList(i).forEach(x -> append(text, x));
      }
    } else {
      append(text, value);
    }
  }

  private static void append(StringBuilder text, Object value) {
    if (value instanceof Double x) {
      text.append('d').append(Long.toHexString(Double.doubleToRawLongBits(x)));
    } else if (value instanceof Float x) {
      text.append('f').append(Integer.toHexString(Float.floatToRawIntBits(x)));
    } else {
      text.append(value);
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
