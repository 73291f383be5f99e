package io.normact.sql.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.math.row.Activations;
import io.normact.math.row.FeatureFunction;
import io.normact.math.row.Normalization;
import io.normact.sql.column.ColumnKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scalars that are gathered, against the function called for one number each. */
@Tag("thorough")
class FeatureProjectionTest {

  /** Two groups, the second one not full. */
  private static final int COLUMNS = 70;

  private static final DataType[] TYPES = {
    DataTypes.DoubleType,
    DataTypes.FloatType,
    DataTypes.IntegerType,
    DataTypes.LongType,
    DataTypes.ShortType,
    DataTypes.ByteType,
    DataTypes.createDecimalType(9, 3),
    DataTypes.createDecimalType(38, 12)
  };

  /** NaN with a payload and a sign, which no arithmetic leaves as it is. */
  private static final double OTHER_NAN = Double.longBitsToDouble(0xfff8000000000123L);

  private final Random random = new Random(11);
  private final FeatureFunction function = normalization();

  private FeatureFunction normalization() {
    return new Normalization(
        random.doubles(COLUMNS, -2, 2).toArray(),
        random.doubles(COLUMNS, 0.1, 3).toArray(),
        random.doubles(COLUMNS, -1, 1).toArray(),
        Activations.values(ActivationFunction.parse("gelu")));
  }

  private Object number(DataType type) {
    if (random.nextInt(10) == 0) {
      return null;
    }
    double x = 4 * random.nextGaussian();
    if (type == DataTypes.DoubleType) {
      double[] odd = {OTHER_NAN, Double.NaN, Double.POSITIVE_INFINITY, -0.0, -1e308};
      return random.nextInt(5) == 0 ? odd[random.nextInt(odd.length)] : x;
    }
    if (type == DataTypes.FloatType) {
      return random.nextInt(9) == 0 ? Float.NaN : (float) x;
    }
    if (type instanceof DecimalType decimal) {
      return BigDecimal.valueOf(x).setScale(decimal.scale(), RoundingMode.HALF_EVEN);
    }
    if (type == DataTypes.LongType) {
      return random.nextLong();
    }
    return type == DataTypes.ShortType
        ? (Object) (short) x
        : type == DataTypes.ByteType ? (Object) (byte) x : (Object) (int) x;
  }

  private Dataset<Row> table(DataType... types) {
    StructType schema = new StructType();
    for (int j = 0; j < COLUMNS; j++) {
      schema = schema.add("c" + j, types[j % types.length]);
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(
          RowFactory.create(
              IntStream.range(0, COLUMNS)
                  .mapToObj(j -> number(types[j % types.length]))
                  .toArray()));
    }
    return LocalSpark.session().createDataFrame(rows, schema).repartition(2);
  }

  private static FeatureBlock.Output output(FeatureFunction f, Dataset<Row> data, String name) {
    StructField field = data.schema().apply(name);
    DataType type = ColumnKind.of(field.dataType()).orElseThrow().computedType(field.dataType());
    return new FeatureBlock.Output(
        data.col(name),
        field,
        DataTypes.createStructField(name + "_y", type, field.nullable() && f.nullError(0) == null));
  }

  private static FeatureBlock block(FeatureFunction f, Dataset<Row> data, List<String> names) {
    return new FeatureBlock(f, names.stream().map(name -> output(f, data, name)).toList());
  }

  private void assertValues(Dataset<Row> result, List<String> names) {
    assertValues(result.collectAsList(), names);
  }

  private void assertValues(List<Row> rows, List<String> names) {
    assertThat(rows).isNotEmpty();
    for (Row row : rows) {
      for (int j = 0; j < names.size(); j++) {
        Number x = row.getAs(names.get(j));
        Object expected = null;
        if (x != null) {
          double y = function.value(j, x.doubleValue());
          y = Double.isNaN(y) ? Double.NaN : y;
          expected =
              x instanceof Float
                  ? (Object) Float.floatToRawIntBits((float) y)
                  : (Object) Double.doubleToRawLongBits(y);
        }
        assertThat(bits(row.getAs(names.get(j) + "_y"))).as(names.get(j)).isEqualTo(expected);
      }
    }
  }

  private static Object bits(Object value) {
    if (value instanceof Float y) {
      return Float.floatToRawIntBits(y);
    }
    return value == null ? null : (Object) Double.doubleToRawLongBits((double) value);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void gatheredValuesAreThoseOfEachColumn(boolean doublesOnly) {
    Dataset<Row> data = doublesOnly ? table(DataTypes.DoubleType) : table(TYPES);
    List<String> inOrder = Arrays.asList(data.columns());
    List<String> shuffled = new ArrayList<>(inOrder);
    Collections.shuffle(shuffled, random);
    for (List<String> names : List.of(inOrder, shuffled)) {
      Dataset<Row> result = FeatureProjection.of(data, List.of(block(function, data, names)));
      assertThat(result.columns()).hasSize(2 * COLUMNS).startsWith(data.columns());
      assertValues(result, names);
    }
  }

  @Test
  void vectorsAndSeveralBlocksStandInTheirOrder() {
    Dataset<Row> scalars = table(DataTypes.DoubleType);
    Dataset<Row> data =
        scalars.withColumn(
            "v",
            functions.udf(() -> Vectors.dense(1, -2), new VectorUDT()).asNonNullable().apply());
    FeatureFunction sigmoid = Activations.values(ActivationFunction.parse("sigmoid"));
    List<String> names = Arrays.asList(scalars.columns());
    List<FeatureBlock> blocks =
        List.of(
            block(function.slice(0, 40), data, names.subList(0, 40)),
            block(sigmoid, data, List.of("v")),
            block(function.slice(40, COLUMNS - 40), data, names.subList(40, COLUMNS)));
    Dataset<Row> result = FeatureProjection.of(data, blocks);
    assertThat(result.columns()[COLUMNS + 1 + 40]).isEqualTo("v_y");
    assertValues(result, names);
    double[] v = {1, -2};
    sigmoid.apply(v);
    assertThat(result.select("v_y").first().get(0)).isEqualTo(Vectors.dense(v));
  }

  @Test
  void columnsThatNobodyWantsAreNotRead() {
    Dataset<Row> data = table(TYPES);
    List<String> names = Arrays.asList(data.columns());
    Dataset<Row> result = FeatureProjection.of(data, List.of(block(function, data, names)));
    List<Row> rows = result.collectAsList();
    for (String[] wanted :
        new String[][] {{"c3_y"}, {"c5_y", "c3_y"}, {"c69_y", "c1_y", "c68_y", "c2_y"}}) {
      Dataset<Row> some = result.select(wanted[0], Arrays.copyOfRange(wanted, 1, wanted.length));
      assertThat(columnsRead(some)).isEqualTo(wanted.length);
      // Spark deals rows out by their bytes, so that their order is another one.
      assertThat(bits(some.collectAsList(), wanted))
          .containsExactlyInAnyOrderElementsOf(bits(rows, wanted));
    }
  }

  private static List<List<Object>> bits(List<Row> rows, String... names) {
    return rows.stream()
        .map(row -> Arrays.stream(names).map(name -> bits(row.getAs(name))).toList())
        .toList();
  }

  /** A query that keeps the array of features itself leaves it whole. */
  @Test
  void arraysThatAreUsedOtherwiseStayWhole() {
    Dataset<Row> data = table(DataTypes.DoubleType);
    List<String> names = Arrays.asList(data.columns());
    Dataset<Row> result = FeatureProjection.of(data, List.of(block(function, data, names)));
    Dataset<Row> twice = result.union(result.select(result.col("*"))).select("c9_y", "c65_y");
    assertThat(twice.distinct().count())
        .isEqualTo(result.select("c9_y", "c65_y").distinct().count());
    Dataset<Row> joined =
        result
            .as("a")
            .join(result.as("b"), functions.expr("a.c9_y = b.c65_y OR a.c3_y = b.c3_y"))
            .select("a.c9_y", "b.c10_y");
    assertThat(joined.collectAsList())
        .containsExactlyInAnyOrderElementsOf(
            LocalSpark.with(
                "spark.sql.optimizer.excludedRules",
                FeaturePruning.class.getName(),
                joined.select("*")::collectAsList));
  }

  private static int columnsRead(Dataset<Row> query) {
    return query.queryExecution().optimizedPlan().collectLeaves().head().output().size();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 51, 64, 65})
  void widthMakesNoDifference(int width) {
    Dataset<Row> data = table(TYPES);
    List<String> names = Arrays.asList(data.columns()).subList(0, width);
    Dataset<Row> some = data.select(names.stream().map(data::col).toArray(Column[]::new));
    Dataset<Row> result =
        FeatureProjection.of(some, List.of(block(function.slice(0, width), some, names)));
    assertValues(result, names);
  }

  @Test
  void conditionOnAnOutputIsAnswered() {
    Dataset<Row> data = table(DataTypes.DoubleType);
    Dataset<Row> result =
        FeatureProjection.of(data, List.of(block(function, data, Arrays.asList(data.columns()))));
    long expected =
        result.collectAsList().stream()
            .filter(row -> row.getAs("c66_y") != null && !(row.<Double>getAs("c66_y") <= 0))
            .count();
    assertThat(result.filter("c66_y > 0").count()).isEqualTo(expected).isPositive();
  }

  @Test
  void rowsSurviveWhateverAQueryDoesNext() {
    Dataset<Row> data = table(TYPES);
    List<String> names = Arrays.asList(data.columns());
    Dataset<Row> result = FeatureProjection.of(data, List.of(block(function, data, names)));
    Dataset<Row> cached = result.cache();
    assertValues(cached.orderBy("c7_y").limit(10), names);
    cached.unpersist(true);
    assertValues(result.union(result).repartition(3, result.col("c5_y")), names);
    assertValues(result.dropDuplicates("c10_y"), names);
    assertValues(result.filter("c3_y IS NOT NULL AND c68_y < 2").sort("c68_y"), names);
  }

  /** Spark's own rules say which projection is generated how, and may say otherwise tomorrow. */
  @ParameterizedTest
  @CsvSource({
    "spark.sql.codegen.maxFields, 10000",
    "spark.sql.codegen.wholeStage, false",
    "spark.sql.codegen.factoryMode, NO_CODEGEN",
    "spark.sql.subexpressionElimination.enabled, false",
    "spark.sql.optimizer.excludedRules, io.normact.sql.catalyst.FeaturePruning"
  })
  void valuesAreTheSameHoweverTheyAreEvaluated(String setting, String value) {
    Dataset<Row> data = table(TYPES);
    List<String> names = Arrays.asList(data.columns());
    Dataset<Row> result =
        FeatureProjection.of(data, List.of(block(function, data, names)))
            .filter("c0 IS NULL OR c0_y > -100");
    assertValues(LocalSpark.with(setting, value, result::collectAsList), names);
  }

  @Test
  void nullThatIsAnErrorNamesItsFeature() {
    FeatureFunction rejecting = new NoNulls(function);
    Dataset<Row> data = table(DataTypes.DoubleType).filter("c67 IS NULL");
    for (String column : List.of("c67", "c20")) {
      Dataset<Row> filled = data.na().fill(0.5);
      Dataset<Row> oneNull =
          filled.withColumn(column, functions.when(filled.col("c0").lt(1e9), null).otherwise(1.0));
      Dataset<Row> result =
          FeatureProjection.of(
              oneNull, List.of(block(rejecting, oneNull, Arrays.asList(data.columns()))));
      assertThat(result.schema().apply(column + "_y").nullable()).isFalse();
      assertThatThrownBy(result::collectAsList)
          .hasStackTraceContaining(
              String.format(Locale.ROOT, "Feature %s is null.", column.substring(1)));
    }
  }

  /** A function for which null is an error; slices keep the numbers of all features. */
  private record NoNulls(FeatureFunction function, int from) implements FeatureFunction {
    NoNulls(FeatureFunction function) {
      this(function, 0);
    }

    @Override
    public int features() {
      return function.features();
    }

    @Override
    public boolean keepsZeros() {
      return function.keepsZeros();
    }

    @Override
    public FeatureFunction slice(int first, int length) {
      return new NoNulls(function.slice(first, length), from + first);
    }

    @Override
    public String nullError(int feature) {
      return String.format(Locale.ROOT, "Feature %d is null.", from + feature);
    }

    @Override
    public double value(int feature, double x) {
      return function.value(feature, x);
    }

    @Override
    public void apply(double[] x) {
      function.apply(x);
    }

    @Override
    public void apply(int[] indices, double[] x) {
      function.apply(indices, x);
    }
  }
}
