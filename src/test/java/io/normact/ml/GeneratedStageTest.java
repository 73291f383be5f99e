package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.debug.package$;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

/** The methods that Spark generates for scalars: HotSpot compiles none above 8,000 bytes. */
@Tag("thorough")
class GeneratedStageTest {

  private static final int HUGE_METHOD = 8000;
  private static final int MOST = 100;
  private static final DataType[] TYPES = {
    DataTypes.DoubleType,
    DataTypes.FloatType,
    DataTypes.LongType,
    DataTypes.createDecimalType(12, 2)
  };

  @TempDir static Path folder;

  /** Columns that may be null, as all that a file holds. */
  @BeforeAll
  static void writeTables() {
    for (boolean doubles : new boolean[] {true, false}) {
      StructType schema = new StructType().add("id", DataTypes.LongType);
      for (int j = 0; j < MOST; j++) {
        schema = schema.add("c" + j, TYPES[doubles ? 0 : j % TYPES.length]);
      }
      LocalSpark.session()
          .createDataFrame(List.of(), schema)
          .write()
          .parquet(folder.resolve("doubles-" + doubles).toString());
    }
  }

  private static Dataset<Row> table(boolean doubles) {
    return LocalSpark.session().read().parquet(folder.resolve("doubles-" + doubles).toString());
  }

  private static String[] names(int scalars, String suffix) {
    return IntStream.range(0, scalars).mapToObj(j -> "c" + j + suffix).toArray(String[]::new);
  }

  private static Map<String, String> renamed(int scalars) {
    return IntStream.range(0, scalars)
        .boxed()
        .collect(Collectors.toMap(j -> "c" + j + "_a", j -> "c" + j + "_n"));
  }

  private static Column[] columns(String... names) {
    return Arrays.stream(names).map(functions::col).toArray(Column[]::new);
  }

  private static Dataset<Row> normalized(Dataset<Row> data, int scalars, String invalid) {
    double[] ones = new double[scalars];
    Arrays.fill(ones, 1);
    return BatchNormModel.of(ones, ones, ones, ones)
        .setActivation("sigmoid")
        .setHandleInvalid(invalid)
        .setInputCols(names(scalars, ""))
        .setOutputCols(names(scalars, "_n"))
        .transform(data);
  }

  private static Dataset<Row> activated(Dataset<Row> data, int scalars, String suffix) {
    return new Activation()
        .setInputCols(names(scalars, suffix))
        .setOutputCols(names(scalars, "_a"))
        .setFunction("gelu")
        .transform(data);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 49, 65, 100})
  void noMethodIsTooLongToBeCompiled(int scalars) {
    for (boolean doubles : new boolean[] {true, false}) {
      Dataset<Row> data = table(doubles).select("id", names(scalars, ""));
      Dataset<Row> both = activated(normalized(data, scalars, "keep"), scalars, "_n");
      assertShort(both.select(columns(names(scalars, "_a"))));
      assertShort(both.drop(names(scalars, "_n")));
      Dataset<Row> skipping = normalized(data, scalars, "skip");
      assertShort(skipping.select(columns(names(scalars, "_n"))));
      assertShort(skipping);
      Dataset<Row> other = LocalSpark.session().range(9).filter("id % 2 = 0").toDF();
      Dataset<Row> joined = data.filter("c0 > 0.5").join(other, "id");
      assertShort(
          activated(normalized(joined, scalars, "keep"), scalars, "_n")
              .filter("c0_a > 0.1 OR id > 7")
              .select(columns(names(scalars, "_a"))));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 70})
  void norAreThoseOfStagesAlone(int scalars) {
    Dataset<Row> data = table(true);
    for (Dataset<Row> one :
        List.of(
            normalized(data, scalars, "error"),
            normalized(data, scalars, "keep"),
            activated(data, scalars, "").withColumnsRenamed(renamed(scalars)))) {
      assertShort(one.select(columns(names(scalars, "_n"))));
      assertShort(one.select("id", names(scalars, "_n")));
    }
    assertShort(normalized(data.select("id", names(49, "")), 49, "error"));
  }

  /** Spark generates no stage for rows of more than {@link #MOST} fields. */
  private static void assertShort(Dataset<Row> query) {
    int longest = longestMethod(query);
    assertThat(longest).as(() -> query.queryExecution().toString()).isLessThan(HUGE_METHOD);
    if (query.columns().length <= MOST) {
      assertThat(longest).isPositive();
    }
  }

  /** Adaptive plans generate nothing before they run. */
  private static int longestMethod(Dataset<Row> query) {
    return LocalSpark.with(
        "spark.sql.adaptive.enabled",
        "false",
        () -> {
          List<Integer> lengths = new ArrayList<>(List.of(0));
          CollectionConverters.asJava(
                  package$.MODULE$.codegenStringSeq(
                      query.select("*").queryExecution().executedPlan()))
              .forEach(stage -> lengths.add(stage._3().maxMethodCodeSize()));
          return Collections.max(lengths);
        });
  }
}
