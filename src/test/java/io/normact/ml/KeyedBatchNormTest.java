package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.key.KeyStatistics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("thorough")
class KeyedBatchNormTest {

  private static final StructType MIXED =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("store", DataTypes.StringType)
          .add("shelf", DataTypes.IntegerType)
          .add("a", DataTypes.DoubleType)
          .add("b", DataTypes.FloatType)
          .add("v", new VectorUDT())
          .add("d", DataTypes.createArrayType(DataTypes.DoubleType))
          .add("f", DataTypes.createArrayType(DataTypes.FloatType))
          .add("n", DataTypes.LongType)
          .add("w", DataTypes.DoubleType);

  private static final String[] INPUTS = {"a", "b", "v", "d", "f", "n"};
  private static final String[] OUTPUTS = {"a1", "b1", "v1", "d1", "f1", "n1"};

  private static BatchNorm mixed() {
    return new BatchNorm()
        .setInputCols(INPUTS)
        .setOutputCols(OUTPUTS)
        .setKeyCols("store", "shelf")
        .setActivation("tanh");
  }

  /** Rows of every kind of column, with null among the keys, and invalid values if wanted. */
  private static List<Row> mixedRows(int rows, boolean invalid, long seed) {
    Random random = new Random(seed);
    List<Row> result = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double x = random.nextGaussian() * Math.exp(3 * random.nextGaussian());
      double y = 1e9 + random.nextDouble();
      Vector v =
          i % 3 == 0 ? Vectors.sparse(2, new int[] {1}, new double[] {x}) : Vectors.dense(x, y);
      boolean bad = invalid && random.nextInt(5) == 0;
      boolean none = invalid && random.nextInt(7) == 0;
      result.add(
          RowFactory.create(
              i,
              random.nextInt(5) == 0 ? null : "s" + random.nextInt(4),
              random.nextInt(4) == 0 ? null : random.nextInt(3),
              bad ? Double.NaN : x,
              none ? null : (float) y,
              none ? null : v,
              bad ? new Double[] {x, null} : new Double[] {x, y},
              none ? null : new Float[] {(float) x, bad ? Float.POSITIVE_INFINITY : 2f},
              none ? null : random.nextLong() >> 20,
              random.nextInt(4) * 0.37));
    }
    return result;
  }

  private static Dataset<Row> mixedData(List<Row> rows, int partitions) {
    return LocalSpark.session().createDataFrame(rows, MIXED).repartition(partitions);
  }

  private static Column ofKey(Row row) {
    return functions
        .col("store")
        .eqNullSafe(functions.lit(row.get(0)))
        .and(functions.col("shelf").eqNullSafe(functions.lit(row.get(1))));
  }

  private static KeyStatistics byKey(BatchNormModel model) {
    return model.byKey();
  }

  private static List<Row> sorted(Dataset<Row> data) {
    return data.orderBy("id").collectAsList();
  }

  /** In any order and partitioning, of all kinds of columns: the bits of a fit of the key alone. */
  @ParameterizedTest
  @ValueSource(strings = {"error", "skip", "keep", "mean"})
  void aKeyHasTheBitsOfAFitOfItsRowsAlone(String invalid) {
    List<Row> rows = mixedRows(400, !invalid.equals("error"), 5);
    BatchNorm stage = mixed().setHandleInvalid(invalid).setWeightCol("w").setMinCount(1);
    if (!invalid.equals("error")) {
      stage.setClip(0.75).setInvalidIndicator(true).setWithMean(invalid.equals("skip"));
    }
    BatchNormModel model = stage.fit(mixedData(rows, 3));
    BatchNorm plain = stage.copy(org.apache.spark.ml.param.ParamMap.empty());
    plain.clear(plain.keyCols());
    BatchNormModel all = plain.fit(mixedData(rows, 2));
    assertThat(model.mean()).isEqualTo(all.mean());
    assertThat(model.variance()).isEqualTo(all.variance());
    assertThat(model.count()).isEqualTo(all.count());

    List<Row> shuffled = new ArrayList<>(rows);
    java.util.Collections.shuffle(shuffled, new Random(1));
    assertThat(byKey(stage.fit(mixedData(shuffled, 7)))).isEqualTo(byKey(model));

    Dataset<Row> data = mixedData(rows, 1).cache();
    List<Row> expected = new ArrayList<>();
    List<Row> keys = data.select("store", "shelf").distinct().collectAsList();
    for (Row key : keys.subList(0, 6)) {
      Dataset<Row> own = data.filter(ofKey(key));
      List<Row> ofOwn = plain.fit(own).transform(own).collectAsList();
      expected.addAll(ofOwn);
    }
    List<Integer> ids = expected.stream().map(row -> row.<Integer>getAs("id")).toList();
    expected.sort((p, q) -> Integer.compare(p.getAs("id"), q.getAs("id")));
    Dataset<Row> output = model.transform(data);
    assertThat(output.schema()).isEqualTo(model.transformSchema(data.schema()));
    assertThat(
            sorted(output).stream().filter(row -> ids.contains(row.<Integer>getAs("id"))).toList())
        .isEqualTo(expected);
    data.unpersist();
  }

  /** The same bits out of the table, by a join, and without generated code. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tableAndJoinGiveTheSameBits(boolean more) {
    List<Row> rows = mixedRows(300, true, 6);
    Dataset<Row> data = mixedData(rows, 3);
    BatchNorm stage = mixed().setHandleInvalid("keep");
    if (more) {
      stage.setHandleInvalid("mean").setClip(1).setWithMean(false).setInvalidIndicator(true);
      stage.setUnknownKey("invalid");
    }
    BatchNormModel model = stage.fit(data.filter("shelf is not null and id < 200"));
    List<Row> byTable = sorted(model.transform(data));
    BatchNormModel joining = model.copy(org.apache.spark.ml.param.ParamMap.empty());
    joining.setMaxBroadcastInMB(0);
    assertThat(joining.transform(data).queryExecution().optimizedPlan().toString())
        .contains("Join LeftOuter");
    assertThat(sorted(joining.transform(data))).isEqualTo(byTable);
    LocalSpark.session().conf().set("spark.sql.codegen.wholeStage", "false");
    LocalSpark.session().conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    try {
      assertThat(sorted(model.transform(data))).isEqualTo(byTable);
      assertThat(sorted(joining.transform(data))).isEqualTo(byTable);
    } finally {
      LocalSpark.session().conf().unset("spark.sql.codegen.wholeStage");
      LocalSpark.session().conf().unset("spark.sql.codegen.factoryMode");
    }
  }

  /** Rows keep their order and partitions where the table is sent. */
  @Test
  void rowsKeepTheirOrder() {
    List<Row> rows = mixedRows(100, false, 7);
    Dataset<Row> data = LocalSpark.session().createDataFrame(rows, MIXED).coalesce(2);
    Dataset<Row> output = mixed().fit(data).transform(data);
    assertThat(output.select("id").collectAsList()).isEqualTo(data.select("id").collectAsList());
    assertThat(output.rdd().getNumPartitions()).isEqualTo(data.rdd().getNumPartitions());
  }

  @Test
  void aModelIsSavedAndLoadedWithItsKeys(@TempDir Path folder) throws Exception {
    List<Row> rows = mixedRows(200, true, 8);
    Dataset<Row> data = mixedData(rows, 2);
    BatchNormModel model =
        mixed().setHandleInvalid("keep").setShrinkage(2.5).setUnknownKey("invalid").fit(data);
    String path = folder.resolve("model").toString();
    model.write().save(path);
    BatchNormModel loaded = BatchNormModel.load(path);
    assertThat(byKey(loaded)).isEqualTo(byKey(model));
    assertThat(sorted(loaded.transform(data))).isEqualTo(sorted(model.transform(data)));
    BatchNormInverse inverse = model.inverse();
    String there = folder.resolve("inverse").toString();
    inverse.write().save(there);
    Dataset<Row> output = model.transform(data);
    assertThat(sorted(BatchNormInverse.load(there).transform(output)))
        .isEqualTo(sorted(inverse.transform(output)));
  }

  private static Dataset<Row> numbers(Object... keysAndValues) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      rows.add(RowFactory.create(i / 2, keysAndValues[i], keysAndValues[i + 1]));
    }
    return LocalSpark.session()
        .createDataFrame(
            rows,
            new StructType()
                .add("id", DataTypes.IntegerType)
                .add("k", DataTypes.StringType)
                .add("x", DataTypes.DoubleType));
  }

  private static BatchNorm stage() {
    return new BatchNorm().setInputCol("x").setOutputCol("y").setKeyCols("k").setEpsilon(0);
  }

  private static List<Object> outputs(Dataset<Row> data) {
    return data.orderBy("id").select("y").collectAsList().stream().map(row -> row.get(0)).toList();
  }

  @Test
  void aKeyWithFewValuesGoesByAllRows() {
    Dataset<Row> data = numbers("a", 1.0, "a", 3.0, "b", 5.0, null, 7.0, null, 9.0);
    BatchNormModel model = stage().fit(data);
    double deviation = Math.sqrt(8);
    assertThat(outputs(model.transform(data))).containsExactly(-1.0, 1.0, 0.0, -1.0, 1.0);
    assertThat(outputs(model.transform(numbers("b", 13.0, "c", 13.0))))
        .containsExactly(8 / deviation, 8 / deviation);
    assertThat(outputs(model.setMinCount(3).transform(numbers("a", 13.0))))
        .containsExactly(8 / deviation);
  }

  @Test
  void shrinkageCountsRowsOfAll() {
    Dataset<Row> data = numbers("a", 1.0, "a", 3.0, "b", 5.0, "b", 7.0, "b", 9.0);
    // Key a with two rows more of mean 5 and variance 8: mean 3.5, variance 4.5 + 1.5^2.
    BatchNormModel model = stage().setShrinkage(2).fit(data);
    assertThat(outputs(model.transform(numbers("a", 6.5))))
        .containsExactly(3 / Math.sqrt(0.5 * 1 + 0.5 * 8 + 0.25 * 9));
  }

  @Test
  void unknownKeys() {
    Dataset<Row> data = numbers("a", 1.0, "a", 3.0, "b", 5.0, "b", 9.0);
    Dataset<Row> later = numbers("a", 3.0, "new", 4.0, "b", 9.0);
    BatchNormModel model = stage().fit(data);
    assertThat(outputs(model.setUnknownKey("invalid").setHandleInvalid("keep").transform(later)))
        .containsExactly(1.0, Double.NaN, 1.0);
    assertThat(outputs(model.setHandleInvalid("skip").transform(later))).containsExactly(1.0, 1.0);
    assertThatThrownBy(() -> model.setHandleInvalid("error").transform(later).collectAsList())
        .hasStackTraceContaining(
            "Key k=new was not seen in the fit, which unknownKey=invalid with handleInvalid=error rejects; fit or update with its rows, or choose global.");
    for (int megabytes : new int[] {256, 0}) {
      assertThatThrownBy(
              () ->
                  model
                      .setUnknownKey("error")
                      .setMaxBroadcastInMB(megabytes)
                      .transform(later)
                      .collectAsList())
          .hasStackTraceContaining(
              "Key k=new was not seen in the fit, which unknownKey=error rejects;");
    }
  }

  /** Every type of a key, in groups as Spark makes them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cast(i % 3 as tinyint)",
        "cast(i % 3 as smallint)",
        "i % 3",
        "cast(i % 3 as bigint) - 1",
        "i % 2 = 0",
        "date_add(date'1969-12-30', cast(i % 3 as int))",
        "timestamp_micros(i % 3 - 1)",
        "cast(timestamp'2024-01-01' as timestamp_ntz)",
        "cast(i % 3 as float) / 0.7f",
        "if(i % 4 < 2, if(i % 2 = 0, 0.0D, -0.0D), double('NaN'))",
        "concat('s', char(0), i % 3)",
        "cast(concat('b', char(0), i % 3) as binary)",
        "cast(i % 3 - 1 as decimal(38, 18)) / 7",
        "cast(i % 3 as decimal(5, 2))",
        "''"
      })
  void everyTypeOfKeyGroupsAsSparkGroups(String expression) {
    Dataset<Row> data =
        LocalSpark.session()
            .range(0, 40, 1, 3)
            .selectExpr("cast(id as int) as i", "id * id * 1.5D as x")
            .selectExpr("i", "if(i % 11 = 0, null, " + expression + ") as k", "x");
    BatchNormModel model = stage().setMinCount(1).fit(data);
    List<Row> expected =
        data.groupBy("k").agg(functions.count("x"), functions.sum("x")).collectAsList();
    KeyStatistics statistics = byKey(model);
    assertThat(statistics.size()).isEqualTo(expected.size());
    assertThat(
            IntStream.range(0, statistics.size())
                .mapToObj(k -> statistics.count(k, 0) + " " + statistics.mean(k, 0))
                .collect(Collectors.toSet()))
        .isEqualTo(
            expected.stream()
                .map(row -> (double) row.getLong(1) + " " + row.getDouble(2) / row.getLong(1))
                .collect(Collectors.toSet()));
    model.setUnknownKey("error");
    assertThat(model.transform(data).count()).isEqualTo(40);
    assertThat(model.transform(data).filter("y is null or isnan(y)").count()).isZero();
  }

  @Test
  void whatIsWrongIsSaid() {
    Dataset<Row> data = numbers("a", 1.0, "a", 3.0);
    assertThatThrownBy(() -> stage().setKeyCols("kk").fit(data))
        .hasMessage("Column 'kk' does not exist; known are 'id', 'k', 'x'.");
    assertThatThrownBy(() -> stage().setKeyCols("k", "K").fit(data))
        .hasMessage("Key column 'k' is named twice; name it once.");
    assertThatThrownBy(() -> stage().setKeyCols("x").fit(data))
        .hasMessage(
            "Column 'x' is a key and an input column, but a column is one or the other: within a key it is constant.");
    assertThatThrownBy(() -> stage().fit(data.selectExpr("id", "array(k) as k", "x")))
        .hasMessage(
            "Key column 'k' is of type array<string>, but must be a number, a text, a boolean, a date, a timestamp or binary.");
    BatchNormModel model = stage().fit(data);
    assertThatThrownBy(() -> model.transform(data.selectExpr("id", "1 as k", "x")))
        .hasMessage("Key column 'k' is of type int, but was of type string in the fit; cast it.");
    assertThatThrownBy(() -> model.transform(data.drop("k")))
        .hasMessageStartingWith("Column 'k' does not exist");
    assertThatThrownBy(() -> stage().setMinCount(0))
        .hasMessage("Param minCount is 0, but must be a finite number above 0.");
    assertThatThrownBy(() -> stage().setUnknownKey("none"))
        .hasMessage("Param unknownKey is none, but must be one of global, error, invalid.");
    assertThatThrownBy(() -> stage().setShrinkage(-1))
        .hasMessage("Param shrinkage is -1.0, but must be a finite number of at least 0.");
    assertThatThrownBy(() -> stage().fit(data.limit(0)))
        .hasMessageStartingWith("The input is empty");
  }
}
