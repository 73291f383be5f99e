package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scalars of files that come in columns, against the same query by rows. */
@Tag("thorough")
class ColumnarFeaturesTest {

  private static final String BY_COLUMNS = "ColumnarProject";
  private static final int ROWS = 500;
  private static final String[] NUMBERS = {"d", "few", "f", "i", "l", "s", "b", "e", "g", "p"};
  private static final String[] OUTPUTS =
      Arrays.stream(NUMBERS).map(name -> name + "_y").toArray(String[]::new);

  /** NaN with a payload and a sign, which no arithmetic leaves as it is. */
  private static final double OTHER_NAN = Double.longBitsToDouble(0xfff8000000000123L);

  @TempDir static Path folder;
  private static BatchNormModel model;

  /** Numbers of all types with nulls, among them few that are often the same; p is in paths. */
  @BeforeAll
  static void writeFiles() {
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType, false)
            .add("name", DataTypes.StringType)
            .add("d", DataTypes.DoubleType)
            .add("few", DataTypes.DoubleType)
            .add("f", DataTypes.FloatType)
            .add("i", DataTypes.IntegerType)
            .add("l", DataTypes.LongType)
            .add("s", DataTypes.ShortType)
            .add("b", DataTypes.ByteType)
            .add("e", DataTypes.createDecimalType(9, 3))
            .add("g", DataTypes.createDecimalType(38, 12))
            .add("p", DataTypes.IntegerType);
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    double[] odd = {OTHER_NAN, Double.NaN, Double.POSITIVE_INFINITY, -0.0, -1e150};
    for (int id = 0; id < ROWS; id++) {
      double x = 3 * random.nextGaussian();
      Object[] row = {
        id,
        "row " + id % 7,
        id % 11 == 3 ? odd[random.nextInt(odd.length)] : x,
        (double) random.nextInt(3),
        id % 13 == 3 ? Float.NaN : (float) x,
        (int) (100 * x),
        random.nextLong(),
        (short) (100 * x),
        (byte) (10 * x),
        BigDecimal.valueOf(Math.round(1000 * x), 3),
        BigDecimal.valueOf(Math.round(1000 * x), 3).setScale(12),
        id % 3
      };
      if (id % 5 == 0) {
        row[2 + random.nextInt(9)] = null;
      }
      rows.add(RowFactory.create(row));
    }
    Dataset<Row> data = LocalSpark.session().createDataFrame(rows, schema).coalesce(1);
    for (String format : List.of("parquet", "orc")) {
      data.write().partitionBy("p").format(format).save(folder.resolve(format).toString());
    }
    model =
        new BatchNorm()
            .setInputCols(NUMBERS)
            .setOutputCols(OUTPUTS)
            .setActivation("gelu")
            .setHandleInvalid("keep")
            .fit(data);
  }

  private static Dataset<Row> files(String format) {
    return LocalSpark.session().read().format(format).load(folder.resolve(format).toString());
  }

  /** Asked of a query that was run, since an adaptive one has no plan before. */
  private static boolean byColumns(Dataset<Row> query) {
    return query.queryExecution().executedPlan().toString().contains(BY_COLUMNS);
  }

  /** The query's rows, which are those of the same query without any columns. */
  private static List<String> assertSameByRows(Supplier<Dataset<Row>> query) {
    List<String> byRows =
        LocalSpark.with(
            "spark.sql.parquet.enableVectorizedReader",
            "false",
            () ->
                LocalSpark.with(
                    "spark.sql.orc.enableVectorizedReader",
                    "false",
                    () -> {
                      Dataset<Row> rows = query.get();
                      List<String> result = bits(rows);
                      assertThat(byColumns(rows)).isFalse();
                      return result;
                    }));
    Dataset<Row> columns = query.get();
    assertThat(bits(columns)).isEqualTo(byRows).isNotEmpty();
    assertThat(byColumns(columns)).isTrue();
    return byRows;
  }

  private static List<String> bits(Dataset<Row> query) {
    return query.collectAsList().stream()
        .map(
            row ->
                IntStream.range(0, row.length())
                    .mapToObj(j -> bits(row.get(j)))
                    .toList()
                    .toString())
        .sorted()
        .toList();
  }

  private static String bits(Object value) {
    return value instanceof Double x
        ? Long.toHexString(Double.doubleToRawLongBits(x))
        : value instanceof Float x
            ? Integer.toHexString(Float.floatToRawIntBits(x))
            : String.valueOf(value);
  }

  private static Dataset<Row> activated(Dataset<Row> data, String input, String output) {
    return new Activation()
        .setInputCol(input)
        .setOutputCol(output)
        .setFunction("tanh_shrink")
        .transform(data);
  }

  @Test
  void valuesAreThoseOfRows() {
    assertSameByRows(() -> model.transform(files("parquet")));
    assertSameByRows(() -> model.transform(files("orc")).select("id", OUTPUTS));
    assertSameByRows(() -> model.transform(files("parquet")).select("few_y"));
  }

  @Test
  void restOfAQueryIsAnsweredToo() {
    assertSameByRows(
        () ->
            activated(model.transform(files("parquet")), "d_y", "again")
                .withColumn("sum", functions.expr("d_y + few_y + l"))
                .withColumn("text", functions.expr("concat(name, '-', id)"))
                .drop("f", "d", "e"));
    assertSameByRows(() -> model.transform(files("parquet")).groupBy("name").max("few_y", "p_y"));
    assertSameByRows(() -> model.transform(files("parquet").withColumnRenamed("name", "n")));
  }

  @ParameterizedTest
  @CsvSource({
    "spark.sql.adaptive.enabled, false",
    "spark.sql.columnVector.offheap.enabled, true",
    "spark.sql.codegen.factoryMode, NO_CODEGEN",
    "spark.sql.parquet.columnarReaderBatchSize, 7",
    "spark.sql.files.maxPartitionBytes, 2000"
  })
  void settingsMakeNoDifference(String setting, String value) {
    LocalSpark.with(
        setting,
        value,
        () ->
            assertSameByRows(() -> activated(files("parquet"), "i", "a").select("i", "a", "name")));
  }

  @Test
  void cachedTableIsReadInColumns() {
    Dataset<Row> cached = files("parquet").select("d", "few", "f", "i", "id").cache();
    Dataset<Row> result = activated(cached, "d", "y").select("id", "y");
    assertThat(bits(result))
        .isEqualTo(bits(activated(files("parquet"), "d", "y").select("id", "y")));
    assertThat(byColumns(result)).isTrue();
    cached.unpersist(true);
  }

  @Test
  void featuresThatAreCachedAreThoseOfTheQuery() {
    Dataset<Row> query = model.transform(files("parquet"));
    List<String> expected = bits(query);
    Dataset<Row> cached = query.cache();
    assertThat(bits(cached)).isEqualTo(expected);
    assertThat(bits(model.transform(files("parquet")))).isEqualTo(expected);
    cached.unpersist(true);
  }

  @Test
  void equalPlansAreKnownAsEqual() {
    SparkPlan one = model.transform(files("parquet")).queryExecution().executedPlan();
    SparkPlan same = model.transform(files("parquet")).queryExecution().executedPlan();
    assertThat(one.sameResult(same)).isTrue();
    SparkPlan other =
        model
            .copy(ParamMap.empty())
            .setActivation("sigmoid")
            .transform(files("parquet"))
            .queryExecution()
            .executedPlan();
    assertThat(one.sameResult(other)).isFalse();
    assertThat(one.toString()).contains(BY_COLUMNS).contains("gelu");
  }

  /** Which files are read is known only when the other side was. */
  @Test
  void partitionsArePrunedWhileTheQueryRuns() {
    assertSameByRows(
        () ->
            model
                .transform(files("parquet"))
                .filter("p = (SELECT max(x) FROM VALUES (1), (2) AS t(x))"));
    assertSameByRows(
        () -> {
          Dataset<Row> small =
              LocalSpark.session()
                  .range(3)
                  .selectExpr("CAST(id AS INT) AS p", "id * 2 AS twice")
                  .filter("twice > 2");
          return model.transform(files("parquet")).join(small, "p");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"CAST('NaN' AS DOUBLE)", "CAST(NULL AS DOUBLE)"})
  void invalidValueIsAnErrorWhereItIsReached(String invalid) {
    String path = folder.resolve("invalid" + invalid.length()).toString();
    LocalSpark.session()
        .range(0, 100, 1, 1)
        .selectExpr(
            "CAST(id AS DOUBLE) AS a",
            String.format(Locale.ROOT, "IF(id = 60, %s, 1.5D) AS b", invalid))
        .write()
        .parquet(path);
    Dataset<Row> data = LocalSpark.session().read().parquet(path);
    double[] ones = {1, 1};
    Dataset<Row> result =
        BatchNormModel.of(new double[2], ones, ones, new double[2])
            .setInputCols(new String[] {"a", "b"})
            .setOutputCols(new String[] {"x", "y"})
            .transform(data);
    assertThat(result.select("x").collectAsList()).hasSize(100);
    assertThat(result.limit(50).collectAsList()).hasSize(50);
    assertThat(byColumns(result)).isTrue();
    assertThatThrownBy(result::collectAsList)
        .hasStackTraceContaining(
            String.format(
                Locale.ROOT,
                "Column 'b' holds %s, which handleInvalid=error rejects",
                invalid.contains("NaN") ? "NaN" : "null"));
  }

  @Test
  void rowsBehindAFilterStayRows() {
    Dataset<Row> rows = files("parquet").filter("few > 0");
    assertThat(byColumns(model.transform(rows))).isFalse();
    assertThat(bits(model.transform(rows)))
        .isEqualTo(bits(model.transform(files("parquet")).filter("few > 0")));
  }
}
