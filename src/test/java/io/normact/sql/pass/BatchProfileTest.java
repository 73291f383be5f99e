package io.normact.sql.pass;

import static io.normact.sql.pass.StoredScalars.isScanned;
import static io.normact.sql.pass.StoredScalars.source;
import static io.normact.sql.pass.StoredScalars.sources;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.math.histogram.ReferenceBins;
import io.normact.math.histogram.ValueHistogram;
import io.normact.sql.pass.ProfileAggregation.JudgedRows;
import io.normact.sql.pass.ProfileAggregation.Transformation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A profile of scalars is the same whether they come in batches of columns or row by row. */
@Tag("thorough")
class BatchProfileTest {

  private static final String IN_BATCHES = "spark.sql.parquet.enableVectorizedReader";

  @TempDir static Path folder;
  private static StoredScalars stored;

  @BeforeAll
  static void store() {
    stored = new StoredScalars(folder);
  }

  /** All that a pass finds. */
  private static List<String> pass(
      Dataset<Row> data, String names, String weight, boolean skip, boolean model) {
    int features = names.split(" ").length;
    int[] widths = IntStream.generate(() -> 1).limit(features).toArray();
    ActivationFunction[] each = new ActivationFunction[features];
    Arrays.setAll(each, j -> ActivationFunction.of("prelu", 0.1 * j));
    Profiles profiles =
        ProfileAggregation.run(
            "report",
            data,
            sources(names),
            new Transformation(
                model ? each : new ActivationFunction[] {ActivationFunction.parse("sigmoid")},
                0.15,
                model ? ProfileAggregationTest.normalization(features) : null,
                model ? widths : null,
                model ? IntStream.range(0, features).mapToObj(j -> bins()).toList() : List.of()),
            new JudgedRows(weight == null ? null : source(weight), skip));
    FeatureProfile profile = profiles.features().get(0);
    List<String> texts = new ArrayList<>();
    texts.add(profiles.rows() + " " + profiles.skippedRows() + " " + profiles.rankError());
    for (int j = 0; j < features; j++) {
      texts.add(ProfileAggregationTest.text(profile, j));
    }
    return texts;
  }

  private static ReferenceBins bins() {
    ValueHistogram histogram = new ValueHistogram();
    for (double x = -2; x < 2; x += 0.01) {
      histogram.add(x);
    }
    return new ReferenceBins(histogram);
  }

  @ParameterizedTest
  @CsvSource({
    "d, , false, true",
    "d n f i l s b m e x part gone, , false, false",
    "d n f i l s b m e x part gone, , false, true",
    "d n f i l s b m e x part, , true, true",
    "d n f i l s b m e x, w, false, true",
    "d n f i x, w, true, true",
    "n d l part, u, true, false",
    "d gone, , true, true",
  })
  void sameNumbers(String names, String weight, boolean skip, boolean model) {
    Dataset<Row> rows = stored.rows.withColumn("gone", lit(null).cast("double"));
    List<String> expected = pass(rows, names, weight, skip, model);
    for (Dataset<Row> files : List.of(stored.parquet, stored.orc)) {
      assertThat(isScanned(files, names)).isTrue();
      assertThat(pass(files, names, weight, skip, model)).isEqualTo(expected);
    }
  }

  @Test
  void sameNumbersOfTheCache() {
    Dataset<Row> cached = stored.rows.drop("m", "e").cache();
    try {
      assertThat(pass(cached, "d n f i s part", "w", false, true))
          .isEqualTo(pass(stored.parquet, "d n f i s part", "w", false, true));
    } finally {
      cached.unpersist();
    }
  }

  /** More rows than a sample holds, and rows of no weight among them. */
  @ParameterizedTest
  @CsvSource({"false, ", "true, ", "false, w", "true, w"})
  void sameSample(boolean skip, String weight) {
    SparkSession spark = LocalSpark.session();
    String path = folder.resolve("sample " + skip + weight).toString();
    spark
        .range(0, 60_000, 1, 2)
        .selectExpr("sin(id) as a", "if(id % 10 = 3, null, id * 1D) as b", "id % 3 as w")
        .write()
        .parquet(path);
    Dataset<Row> files = spark.read().parquet(path);
    List<String> found = pass(files, "a b", weight, skip, true);
    spark.conf().set(IN_BATCHES, false);
    try {
      Dataset<Row> rows = spark.read().parquet(path);
      assertThat(isScanned(rows, "a b")).isFalse();
      assertThat(found).isEqualTo(pass(rows, "a b", weight, skip, true));
    } finally {
      spark.conf().unset(IN_BATCHES);
    }
  }

  @Test
  void noRows() {
    assertThat(pass(stored.parquet.limit(0), "d n", "w", true, true))
        .isEqualTo(pass(stored.rows.limit(0), "d n", "w", true, true));
    assertThat(pass(stored.parquet.filter("part > 7").select("d", "n"), "d n", null, false, true))
        .isEqualTo(pass(stored.rows.limit(0), "d n", null, false, true));
  }

  @Test
  void weightsThatAreNone() {
    for (Dataset<Row> data : List.of(stored.parquet, stored.rows)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> pass(data, "d", "x", false, false))
          .withMessageStartingWith("Weight column 'x' holds ")
          .withMessageEndingWith(", but weights must be finite and not negative.");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  pass(
                      data.select(col("d"), lit(null).cast("double").as("n")),
                      "d",
                      "n",
                      true,
                      false))
          .withMessage(
              "Weight column 'n' holds null, but weights must be finite and not negative.");
    }
  }
}
