package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.normact.LocalSpark;
import io.normact.scoring.Scorer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Params clip, handleInvalid=mean and invalidIndicator, in columns of every kind. */
@Tag("thorough")
class InvalidAndFarValuesTest {

  private static final double INF = Double.POSITIVE_INFINITY;

  /** NaN stands for null where a column can hold it. */
  private static final double[][] ROWS = {
    {1, 10, -3},
    {2, Double.NaN, -1},
    {3, 14, 100},
    {INF, 11, Double.NaN},
    {-400, 9, 0},
    {0, 0, 0}
  };

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType, false)
          .add("a", DataTypes.DoubleType)
          .add("b", DataTypes.FloatType)
          .add("c", DataTypes.DoubleType)
          .add("v", SQLDataTypes.VectorType())
          .add("s", SQLDataTypes.VectorType())
          .add("d", DataTypes.createArrayType(DataTypes.DoubleType))
          .add("f", DataTypes.createArrayType(DataTypes.FloatType));

  @TempDir private Path folder;

  /** The rows as scalars, vectors and arrays, and one more row that is all null. */
  private static Dataset<Row> data() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS.length; i++) {
      double[] x = ROWS[i];
      Vector v = Vectors.dense(x);
      Float[] floats =
          Arrays.stream(x)
              .mapToObj(value -> Double.isNaN(value) ? null : (Float) (float) value)
              .toArray(Float[]::new);
      Double[] doubles =
          Arrays.stream(x)
              .mapToObj(value -> Double.isNaN(value) ? null : (Double) value)
              .toArray(Double[]::new);
      rows.add(
          RowFactory.create(
              i, doubles[0], floats[1], doubles[2], v, v.toSparse(), doubles, floats));
    }
    rows.add(RowFactory.create(ROWS.length, null, null, null, null, null, null, null));
    return LocalSpark.session().createDataFrame(rows, SCHEMA).repartition(2);
  }

  private static BatchNorm stage(String... inputs) {
    return new BatchNorm()
        .setInputCols(inputs)
        .setOutputCols(Arrays.stream(inputs).map(c -> c + "_y").toArray(String[]::new));
  }

  /** The numbers of these columns in a row, a null being an error. */
  private static double[] numbers(Row row, String... columns) {
    List<Double> numbers = new ArrayList<>();
    for (String column : columns) {
      Object value = row.getAs(column);
      if (value instanceof Vector vector) {
        Arrays.stream(vector.toArray()).forEach(numbers::add);
      } else if (value instanceof Number number) {
        numbers.add(number.doubleValue());
      } else {
        row.<Object>getList(row.fieldIndex(column))
            .forEach(each -> numbers.add(((Number) each).doubleValue()));
      }
    }
    return numbers.stream().mapToDouble(x -> x).toArray();
  }

  /** Mean and deviation of the finite numbers of a feature. */
  private static double[] statistics(int feature) {
    double[] finite =
        Arrays.stream(ROWS).mapToDouble(row -> row[feature]).filter(Double::isFinite).toArray();
    double mean = Arrays.stream(finite).average().orElseThrow();
    double variance = Arrays.stream(finite).map(x -> (x - mean) * (x - mean)).average().orElse(0);
    return new double[] {mean, Math.sqrt(variance + 1e-5)};
  }

  private static double expected(int i, int j, double clip) {
    double[] known = statistics(j);
    double x = i < ROWS.length && Double.isFinite(ROWS[i][j]) ? ROWS[i][j] : known[0];
    return Math.tanh(Math.max(-clip, Math.min((x - known[0]) / known[1], clip)));
  }

  private static Row[] inOrder(Dataset<Row> data) {
    return data.orderBy("id").collectAsList().toArray(new Row[0]);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void meanAndClipAndIndicatorsAreTheSameInColumnsOfAllKinds(boolean codegen) {
    var conf = LocalSpark.session().conf();
    conf.set("spark.sql.codegen.wholeStage", codegen);
    conf.set("spark.sql.codegen.factoryMode", codegen ? "CODEGEN_ONLY" : "NO_CODEGEN");
    try {
      BatchNorm stage =
          stage("a", "b", "v", "s", "c", "d", "f")
              .setActivation("tanh")
              .setHandleInvalid("mean")
              .setInvalidIndicator(true)
              .setClip(1.25);
      Dataset<Row> data = data();
      BatchNormModel model = stage.fit(data);
      Dataset<Row> result = model.transform(data);
      assertThat(result.schema()).isEqualTo(model.transformSchema(data.schema()));
      assertThat(result.columns())
          .containsSequence("a_y", "b_y", "v_y", "s_y", "c_y", "d_y", "f_y", "a_invalid");
      for (String column : new String[] {"a_y", "v_y", "d_y", "b_invalid", "s_invalid"}) {
        assertThat(result.schema().apply(column).nullable()).as(column).isFalse();
      }
      Row[] rows = inOrder(result);
      for (int i = 0; i <= ROWS.length; i++) {
        for (String[] columns :
            new String[][] {{"a_y", "b_y", "c_y"}, {"v_y"}, {"s_y"}, {"d_y"}, {"f_y"}}) {
          double[] y = numbers(rows[i], columns);
          for (int j = 0; j < 3; j++) {
            assertThat(y[j])
                .as("%s in row %d", Arrays.toString(columns), i)
                .isCloseTo(expected(i, j, 1.25), within(1e-6));
          }
        }
        for (String[] columns :
            new String[][] {
              {"a_invalid", "b_invalid", "c_invalid"},
              {"v_invalid"},
              {"s_invalid"},
              {"d_invalid"},
              {"f_invalid"}
            }) {
          double[] flags = numbers(rows[i], columns);
          for (int j = 0; j < 3; j++) {
            boolean valid = i < ROWS.length && Double.isFinite(ROWS[i][j]);
            assertThat(flags[j]).isEqualTo(valid ? 0 : 1);
          }
        }
      }
      assertThat(model.count().toArray()).containsOnly(5);
      // Columns that come straight out of a scan are mapped there.
      String path = folder.resolve("rows" + codegen).toString();
      data.write().parquet(path);
      Dataset<Row> read = LocalSpark.session().read().parquet(path);
      String[] scalars = {"id", "a_y", "b_y", "c_y", "a_invalid", "b_invalid", "c_invalid"};
      Dataset<Row> ofScan =
          stage("a", "b", "c")
              .setActivation("tanh")
              .setHandleInvalid("mean")
              .setInvalidIndicator(true)
              .setClip(1.25)
              .fit(data)
              .transform(read.select("id", "a", "b", "c"));
      assertThat(ofScan.selectExpr(scalars).orderBy("id").collectAsList())
          .isEqualTo(result.selectExpr(scalars).orderBy("id").collectAsList());
      assertThat(model.summary().invalid()).hasSize(15);
      assertThat(result.where("s_invalid IS NULL OR f_y IS NULL").count()).isZero();
    } finally {
      conf.unset("spark.sql.codegen.wholeStage");
      conf.unset("spark.sql.codegen.factoryMode");
    }
  }

  @Test
  void aSavedModelScoresTheSame() throws IOException {
    Dataset<Row> data = data();
    BatchNormModel model =
        stage("a", "c", "v")
            .setActivation("hardtanh(max=0.9)")
            .setHandleInvalid("mean")
            .setInvalidIndicator(true)
            .setClip(1.25)
            .fit(data);
    String path = folder.resolve("model").toString();
    model.write().save(path);
    assertThat(BatchNormModel.load(path).getActivation())
        .hasToString("hard_tanh(min=-1.0, max=0.9)");
    assertThat(LocalSpark.session().read().text(path + "/metadata").first().getString(0))
        .contains("\"clip\":1.25", "\"activation\":\"hard_tanh(min=-1.0, max=0.9)\"")
        .doesNotContain("hardtanh");
    Scorer scorer = Scorer.load(Path.of(path));
    assertThat(scorer.outputs())
        .containsExactly(
            "a_y",
            "c_y",
            "v_y[0]",
            "v_y[1]",
            "v_y[2]",
            "a_invalid",
            "c_invalid",
            "v_invalid[0]",
            "v_invalid[1]",
            "v_invalid[2]");
    Row[] rows = inOrder(BatchNormModel.load(path).transform(data));
    for (int i = 0; i <= ROWS.length; i++) {
      double[] x = i < ROWS.length ? ROWS[i] : new double[] {Double.NaN, INF, -INF};
      double[] scored = scorer.score(new double[] {x[0], x[2], x[0], x[1], x[2]});
      assertThat(scored)
          .containsExactly(
              numbers(rows[i], "a_y", "c_y", "v_y", "a_invalid", "c_invalid", "v_invalid"));
    }
  }

  /** Far from 0 with little spread: clipping is about the mean, whether it is subtracted or not. */
  @Test
  void clippingIsAboutTheMeanWithoutWithMeanToo() {
    Dataset<Row> data =
        LocalSpark.session().range(0, 101, 1, 3).selectExpr("id", "1000D + id / 50 AS x");
    for (boolean withMean : new boolean[] {true, false}) {
      for (boolean withStd : new boolean[] {true, false}) {
        BatchNormModel model =
            stage("x").setWithMean(withMean).setWithStd(withStd).setClip(1).setEpsilon(0).fit(data);
        double deviation = Math.sqrt(model.variance().apply(0));
        double shift = withMean ? 1001 : 0;
        double scale = withStd ? deviation : 1;
        for (Row row : inOrder(model.transform(data))) {
          double x = row.getDouble(1);
          double clipped = Math.max(1001 - deviation, Math.min(x, 1001 + deviation));
          assertThat(row.getDouble(2)).isCloseTo((clipped - shift) / scale, within(1e-9));
        }
      }
    }
  }

  @Test
  void aSparseVectorStaysSparseWhereZeroIsWithinTheBounds() {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(4);
    for (int i = 0; i < 40; i++) {
      rows.add(
          RowFactory.create(
              Vectors.sparse(
                  5, new int[] {i % 4, 4}, new double[] {random.nextGaussian(), 50 + i % 2})));
    }
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(rows, new StructType().add("x", SQLDataTypes.VectorType()));
    BatchNorm stage = stage("x").setWithMean(false).setClip(2);
    // The last feature is 50 or 51: 0 is far out there and becomes something else.
    assertThat(sparse(stage.fit(data).transform(data))).isZero();
    BatchNorm far = stage("x").setWithMean(false).setClip(1000);
    assertThat(sparse(far.fit(data).transform(data))).isEqualTo(40);
  }

  private static long sparse(Dataset<Row> data) {
    return data.select("x_y").collectAsList().stream()
        .filter(row -> row.get(0) instanceof org.apache.spark.ml.linalg.SparseVector)
        .count();
  }

  @Test
  void theInverseGivesTheBoundAndTheMean() {
    Dataset<Row> data = data();
    BatchNormModel model = stage("a").setHandleInvalid("mean").setClip(1).setEpsilon(0).fit(data);
    double mean = model.mean().apply(0);
    double deviation = Math.sqrt(model.variance().apply(0));
    double[] back =
        Arrays.stream(inOrder(model.inverse().transform(model.transform(data))))
            .mapToDouble(row -> row.getAs("a_inverse"))
            .toArray();
    assertThat(back[0]).isCloseTo(1, within(1e-9));
    assertThat(back[3]).isCloseTo(mean, within(1e-9));
    assertThat(back[4]).isCloseTo(mean - deviation, within(1e-9));
    assertThat(back[6]).isCloseTo(mean, within(1e-9));
  }

  /** What is learned from values far out with clip is what is learned from clipped values. */
  @ParameterizedTest
  @ValueSource(strings = {"infomax", "supervised"})
  void learningSeesWhatTheTransformGives(String learn) {
    Random random = new Random(9);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      double x = random.nextGaussian() * (i % 50 == 0 ? 40 : 1) + 3;
      rows.add(RowFactory.create(x, x + random.nextGaussian() > 3 ? 1.0 : 0.0));
    }
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                rows,
                new StructType().add("x", DataTypes.DoubleType).add("label", DataTypes.DoubleType));
    BatchNormModel plain = stage("x").fit(data);
    double reach = 0.5 * Math.sqrt(plain.variance().apply(0) + plain.getEpsilon());
    double mean = plain.mean().apply(0);
    BatchNorm clipping =
        stage("x")
            .setActivation("sigmoid")
            .setLearn(learn)
            .setLabelCol("label")
            .setWithMean(false)
            .setTol(1e-12)
            .setMaxIter(500)
            .setClip(0.5);
    BatchNormModel learned = clipping.fit(data);
    Dataset<Row> clipped =
        data.selectExpr(
            String.format(
                Locale.ROOT, "least(greatest(x, %s), %s) AS x", mean - reach, mean + reach),
            "label");
    BatchNorm given = clipping.copy(new ParamMap());
    given.clear(given.clip());
    // So that the values are divided by the same, though those that are clipped vary less.
    double variance = given.copy(new ParamMap()).setLearn("none").fit(clipped).variance().apply(0);
    given.setEpsilon(plain.variance().apply(0) - variance + plain.getEpsilon());
    BatchNormModel expected = given.fit(clipped);
    double gamma = expected.gamma().apply(0);
    assertThat(learned.gamma().apply(0)).isCloseTo(gamma, within(1e-5 * gamma));
    assertThat(learned.beta().apply(0)).isCloseTo(expected.beta().apply(0), within(1e-5 * gamma));
  }

  @Test
  void supervisedLearningCountsTheInvalidAsTheMean() {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      Double x = i % 5 == 0 ? null : (Double) (7 + random.nextGaussian());
      rows.add(RowFactory.create(x, i % 5 == 0 || x > 7.5 ? 1.0 : 0.0));
    }
    StructType schema =
        new StructType().add("x", DataTypes.DoubleType).add("label", DataTypes.DoubleType);
    Dataset<Row> data = LocalSpark.session().createDataFrame(rows, schema);
    BatchNorm stage =
        stage("x")
            .setActivation("tanh")
            .setLearn("supervised")
            .setLabelCol("label")
            .setHandleInvalid("mean")
            .setWithMean(false)
            .setTol(1e-12)
            .setMaxIter(500);
    BatchNormModel model = stage.fit(data);
    String mean = Double.toString(model.mean().apply(0));
    // With the means written into the rows, but the variance of the valid ones.
    BatchNormModel keep =
        stage
            .copy(new ParamMap())
            .setEpsilon(
                model.variance().apply(0)
                    - new BatchNorm()
                        .setInputCol("x")
                        .setOutputCol("y")
                        .fit(data.selectExpr("coalesce(x, " + mean + "D) AS x"))
                        .variance()
                        .apply(0)
                    + stage.getEpsilon())
            .fit(data.selectExpr("coalesce(x, " + mean + "D) AS x", "label"));
    assertThat(model.gamma().apply(0)).isCloseTo(keep.gamma().apply(0), within(1e-6));
    assertThat(model.beta().apply(0)).isCloseTo(keep.beta().apply(0), within(1e-6));
  }

  @Test
  void updatesLeaveTheInvalidOut() {
    Dataset<Row> data = data();
    BatchNormModel half = stage("a", "v").setHandleInvalid("mean").fit(data.where("id < 4"));
    BatchNormModel all = stage("a", "v").setHandleInvalid("mean").fit(data);
    BatchNormModel updated = half.update(data.where("id >= 4"));
    assertThat(updated.mean()).isEqualTo(all.mean());
    assertThat(updated.variance()).isEqualTo(all.variance());
  }

  @Test
  void wrongValuesAndTakenNames() {
    for (double clip : new double[] {0, -1, Double.NaN, INF}) {
      assertThatThrownBy(() -> new BatchNorm().setClip(clip))
          .hasMessage("Param clip is %s, but must be a finite number above 0.", clip);
    }
    assertThatThrownBy(() -> new BatchNorm().setHandleInvalid("median"))
        .hasMessage("Param handleInvalid is median, but must be one of error, skip, keep, mean.");
    Dataset<Row> data = data().withColumnRenamed("b", "a_invalid");
    BatchNorm stage = stage("a").setInvalidIndicator(true);
    String message =
        "Indicator column 'a_invalid' already exists; rename what is there, or set invalidIndicator to false.";
    assertThatThrownBy(() -> stage.transformSchema(data.schema())).hasMessage(message);
    assertThatThrownBy(
            () ->
                stage("a", "c")
                    .setOutputCols(new String[] {"c_invalid", "z"})
                    .setInvalidIndicator(true)
                    .transformSchema(data().schema()))
        .hasMessageContaining("Indicator column 'c_invalid' already exists");
    StructType schema = stage("a", "v").setInvalidIndicator(true).transformSchema(data().schema());
    assertThat(schema.fieldNames()).endsWith("a_y", "v_y", "a_invalid", "v_invalid");
  }
}
