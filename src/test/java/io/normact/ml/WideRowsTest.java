package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Date;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

/** Scalars of rows that are too wide for whole-stage code, against the same query with it. */
@Tag("thorough")
class WideRowsTest {

  private static final String BY_WIDE_ROWS = "WideProject";
  private static final String MOST_FIELDS = "spark.sql.codegen.maxFields";
  private static final String[] NUMBERS = {"d", "f", "i", "l", "s", "b", "e", "g"};
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "id INT NOT NULL, day DATE, name STRING, d DOUBLE, f FLOAT, i INT, l BIGINT, s SMALLINT, "
              + "b TINYINT, e DECIMAL(9, 3), g DECIMAL(38, 12), t BOOLEAN, h DECIMAL(18, 2), "
              + "n TIMESTAMP_NTZ, p INTERVAL DAY TO SECOND, m INTERVAL YEAR TO MONTH");

  private static Dataset<Row> data;
  private static BatchNormModel model;

  @BeforeAll
  static void fit() {
    Random random = new Random(8);
    double[] odd = {Double.longBitsToDouble(0xfff8000000000123L), 1 / 0.0, -0.0, -1e150};
    List<Row> rows = new ArrayList<>();
    for (int id = 0; id < 400; id++) {
      double x = 3 * random.nextGaussian();
      Object[] row = {
        id,
        Date.valueOf("2026-01-0" + (1 + id % 9)),
        "row " + id % 7,
        id % 11 == 3 ? odd[random.nextInt(odd.length)] : x,
        id % 13 == 3 ? Float.NaN : (float) x,
        (int) (100 * x),
        random.nextLong(),
        (short) (100 * x),
        (byte) (10 * x),
        BigDecimal.valueOf(Math.round(1000 * x), 3),
        BigDecimal.valueOf(Math.round(1000 * x), 3).setScale(12),
        id % 3 == 0,
        BigDecimal.valueOf(Math.round(1e9 * x), 2),
        LocalDateTime.of(2026, 1, 1, 0, 0).plusSeconds((long) (1e6 * x)),
        Duration.ofMillis((long) (1e6 * x)),
        Period.ofMonths((int) (100 * x))
      };
      if (id % 3 == 0) {
        row[1 + random.nextInt(row.length - 1)] = null;
      }
      rows.add(RowFactory.create(row));
    }
    data = LocalSpark.session().createDataFrame(rows, SCHEMA).coalesce(2);
    model =
        new BatchNorm()
            .setInputCols(NUMBERS)
            .setOutputCols(Arrays.stream(NUMBERS).map(n -> n + "_y").toArray(String[]::new))
            .setActivation("gelu")
            .setHandleInvalid("keep")
            .fit(data);
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

  /** Whether the query, whose rows are those of generated stages, is answered by wide rows. */
  private static boolean isSame(UnaryOperator<Dataset<Row>> query) {
    return isSame(data, query);
  }

  private static boolean isSame(Dataset<Row> data, UnaryOperator<Dataset<Row>> query) {
    List<String> expected = bits(query.apply(data));
    return LocalSpark.with(
        MOST_FIELDS,
        "2",
        () -> {
          Dataset<Row> wide = query.apply(data);
          assertThat(bits(wide)).isEqualTo(expected).isNotEmpty();
          return wide.queryExecution().executedPlan().toString().contains(BY_WIDE_ROWS);
        });
  }

  private static Dataset<Row> outputs(Dataset<Row> rows) {
    return model.transform(rows).selectExpr("*").drop(SCHEMA.fieldNames());
  }

  @Test
  void outputsAlone() {
    assertThat(isSame(WideRowsTest::outputs)).isTrue();
    assertThat(isSame(rows -> outputs(rows.filter("d > 0")))).isTrue();
    assertThat(isSame(rows -> outputs(rows).select("f_y", "e_y", "d_y"))).isTrue();
  }

  @Test
  void inputsKept() {
    assertThat(isSame(rows -> model.transform(rows).drop("name", "g"))).isTrue();
    assertThat(isSame(rows -> model.transform(rows).drop("name", "g", "d", "i"))).isTrue();
  }

  @Test
  void whatIsNoWordOfARowStaysAsItWas() {
    assertThat(isSame(model::transform)).isFalse();
    assertThat(isSame(rows -> model.transform(rows).drop("g"))).isFalse();
  }

  @Test
  void restOfAQuery() {
    assertThat(
            isSame(
                rows ->
                    outputs(rows)
                        .withColumn("sum", functions.expr("d_y + f_y"))
                        .withColumn("text", functions.expr("concat(i_y, '-', l_y)"))))
        .isTrue();
    assertThat(
            isSame(
                rows ->
                    model
                        .transform(rows)
                        .groupBy("day")
                        .agg(functions.max("d_y"), functions.count("i_y"))))
        .isTrue();
    assertThat(
            isSame(
                rows ->
                    model
                        .transform(rows)
                        .drop("name", "g")
                        .as("a")
                        .join(outputs(rows).limit(3).select("s_y").distinct(), "s_y")
                        .selectExpr("id", "s_y", "d_y", "t")))
        .isTrue();
  }

  /** A scan hands on rows of its own kinds: views of batches, and rows in Spark's memory. */
  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc"})
  void files(String format, @TempDir Path folder) {
    String path = folder.resolve("rows").toString();
    data.write().format(format).partitionBy("day").save(path);
    Dataset<Row> files = LocalSpark.session().read().schema(SCHEMA).format(format).load(path);
    assertThat(isSame(files, WideRowsTest::outputs)).isTrue();
    assertThat(isSame(files, rows -> model.transform(rows).drop("name", "g"))).isTrue();
    assertThat(
            isSame(
                files,
                rows ->
                    model
                        .transform(rows)
                        .drop("name", "g")
                        .join(rows.filter("id = 5").select("day").distinct(), "day")))
        .isTrue();
    Dataset<Row> counted =
        LocalSpark.with(
            MOST_FIELDS,
            "2",
            () -> {
              Dataset<Row> wide = outputs(files).filter("d_y > 0");
              wide.collectAsList();
              return wide;
            });
    SparkPlan plan = counted.queryExecution().executedPlan();
    assertThat(plan.toString()).contains(BY_WIDE_ROWS);
    assertThat(CollectionConverters.asJava(plan.collectLeaves()))
        .singleElement()
        .satisfies(
            scan -> assertThat(scan.longMetric("numOutputRows").value()).isEqualTo(data.count()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark.sql.adaptive.enabled", "spark.sql.codegen.wholeStage"})
  void settings(String off) {
    boolean[] wide = new boolean[1];
    LocalSpark.with(
        off,
        "false",
        () -> wide[0] = isSame(rows -> outputs(rows).selectExpr("*", "d_y * 2 AS twice")));
    assertThat(wide[0]).isEqualTo(off.contains("adaptive"));
  }

  @Test
  void invalidValueIsAnErrorWhereItIsReached() {
    BatchNormModel strict = model.copy(ParamMap.empty());
    strict.setHandleInvalid("error");
    Dataset<Row> rows = data.filter("d IS NULL");
    LocalSpark.with(
        MOST_FIELDS,
        "2",
        () ->
            assertThatThrownBy(() -> outputs(strict, rows).collectAsList())
                .hasStackTraceContaining(
                    "Column 'd' holds null, which handleInvalid=error rejects"));
  }

  private static Dataset<Row> outputs(BatchNormModel of, Dataset<Row> rows) {
    return of.transform(rows).drop(SCHEMA.fieldNames());
  }

  @Test
  void threeHundredColumns() {
    String[] names = IntStream.range(0, 300).mapToObj(j -> "c" + j).toArray(String[]::new);
    Dataset<Row> wide =
        data.filter("isnotnull(d) AND NOT isnan(d) AND abs(d) < 100")
            .select(
                Arrays.stream(names)
                    .map(c -> functions.expr("d * " + c.substring(1) + " + 1").as(c))
                    .toArray(Column[]::new));
    String[] outputs = Arrays.stream(names).map(c -> c + "_y").toArray(String[]::new);
    BatchNormModel fitted =
        new BatchNorm()
            .setInputCols(names)
            .setOutputCols(outputs)
            .setActivation("sigmoid")
            .fit(wide);
    Dataset<Row> result = fitted.transform(wide);
    List<String> found = bits(result);
    assertThat(result.queryExecution().executedPlan().toString()).contains(BY_WIDE_ROWS);
    List<String> expected =
        LocalSpark.with(
            "spark.sql.codegen.wholeStage", "false", () -> bits(fitted.transform(wide)));
    assertThat(found).isEqualTo(expected).isNotEmpty();
  }
}
