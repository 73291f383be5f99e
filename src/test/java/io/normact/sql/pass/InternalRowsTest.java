package io.normact.sql.pass;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.math.exact.Moments;
import io.normact.sql.column.ColumnKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows in whichever memory Spark has them in hold the same features. */
@Tag("thorough")
class InternalRowsTest {

  private static final StructType SCHEMA =
      StructType.fromDDL("w DOUBLE, s DOUBLE, t DOUBLE, a ARRAY<DOUBLE>, f ARRAY<FLOAT>")
          .add("v", new VectorUDT());

  private static final List<FeatureSource> SOURCES =
      List.of(
          source("v", ColumnKind.VECTOR),
          source("t", ColumnKind.DOUBLE),
          source("s", ColumnKind.DOUBLE),
          source("f", ColumnKind.FLOAT_ARRAY),
          source("a", ColumnKind.DOUBLE_ARRAY));

  @TempDir static Path folder;

  @BeforeAll
  static void store() {
    for (String format : List.of("parquet", "orc")) {
      inMemory().coalesce(2).write().format(format).save(folder.resolve(format).toString());
    }
  }

  private static FeatureSource source(String name, ColumnKind kind) {
    return new FeatureSource(name, kind, col(name));
  }

  /** Nulls, NaN, sparse vectors, and few enough values of t for a dictionary. */
  private static Dataset<Row> inMemory() {
    Random random = new Random(7);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      double[] x = random.doubles(11, -3, 3).toArray();
      Double[] a = Arrays.stream(x).boxed().toArray(Double[]::new);
      Float[] f = Arrays.stream(x).mapToObj(value -> (float) value).toArray(Float[]::new);
      a[i % 11] = i % 3 == 0 ? null : Double.NaN;
      f[i % 7] = i % 5 == 0 ? null : f[0];
      Vector v =
          i % 4 == 0
              ? Vectors.sparse(11, new int[] {2, 9}, new double[] {1, x[3]})
              : Vectors.dense(x);
      rows.add(
          RowFactory.create(
              random.nextDouble(),
              i % 6 == 0 ? null : x[0],
              (double) (i % 3),
              i % 8 == 0 ? null : a,
              i % 9 == 0 ? null : f,
              i % 10 == 0 ? null : v));
    }
    return LocalSpark.session().createDataFrame(rows, SCHEMA);
  }

  private static Dataset<Row> stored(String format) {
    return LocalSpark.session().read().format(format).load(folder.resolve(format).toString());
  }

  /** Everything that a pass finds out. */
  private static String pass(Dataset<Row> data) {
    FeatureMoments found =
        MomentsAggregation.run(
            "fit", data, SOURCES, source("w", ColumnKind.DOUBLE), false, 2, false);
    StringBuilder text = new StringBuilder(Arrays.toString(found.nullCells()));
    for (Moments part : found.parts()) {
      for (int j = 0; j < part.features(); j++) {
        text.append('\n').append(part.mean(j)).append(' ').append(part.variance(j));
        text.append(' ').append(part.invalid(j));
      }
    }
    return text.toString();
  }

  private static <T> List<T> collect(Dataset<Row> data, Function<InternalRow, T> value) {
    return InternalRows.execute("collect", data, rows -> rows.map(value).collect());
  }

  private static boolean areColumns(Dataset<Row> data) {
    return collect(data, row -> !(row instanceof UnsafeRow)).stream()
        .distinct()
        .toList()
        .equals(List.of(true));
  }

  @ParameterizedTest
  @CsvSource({
    "spark.sql.codegen.wholeStage, true, true",
    "spark.sql.codegen.wholeStage, false, false",
    "spark.sql.columnVector.offheap.enabled, true, true",
    "spark.sql.parquet.columnarReaderBatchSize, 7, true",
    "spark.sql.sources.useV1SourceList, '', true",
    "spark.sql.parquet.enableVectorizedReader, false, false",
  })
  void filesGiveWhatMemoryGives(String setting, String value, boolean columnar) {
    String expected = pass(inMemory());
    for (String format : List.of("parquet", "orc")) {
      Supplier<String> found = () -> pass(stored(format));
      assertThat(LocalSpark.with(setting, value, found)).isEqualTo(expected);
    }
    Supplier<Boolean> columns = () -> areColumns(stored("parquet"));
    assertThat(LocalSpark.with(setting, value, columns)).isEqualTo(columnar);
  }

  @Test
  void columnsAreChosenAndRenamed() {
    Dataset<Row> data = stored("parquet");
    Dataset<Row> chosen = data.select(col("v").as("u"), col("t"), col("v"), col("s").as("w"));
    assertThat(areColumns(chosen)).isTrue();
    assertThat(sums(chosen, 1, 3)).isEqualTo(sums(data.selectExpr("t", "coalesce(s, 0)"), 0, 1));
    assertThat(collect(chosen, InternalRow::numFields)).isNotEmpty().containsOnly(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s + 1", "cast(s as float)", "s, s > 0"})
  void whatIsComputedComesInRows(String expressions) {
    Dataset<Row> data = stored("parquet").selectExpr(expressions.split(", "));
    assertThat(areColumns(data)).isFalse();
  }

  @Test
  void filtersSortsAndMemoryComeInRows() {
    Dataset<Row> data = stored("parquet");
    for (Dataset<Row> query :
        List.of(data.filter("s > 0"), data.orderBy("w"), data.limit(5), inMemory())) {
      assertThat(areColumns(query.select("w"))).isFalse();
    }
    assertThat(pass(data.filter("s > 0"))).isEqualTo(pass(inMemory().filter("s > 0")));
  }

  @Test
  void cachedScalarsAreTheSame() {
    Dataset<Row> cached = stored("parquet").select("t", "s").cache();
    try {
      assertThat(sums(cached, 0, 1)).isEqualTo(sums(inMemory().select("t", "s"), 0, 1));
    } finally {
      cached.unpersist();
    }
  }

  @Test
  void filesWithoutRowsGiveNone() {
    String path = folder.resolve("empty").toString();
    inMemory().filter("false").write().parquet(path);
    Dataset<Row> none = LocalSpark.session().read().parquet(path);
    assertThat(collect(none, InternalRow::numFields)).isEmpty();
  }

  /** The sums of two fields, null as 0; of few digits, so that their order does not matter. */
  private static List<Double> sums(Dataset<Row> data, int... fields) {
    return Arrays.stream(fields)
        .mapToObj(
            field ->
                collect(
                        data,
                        row -> row.isNullAt(field) ? 0 : Math.rint(row.getDouble(field) * 1024))
                    .stream()
                    .reduce(0.0, Double::sum))
        .toList();
  }
}
