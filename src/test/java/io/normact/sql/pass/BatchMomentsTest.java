package io.normact.sql.pass;

import static io.normact.sql.pass.StoredScalars.isScanned;
import static io.normact.sql.pass.StoredScalars.source;
import static io.normact.sql.pass.StoredScalars.sources;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.math.exact.Moments;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pass over scalars finds the same whether they come in batches of columns or row by row. */
@Tag("thorough")
class BatchMomentsTest {

  @TempDir static Path folder;
  private static Dataset<Row> rows;
  private static Dataset<Row> parquet;
  private static Dataset<Row> orc;

  @BeforeAll
  static void store() {
    StoredScalars stored = new StoredScalars(folder);
    rows = stored.rows;
    parquet = stored.parquet;
    orc = stored.orc;
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
