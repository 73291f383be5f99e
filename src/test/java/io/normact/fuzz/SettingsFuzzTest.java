package io.normact.fuzz;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import io.normact.report.ColumnReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever Spark's settings are, the results are the same to the bit. */
@Tag("thorough")
class SettingsFuzzTest {

  /** What users and clusters set, with the values that they set it to; the first is Spark's. */
  private static final Map<String, List<String>> SETTINGS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("spark.sql.codegen.wholeStage", List.of("true", "false")),
              Map.entry(
                  "spark.sql.codegen.factoryMode",
                  List.of("FALLBACK", "CODEGEN_ONLY", "NO_CODEGEN")),
              Map.entry("spark.sql.codegen.maxFields", List.of("100", "2", "10000")),
              Map.entry("spark.sql.codegen.methodSplitThreshold", List.of("1024", "1")),
              Map.entry("spark.sql.subexpressionElimination.enabled", List.of("true", "false")),
              Map.entry("spark.sql.ansi.enabled", List.of("true", "false")),
              Map.entry("spark.sql.caseSensitive", List.of("false", "true")),
              Map.entry("spark.sql.adaptive.enabled", List.of("true", "false")),
              Map.entry("spark.sql.parquet.enableVectorizedReader", List.of("true", "false")),
              Map.entry("spark.sql.parquet.columnarReaderBatchSize", List.of("4096", "7")),
              Map.entry("spark.sql.columnVector.offheap.enabled", List.of("false", "true")),
              Map.entry("spark.sql.files.maxPartitionBytes", List.of("128m", "4k")),
              Map.entry("spark.sql.shuffle.partitions", List.of("200", "1", "3")),
              Map.entry("spark.sql.session.timeZone", List.of("UTC", "Asia/Kathmandu")),
              Map.entry("spark.sql.parser.quotedRegexColumnNames", List.of("false", "true")),
              Map.entry(
                  "spark.sql.optimizer.nestedSchemaPruning.enabled", List.of("true", "false")),
              Map.entry(
                  "spark.sql.optimizer.excludedRules",
                  List.of(
                      "",
                      "org.apache.spark.sql.catalyst.optimizer.CollapseProject",
                      "org.apache.spark.sql.catalyst.optimizer.ColumnPruning,"
                          + "org.apache.spark.sql.catalyst.optimizer.PushDownPredicates"))));

  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int CASES = Integer.getInteger("fuzz.cases", 400) / 100;

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("D", DataTypes.DoubleType)
          .add("f.1", DataTypes.FloatType)
          .add("n", DataTypes.createDecimalType(12, 4))
          .add("v", new VectorUDT())
          .add("a", DataTypes.createArrayType(DataTypes.DoubleType));

  private static final String[] INPUTS = {"D", "f.1", "n", "v", "a"};

  @TempDir static Path folder;

  @Test
  void resultsAreTheSameUnderAnySettings() {
    String path = folder.resolve("data").toString();
    LocalSpark.session().createDataFrame(rows(), SCHEMA).repartition(3).write().parquet(path);
    Map<String, String> expected = results(LocalSpark.session(), path);
    for (int i = 0; i < CASES; i++) {
      Map<String, String> settings = settings(new SplittableRandom(SEED * 1_000_003 + i));
      SparkSession session = LocalSpark.session().newSession();
      settings.forEach((name, value) -> session.conf().set(name, value));
      SparkSession.setActiveSession(session);
      try {
        assertThat(results(session, path)).as("under %s", settings).isEqualTo(expected);
      } finally {
        SparkSession.setActiveSession(LocalSpark.session());
      }
    }
  }

  private static Map<String, String> settings(SplittableRandom random) {
    Map<String, String> chosen = new TreeMap<>();
    SETTINGS.forEach((name, values) -> chosen.put(name, values.get(random.nextInt(values.size()))));
    return chosen;
  }

  private static List<Row> rows() {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (long id = 0; id < 90; id++) {
      double x = random.nextGaussian();
      Vector v =
          id % 3 == 0
              ? Vectors.sparse(4, new int[] {(int) (id % 4)}, new double[] {x})
              : Vectors.dense(x, -x, (double) id, 1 / (1 + x * x));
      rows.add(
          RowFactory.create(
              id,
              id % 11 == 4
                  ? null
                  : (Double) (id % 13 == 5 ? Double.NaN : Math.scalb(x, (int) id % 9)),
              id % 7 == 2 ? null : (Float) (float) (3 * x),
              id % 17 == 3 ? null : java.math.BigDecimal.valueOf(random.nextInt(100_000), 4),
              id % 19 == 1 ? null : v,
              id % 23 == 6 ? null : new Double[] {x, id % 5 == 0 ? null : (Double) (2 * x), 1.0}));
    }
    return rows;
  }

  private static Map<String, String> results(SparkSession session, String path) {
    Dataset<Row> data = session.read().parquet(path);
    BatchNormModel model =
        new BatchNorm()
            .setInputCols(INPUTS)
            .setOutputCols(new String[] {"d out", "f out", "n out", "v out", "a out"})
            .setHandleInvalid("keep")
            .setActivation("softplus")
            .fit(data);
    Dataset<Row> applied =
        new Activation()
            .setFunction("softsign")
            .setInputCols(new String[] {"d out", "v out"})
            .setOutputCols(new String[] {"d twice", "v twice"})
            .transform(model.transform(data));
    data.createOrReplaceTempView("settings_data");
    return Map.of(
        "mean", bits(model.mean()),
        "variance", bits(model.variance()),
        "rows", bits(applied),
        "one output", bits(applied.filter(col("D").isNotNull()).select("id", "n out")),
        "inverse", bits(model.inverse().transform(model.transform(data).drop(INPUTS))),
        "sql",
            bits(
                session.sql(
                    "SELECT id, elu(D, alpha => 0.5) + elu(D, alpha => 0.5) AS e, softmax(a) AS s,"
                        + " relu(v) AS r, activate(n, 'gelu') AS g FROM settings_data"
                        + " WHERE tanh(D) > -0.9")),
        "grouped",
            bits(
                session.sql(
                    "SELECT hard_sigmoid(n) AS id, count(*) AS c FROM settings_data"
                        + " GROUP BY hard_sigmoid(n) HAVING count(*) > 0")),
        "report", ColumnReport.of(model, data).toJson());
  }

  private static String bits(Dataset<Row> rows) {
    return rows.collectAsList().stream()
        .map(row -> bits((Object) row))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static String bits(Object value) {
    if (value instanceof Row row) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        text.append(bits(row.get(i))).append(' ');
      }
      return text.toString();
    }
    if (value instanceof Double x) {
      return Long.toHexString(Double.doubleToRawLongBits(x));
    }
    if (value instanceof Float x) {
      return Integer.toHexString(Float.floatToRawIntBits(x));
    }
    if (value instanceof Vector vector) {
      StringBuilder text = new StringBuilder(vector.getClass().getSimpleName());
      for (double x : vector.toArray()) {
        text.append(' ').append(bits((Object) x));
      }
      return text.toString();
    }
    return value instanceof scala.collection.Seq<?> elements
        ? scala.jdk.javaapi.CollectionConverters.asJava(elements).stream()
            .map(SettingsFuzzTest::bits)
            .toList()
            .toString()
        : String.valueOf(value);
  }
}
