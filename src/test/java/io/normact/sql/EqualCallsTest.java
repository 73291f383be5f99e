package io.normact.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two calls with the same values are one to Spark, as they are with its own functions. */
@Tag("thorough")
class EqualCallsTest {

  private static final SparkSession SPARK = LocalSpark.session();
  private static final List<Row> ROWS = rows(new Random(14));

  private static List<Row> rows(Random random) {
    double[] odd = {Double.NaN, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    return IntStream.range(0, 60)
        .mapToObj(
            id -> {
              double x = id < odd.length ? odd[id] : random.nextInt(-6, 7) / 2.0;
              return RowFactory.create(
                  id,
                  id % 11 == 5 ? null : x,
                  (float) x,
                  id % 3,
                  new Double[] {x, id % 7 == 0 ? null : 0.5},
                  Vectors.dense(x, 0));
            })
        .toList();
  }

  @BeforeAll
  static void view() {
    StructType schema =
        StructType.fromDDL("id INT, x DOUBLE, f FLOAT, n INT, a ARRAY<DOUBLE>")
            .add("v", new VectorUDT());
    SPARK.createDataFrame(ROWS, schema).repartition(3).createOrReplaceTempView("calls");
  }

  private static List<String> rows(String sql) {
    return SPARK.sql(sql).collectAsList().stream().map(Row::toString).sorted().toList();
  }

  /** What a query finds is what it finds over a table that has the call as a column. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT %1$s y, count(*) FROM calls GROUP BY %1$s",
        "SELECT count(*) c, %1$s y FROM calls GROUP BY 2 HAVING count(%1$s) > 1",
        "SELECT n, max(%1$s) m FROM calls GROUP BY n HAVING max(%1$s) >= min(%1$s)",
        "SELECT n, count(*) c FROM calls GROUP BY n ORDER BY max(%1$s), n",
        "SELECT DISTINCT %1$s y FROM calls",
        "SELECT id, rank() OVER (PARTITION BY %1$s ORDER BY id) r FROM calls",
        "SELECT l.id, r.id j FROM calls l JOIN calls r ON %2$s = %3$s AND l.n = r.n",
      })
  void queriesFindTheSameCall(String query) {
    for (String call : List.of("elu(%sx, 0.5)", "sigmoid(%sf)", "softmax(%sa)", "relu(%sn)")) {
      List<String> calls =
          Stream.of("", "l.", "r.").map(alias -> String.format(Locale.ROOT, call, alias)).toList();
      String sql = String.format(Locale.ROOT, query, calls.toArray());
      String withColumn = "(SELECT *, " + calls.get(0) + " y FROM calls)";
      String column =
          String.format(Locale.ROOT, query.replace("calls", "%4$s"), "y", "l.y", "r.y", withColumn);
      List<String> expected = rows(column);
      assertThat(expected).isNotEmpty();
      if (call.contains("x") || call.contains("a")) {
        assertThat(rows(sql)).isEqualTo(expected);
      } else {
        assertThat(LocalSpark.with("spark.sql.codegen.wholeStage", "false", () -> rows(sql)))
            .isEqualTo(expected);
      }
      if (call.contains("x")) {
        assertThat(LocalSpark.with("spark.sql.codegen.factoryMode", "NO_CODEGEN", () -> rows(sql)))
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void vectorsStandBehindGroupByToo() {
    Dataset<Row> groups =
        SPARK.sql(
            "SELECT softmax(v) y, count(*) c FROM calls GROUP BY softmax(v)"
                + " HAVING softmax(v) IS NOT NULL");
    assertThat(groups.count())
        .isEqualTo(SPARK.sql("SELECT softmax(v) y FROM calls").distinct().count());
  }

  /** However it was written: the name, the parameters, a text instead of a name. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "elu(x, 0.5)           | elu(x, alpha => 1 / 2)",
        "elu(x)                | ELU(x, 1)",
        "sigmoid(x)            | activate(x, ' Sigmoid ')",
        "hard_tanh(n)          | hard_tanh(CAST(n AS DOUBLE), max => 1)",
        "softmax(a)            | activate(x => a, function => 'softmax')",
        "activation_slope(x, 'elu') | activation_slope(x, 'elu(alpha=1)')",
      })
  void callsWithTheSameValuesAreOne(String call, String other) {
    assertThat(SPARK.sql("SELECT " + call + " FROM calls"))
        .satisfies(plan -> assertThat(same(plan, "SELECT " + other + " FROM calls")).isTrue())
        .satisfies(plan -> assertThat(same(plan, "SELECT tanh_shrink(x) FROM calls")).isFalse());
    assertThat(SPARK.sql("SELECT " + call + " FROM calls GROUP BY " + other).count()).isPositive();
  }

  private static boolean same(Dataset<Row> plan, String sql) {
    return plan.queryExecution().analyzed().sameResult(SPARK.sql(sql).queryExecution().analyzed());
  }

  @Test
  void aCallIsMadeOnceForARow() {
    String code =
        org.apache.spark.sql.execution.debug.package$.MODULE$.codegenString(
            SPARK
                .sql("SELECT sigmoid(id) + sigmoid(id), -sigmoid(id) FROM range(9)")
                .queryExecution()
                .executedPlan());
    assertThat(code.split("\\.map\\(", -1)).hasSize(2);
  }

  @Test
  void aCachedQueryIsFoundWhenWrittenAgain() {
    String query =
        "SELECT id, elu(x, 0.25) e, softmax(a) s, activation_slope(f, 'mish') m FROM calls";
    Dataset<Row> cached = SPARK.sql(query).cache();
    try {
      assertThat(SPARK.sql(query).queryExecution().withCachedData().toString())
          .contains(InMemoryRelation.class.getSimpleName());
      assertThat(
              SPARK.sql(query.replace("0.25", "0.5")).queryExecution().withCachedData().toString())
          .doesNotContain(InMemoryRelation.class.getSimpleName());
    } finally {
      cached.unpersist();
    }
  }

  /** Spark adds that x is not null, which Parquet and ORC then skip. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id FROM stored WHERE %1$s(x) > 0",
        "SELECT l.id FROM stored l JOIN stored r ON %1$s(l.x) = %1$s(r.x)",
        "SELECT l.id FROM stored l LEFT JOIN stored r ON l.id = r.id WHERE %1$s(r.n) < 1 OR %1$s(r.x) > 2",
        "SELECT %1$s(x) FROM stored WHERE %1$s(CAST(NULL AS DOUBLE)) > x",
      })
  void filtersAreInferredAsBelowExp(String query) {
    Dataset<Row> calls = SPARK.table("calls");
    SPARK.createDataFrame(calls.toJavaRDD(), calls.schema()).createOrReplaceTempView("stored");
    String expected = optimized(String.format(Locale.ROOT, query, "exp"));
    assertThat(optimized(String.format(Locale.ROOT, query, "mish")))
        .isEqualTo(expected.replace("EXP", "mish"));
  }

  private static String optimized(String sql) {
    return SPARK.sql(sql).queryExecution().optimizedPlan().toString().replaceAll("#\\d+", "#");
  }

  /** What a catalog is told of a column's default: the value, where every session has the same. */
  @ParameterizedTest
  @CsvSource({
    "exp(0.5D), sigmoid(0.5D)",
    "exp(1 + 2), elu(1 + 2 / 0.5)",
    "exp(exp('1')), gelu(mish('1'))",
    "'array(1, 2)', 'softmax(array(1D, 2D))'",
    "exp(hour(current_timestamp())), silu(hour(current_timestamp()))",
    "exp(rand()), silu(rand())",
  })
  void constantsAreThoseOfExp(String spark, String call) {
    assertThat(foldsAnywhere(call)).isEqualTo(foldsAnywhere(spark));
  }

  private static boolean foldsAnywhere(String call) {
    Project project = (Project) SPARK.sql("SELECT " + call).queryExecution().analyzed();
    return ((Alias) project.projectList().head()).child().contextIndependentFoldable();
  }

  /** Codegen, projections and the interpreter agree with the library to the bit. */
  @Test
  void everyWayGivesTheSameBits() {
    List<String> calls = new ArrayList<>();
    List<ActivationFunction> functions = new ArrayList<>();
    for (Definition definition : Definition.all()) {
      if (definition.elementwise()) {
        functions.add(definition.create());
        calls.add("activate(x, '" + definition.name() + "')");
        calls.add("activate(f, '" + definition.name() + "')");
      }
    }
    Supplier<List<Row>> rows =
        () ->
            SPARK
                .sql("SELECT id, " + String.join(", ", calls) + " FROM calls ORDER BY id")
                .collectAsList();
    for (List<Row> found :
        List.of(
            rows.get(),
            LocalSpark.with("spark.sql.codegen.wholeStage", "false", rows),
            LocalSpark.with("spark.sql.codegen.factoryMode", "NO_CODEGEN", rows))) {
      for (Row row : found) {
        Row input = ROWS.get(row.getInt(0));
        for (int i = 0; i < functions.size(); i++) {
          ActivationFunction function = functions.get(i);
          Double x = input.getAs(1);
          float f = input.getFloat(2);
          Double y = row.getAs(1 + 2 * i);
          // Expected is the one NaN that these two make of all.
          assertThat(y == null ? null : (Long) Double.doubleToRawLongBits(y))
              .as("%s of %s", function, x)
              .isEqualTo(x == null ? null : (Long) Double.doubleToLongBits(function.value(x)));
          assertThat(Float.floatToRawIntBits(row.getFloat(2 + 2 * i)))
              .as("%s of %s", function, f)
              .isEqualTo(Float.floatToIntBits((float) function.value(f)));
        }
      }
    }
  }
}
