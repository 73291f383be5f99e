package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.normact.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("thorough")
class InfomaxLearningTest {

  @Test
  void agreesWithTheReference() {
    BatchNormModel model =
        BreastCancer.stage().setActivation("sigmoid").setLearn("infomax").fit(BreastCancer.data());

    double[] gamma = BreastCancer.numbers(BreastCancer.reference().at("/infomax_sigmoid/gamma"));
    double[] beta = BreastCancer.numbers(BreastCancer.reference().at("/infomax_sigmoid/beta"));
    double[] objective =
        BreastCancer.numbers(BreastCancer.reference().at("/infomax_sigmoid/objective_per_column"));
    for (int j = 0; j < gamma.length; j++) {
      assertThat(model.gamma().apply(j)).isCloseTo(gamma[j], withinPercentage(1e-8));
      assertThat(model.beta().apply(j)).isCloseTo(beta[j], withinPercentage(1e-8));
    }
    List<Double> history = model.summary().objectiveHistory();
    assertThat(history).hasSizeLessThanOrEqualTo(8).isSorted();
    assertThat(history.get(history.size() - 1))
        .isCloseTo(Arrays.stream(objective).average().orElseThrow(), within(1e-9));
  }

  /** Two columns and a weight; rows of doubles, NaN standing for null. */
  private static Dataset<Row> data(List<double[]> rows) {
    StructType schema =
        new StructType()
            .add("a", DataTypes.DoubleType)
            .add("b", DataTypes.DoubleType)
            .add("w", DataTypes.DoubleType);
    return LocalSpark.session()
        .createDataFrame(
            rows.stream().map(row -> RowFactory.create(row[0], row[1], row[2])).toList(), schema);
  }

  private static List<double[]> rows(int n) {
    Random random = new Random(n);
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      rows.add(
          new double[] {
            Math.exp(2 * random.nextGaussian()), random.nextInt(2), 1 + random.nextInt(3)
          });
    }
    return rows;
  }

  private static BatchNorm stage() {
    return new BatchNorm()
        .setInputCols(new String[] {"a", "b"})
        .setOutputCols(new String[] {"x", "y"})
        .setActivation("sigmoid")
        .setLearn("infomax");
  }

  private static double[] learned(BatchNormModel model) {
    double[] both = Arrays.copyOf(model.gamma().toArray(), 4);
    System.arraycopy(model.beta().toArray(), 0, both, 2, 2);
    return both;
  }

  @Test
  void orderAndPartitionsLeaveNoTrace() {
    List<double[]> rows = rows(3000);
    double[] expected = learned(stage().fit(data(rows).coalesce(1)));
    Collections.shuffle(rows, new Random(4));
    for (int partitions : new int[] {2, 7}) {
      BatchNorm stage = stage().setAggregationDepth(3);
      assertThat(learned(stage.fit(data(rows).repartition(partitions)))).isEqualTo(expected);
    }
  }

  @Test
  void everyKindOfColumnGivesTheSame() {
    Dataset<Row> data = data(rows(500));
    double[] expected = learned(stage().fit(data));
    Dataset<Row> vectors =
        new VectorAssembler()
            .setInputCols(new String[] {"a", "b"})
            .setOutputCol("v")
            .transform(data);
    BatchNorm one = new BatchNorm().setActivation("sigmoid").setLearn("infomax").setOutputCol("o");
    assertThat(learned(one.setInputCol("v").fit(vectors))).isEqualTo(expected);
    Dataset<Row> arrays = data.selectExpr("array(a, b) AS v");
    assertThat(learned(one.fit(arrays))).isEqualTo(expected);
    Dataset<Row> sparse =
        LocalSpark.session()
            .createDataFrame(
                data.toJavaRDD()
                    .map(row -> RowFactory.create(sparse(row.getDouble(0), row.getDouble(1)))),
                new StructType().add("v", new VectorUDT()));
    assertThat(learned(one.fit(sparse))).isEqualTo(expected);
  }

  /** Wide rows of few entries, some of them left out, others clipped, and the same rows dense. */
  @Test
  void wideSparseVectorsGiveTheBitsOfDenseOnes() {
    List<Vector> rows = wideSparse(3000, 40);
    BatchNorm stage =
        new BatchNorm()
            .setInputCol("v")
            .setOutputCol("o")
            .setActivation("tanh")
            .setLearn("infomax")
            .setHandleInvalid("keep")
            .setClip(4);
    BatchNormModel dense = stage.fit(vectors(rows.stream().map(Vector::toDense).toList(), 1));
    for (int partitions : new int[] {1, 3}) {
      BatchNormModel sparse = stage.fit(vectors(rows, partitions));
      assertThat(sparse.gamma()).isEqualTo(dense.gamma());
      assertThat(sparse.beta()).isEqualTo(dense.beta());
      assertThat(sparse.summary().objectiveHistory()).isEqualTo(dense.summary().objectiveHistory());
    }
  }

  /** Sparse vectors of 0 to 4 entries, one of which is stored by nearly all. */
  static List<Vector> wideSparse(int n, int features) {
    Random random = new Random(n);
    List<Vector> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int[] indices = random.ints(random.nextInt(4), 1, features).distinct().sorted().toArray();
      double[] values = new double[indices.length];
      Arrays.setAll(values, v -> random.nextInt(60) == 0 ? Double.NaN : random.nextGaussian() + 2);
      Vector row = Vectors.sparse(features, indices, values);
      if (i % 20 != 0) {
        double[] stored = row.toArray();
        stored[0] = 5 + random.nextGaussian();
        row = Vectors.dense(stored).toSparse();
      }
      rows.add(row);
    }
    return rows;
  }

  private static Dataset<Row> vectors(List<? extends Vector> rows, int partitions) {
    return LocalSpark.session()
        .createDataFrame(
            rows.stream().map(RowFactory::create).toList(),
            new StructType().add("v", new VectorUDT()))
        .repartition(partitions);
  }

  private static Vector sparse(double a, double b) {
    return Vectors.dense(a, b).toSparse();
  }

  @Test
  void whatComesBeforeDoesNotChangeTheOutput() {
    Dataset<Row> data = data(rows(500));
    List<Row> expected = stage().fit(data).transform(data).select("x", "y").collectAsList();
    for (BatchNorm other :
        List.of(
            stage().setWithMean(false),
            stage().setWithStd(false),
            stage().setWithMean(false).setWithStd(false),
            stage().setEpsilon(0),
            stage().setEpsilon(3))) {
      List<Row> actual = other.fit(data).transform(data).select("x", "y").collectAsList();
      for (int i = 0; i < actual.size(); i++) {
        assertThat(actual.get(i).getDouble(0))
            .isCloseTo(expected.get(i).getDouble(0), within(1e-11));
        assertThat(actual.get(i).getDouble(1))
            .isCloseTo(expected.get(i).getDouble(1), within(1e-11));
      }
    }
  }

  @Test
  void scalesOfAllSizesConverge() {
    List<double[]> rows = rows(1000);
    BatchNormModel model = stage().setEpsilon(0).fit(data(rows));
    for (double scale : new double[] {1e-12, 1e12}) {
      List<double[]> scaled =
          rows.stream().map(r -> new double[] {r[0] * scale, r[1] * scale, r[2]}).toList();
      BatchNormModel other = stage().setEpsilon(0).fit(data(scaled));
      assertThat(other.gamma().apply(0)).isCloseTo(model.gamma().apply(0), withinPercentage(1e-8));
      assertThat(other.beta().apply(0)).isCloseTo(model.beta().apply(0), withinPercentage(1e-8));
      BatchNormModel damped = stage().fit(data(scaled));
      assertThat(damped.beta().apply(0)).isCloseTo(model.beta().apply(0), withinPercentage(1e-8));
      assertThat(damped.summary().objectiveHistory()).hasSizeLessThanOrEqualTo(10);
    }
  }

  @Test
  void tanhIsTheLogisticFunctionRescaled() {
    Dataset<Row> data = data(rows(500));
    BatchNormModel sigmoid = stage().fit(data);
    BatchNormModel tanh = stage().setActivation("tanh").fit(data);
    for (int i = 0; i < 4; i++) {
      assertThat(learned(tanh)[i]).isEqualTo(learned(sigmoid)[i] / 2);
    }
    assertThat(tanh.summary().objectiveHistory().get(0))
        .isCloseTo(sigmoid.summary().objectiveHistory().get(0) + Math.log(2), within(1e-14));
  }

  @Test
  void weightsCountAsRepeatedRows() {
    List<double[]> rows = rows(300);
    rows.add(new double[] {1e9, -1e9, 0});
    List<double[]> repeated = new ArrayList<>();
    rows.forEach(row -> repeated.addAll(Collections.nCopies((int) row[2], row)));
    double[] expected = learned(stage().fit(data(repeated)));
    double[] actual = learned(stage().setWeightCol("w").fit(data(rows)));
    for (int i = 0; i < 4; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], withinPercentage(1e-9));
    }
  }

  @Test
  void invalidValuesAreLeftOut() {
    List<double[]> rows = rows(300);
    List<double[]> holes = new ArrayList<>(rows);
    holes.add(5, new double[] {Double.NaN, 1, 1});
    holes.add(9, new double[] {Double.POSITIVE_INFINITY, 0, 1});
    assertThat(learned(stage().setHandleInvalid("skip").fit(data(holes))))
        .isEqualTo(learned(stage().fit(data(rows))));
    BatchNormModel kept = stage().setHandleInvalid("keep").fit(data(holes));
    assertThat(kept.gamma().apply(0)).isEqualTo(stage().fit(data(rows)).gamma().apply(0));
    List<double[]> filled = new ArrayList<>(rows);
    filled.add(new double[] {1, 1, 1});
    filled.add(new double[] {1, 0, 1});
    assertThat(kept.gamma().apply(1)).isEqualTo(stage().fit(data(filled)).gamma().apply(1));
  }

  @Test
  void constantColumnsKeepOneAndZeroAndAreNamed() {
    List<double[]> rows =
        rows(100).stream().map(row -> new double[] {row[0], 0.1, row[2]}).toList();
    BatchNormModel model = stage().fit(data(rows));
    assertThat(model.gamma().apply(1)).isEqualTo(1);
    assertThat(model.beta().apply(1)).isZero();
    assertThat(model.summary().constant()).containsExactly("b");
    List<double[]> all = rows.stream().map(row -> new double[] {7, 0.1, row[2]}).toList();
    BatchNormModel none = stage().fit(data(all));
    assertThat(learned(none)).containsExactly(1, 1, 0, 0);
    assertThat(none.summary().objectiveHistory()).isEmpty();
  }

  @Test
  void everyPassIsOneJobAndIsReported() throws Exception {
    Set<Object> cachedBefore = LocalSpark.cached();
    Dataset<Row> data = data(rows(500));
    List<Double> heard = new ArrayList<>();
    SparkContext context = LocalSpark.session().sparkContext();
    String group = "infomax-jobs";
    context.setJobGroup(group, "infomax", false);
    BatchNormModel model =
        stage()
            .setProgress((iteration, objective, norm) -> heard.add(objective))
            .copy(ParamMap.empty())
            .fit(data);
    context.clearJobGroup();
    assertThat(model.summary().objectiveHistory()).isEqualTo(heard).isSorted();
    // One job for the moments, then one a pass.
    assertThat(context.statusTracker().getJobIdsForGroup(group)).hasSize(heard.size() + 1);
    assertThat(LocalSpark.cached()).isEqualTo(cachedBefore);
  }

  @Test
  void tooFewIterationsAreNoError() {
    BatchNormModel model = stage().setMaxIter(1).fit(data(rows(500)));
    assertThat(model.summary().objectiveHistory()).hasSize(1);
    assertThat(model.summary().converged()).isFalse();
    assertThat(model.summary().loss()).isEqualTo("none");
    BatchNormModel whole = stage().fit(data(rows(500)));
    assertThat(whole.summary().converged()).isTrue();
    assertThat(whole.summary().iterations()).isEqualTo(whole.summary().objectiveHistory().size());
  }

  /** As powers of two: the very same bits, however large or small the weights are. */
  @Test
  void theScaleOfWeightsLeavesNoTrace() {
    Dataset<Row> data = data(rows(200));
    BatchNorm stage = stage().setWeightCol("v");
    BatchNormModel expected = stage.fit(data.selectExpr("a", "b", "w AS v"));
    assertThat(expected.gamma().apply(0)).isNotEqualTo(1);
    for (String scale : List.of("pow(2, 1021)", "pow(2, 700)", "pow(2, -700)", "pow(2, -1074)")) {
      BatchNormModel actual = stage.fit(data.selectExpr("a", "b", "w * " + scale + " AS v"));
      assertThat(learned(actual)).as(scale).isEqualTo(learned(expected));
      assertThat(actual.summary())
          .usingRecursiveComparison()
          .ignoringFields("modelBytes")
          .isEqualTo(expected.summary());
    }
  }

  /** A feature that only rows of least weight have is learned as if there were no others. */
  @Test
  void aFeatureOfTheLightestRowsIsLearned() {
    Dataset<Row> data = data(rows(200));
    BatchNorm stage = stage().setWeightCol("v").setHandleInvalid("keep");
    Dataset<Row> both =
        data.selectExpr("IF(w = 1, NULL, a) AS a", "b", "IF(w = 1, 1e200, 1e-320) AS v");
    BatchNormModel alone = stage.fit(data.where("w <> 1").selectExpr("a", "b", "1D AS v"));
    BatchNormModel actual = stage.fit(both);
    assertThat(actual.gamma().apply(0)).isCloseTo(alone.gamma().apply(0), withinPercentage(1e-9));
    assertThat(actual.beta().apply(0)).isCloseTo(alone.beta().apply(0), withinPercentage(1e-9));
    assertThatThrownBy(
            () -> stage.fit(both.selectExpr("a", "b", "IF(a IS NULL, 1e300, 1e-320) AS v")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Feature 'a' has valid values only in rows of less than 1e-550 of the weight, which"
                + " learn=infomax can't work with; change the weights or leave it out.");
  }

  /** The distance to the mean is above the largest double, in a row of next to no weight. */
  @Test
  void valuesTooFarForDoublesAreNamed() {
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rows.add(new double[] {i, -1.7e308, 1});
    }
    rows.add(new double[] {1, 1.7e308, 1e-320});
    assertThatThrownBy(() -> stage().setWeightCol("w").fit(data(rows)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Feature 'b' holds values too far from its mean -1.7E308 for doubles, which"
                + " learn=infomax can't work with; leave it out or clip it.");
  }

  @Test
  void errorsSayWhatToDo() {
    Dataset<Row> data = data(rows(10));
    assertThatThrownBy(() -> stage().setActivation("relu").fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Param activation is relu, but learn=infomax works with sigmoid and tanh only; choose"
                + " one of these, or learn=supervised for any other.");
    assertThatThrownBy(() -> stage().setGamma(new double[] {1, 1}).fit(data))
        .hasMessage(
            "Param gamma is given, but learn=infomax starts from gamma 1 and beta 0; clear it, or"
                + " set learn=none.");
    assertThatThrownBy(() -> stage().setBeta(new double[] {1, 1}).fit(data))
        .hasMessageStartingWith("Param beta is given, but learn=infomax ");
  }
}
