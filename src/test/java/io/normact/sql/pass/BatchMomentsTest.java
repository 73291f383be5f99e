package io.normact.sql.pass;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.exact.Moments;
import io.normact.sql.column.ColumnKind;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pass over scalars finds the same whether they come in batches of columns or row by row. */
@Tag("thorough")
class BatchMomentsTest {

  private static final StructType SCHEMA =
      StructType.fromDDL(
          "d DOUBLE, n DOUBLE, f FLOAT, i INT, l BIGINT, s SMALLINT, b TINYINT, m DECIMAL(9, 3), "
              + "e DECIMAL(30, 2), x DOUBLE, w DOUBLE, u FLOAT, part INT");

  @TempDir static Path folder;
  private static Dataset<Row> rows;
  private static Dataset<Row> parquet;
  private static Dataset<Row> orc;

  @BeforeAll
  static void store() {
    Random random = new Random(11);
    List<Row> list = new ArrayList<>();
    for (int k = 0; k < 3_000; k++) {
      double z = random.nextGaussian();
      list.add(
          RowFactory.create(
              z,
              k % 7 == 0 ? null : k % 11 == 0 ? Double.NaN : (double) (k % 5),
              k % 13 == 0 ? null : (float) z,
              k % 17 == 0 ? null : random.nextInt(),
              random.nextLong(),
              (short) random.nextInt(),
              k % 19 == 0 ? null : (byte) k,
              new BigDecimal(k).movePointLeft(3),
              k % 23 == 0 ? null : new BigDecimal(k).multiply(new BigDecimal("1e20")),
              k % 29 == 0 ? Double.POSITIVE_INFINITY : 1e-300 * z,
              k % 5 * 0.25,
              (float) (k % 3),
              k % 2));
    }
    rows = LocalSpark.session().createDataFrame(list, SCHEMA);
    parquet = stored("parquet");
    orc = stored("orc");
  }

  private static Dataset<Row> stored(String format) {
    String path = folder.resolve(format).toString();
    rows.coalesce(1).write().partitionBy("part").format(format).save(path);
    return LocalSpark.session()
        .read()
        .format(format)
        .schema(SCHEMA.add("gone", "double"))
        .load(path);
  }

  private static FeatureSource source(String name) {
    return new FeatureSource(name, ColumnKind.DOUBLE, col(name));
  }

  private static List<FeatureSource> sources(String names) {
    return Arrays.stream(names.split(" ")).map(BatchMomentsTest::source).toList();
  }

  private static String pass(Dataset<Row> data, String names, String weight, boolean skip) {
    FeatureSource weights = weight == null ? null : source(weight);
    FeatureMoments found =
        MomentsAggregation.run("fit", data, sources(names), weights, skip, 2, true);
    Moments moments = found.parts().get(0);
    return found.skippedRows()
        + " "
        + HexFormat.of().formatHex(moments.toBytes())
        + " "
        + HexFormat.of().formatHex(found.histograms().get(0).toBytes());
  }

  private static boolean isScanned(Dataset<Row> data, String names) {
    return InternalRows.execute(
        "look",
        data.select(
            sources(names).stream()
                .map(FeatureSource::readable)
                .toArray(org.apache.spark.sql.Column[]::new)),
        whole -> false,
        scanned -> true);
  }

  @ParameterizedTest
  @CsvSource({
    "d, , false",
    "d n f i l s b m e x part gone, , false",
    "d n f i l s b m e x part, , true",
    "d n f i l s b m e x, w, false",
    "d n f i, w, true",
    "n d l part, u, true",
    "d gone, , true",
    "n, part, false",
  })
  void sameBytes(String names, String weight, boolean skip) {
    String expected = pass(rows.withColumn("gone", lit(null).cast("double")), names, weight, skip);
    assertThat(pass(parquet, names, weight, skip)).isEqualTo(expected);
    assertThat(pass(orc, names, weight, skip)).isEqualTo(expected);
    assertThat(isScanned(parquet, names)).isTrue();
    assertThat(isScanned(orc, names)).isTrue();
  }

  @Test
  void cached() {
    Dataset<Row> cached = rows.drop("m", "e").cache();
    try {
      assertThat(pass(cached, "d n f i s part", "w", false))
          .isEqualTo(pass(parquet, "d n f i s part", "w", false));
    } finally {
      cached.unpersist();
    }
  }

  @Test
  void whatIsComputedComesInRows() {
    for (Dataset<Row> data :
        List.of(parquet.filter("d > 0"), parquet.withColumn("d", col("d").plus(1)), rows)) {
      assertThat(isScanned(data, "d")).isFalse();
    }
    assertThat(isScanned(parquet.withColumn("d", col("d").cast("string")), "d")).isFalse();
  }

  @Test
  void weightsThatAreNone() {
    Stream.of("n: null", "x: Infinity")
        .map(text -> text.split(": "))
        .forEach(
            weight ->
                assertThatThrownBy(() -> pass(parquet, "d", weight[0], false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Weight column '" + weight[0] + "' holds ")
                    .hasMessageEndingWith(", but weights must be finite and not negative."));
    assertThatThrownBy(
            () -> pass(parquet.select(col("d"), lit(null).cast("double").as("n")), "d", "n", true))
        .hasMessage("Weight column 'n' holds null, but weights must be finite and not negative.");
  }

  @Test
  void noRows() {
    Dataset<Row> none = parquet.limit(0);
    assertThat(pass(none, "d n", "w", true)).isEqualTo(pass(rows.limit(0), "d n", "w", true));
  }
}
