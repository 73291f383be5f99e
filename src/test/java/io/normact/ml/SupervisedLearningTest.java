package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.normact.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.param.ParamMap;
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
import org.junit.jupiter.params.provider.MethodSource;

@Tag("thorough")
class SupervisedLearningTest {

  static Stream<String> references() {
    List<String> names = new ArrayList<>();
    BreastCancer.reference().get("learned").fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  /** The objective that is reached from the start is no worse than scipy's L-BFGS-B's. */
  @ParameterizedTest
  @MethodSource("references")
  void reachesTheReferenceObjective(String name) {
    String[] parts = name.split("\\|", -1);
    JsonNode reference = BreastCancer.reference().get("learned").get(name);
    BatchNormModel model =
        BreastCancer.stage()
            .setActivation(parts[0])
            .setRegParam(Double.parseDouble(parts[1]))
            .setLearn("supervised")
            .setLabelCol(BreastCancer.LABEL)
            .fit(BreastCancer.data());

    List<Double> history = model.summary().objectiveHistory();
    double reached = history.get(history.size() - 1);
    double expected = reference.get("objective_from_default_start").doubleValue();
    assertThat(reached).isLessThanOrEqualTo(expected * (parts[0].equals("relu") ? 1.01 : 1.001));
  }

  /** Features a and b, and a label of three classes that depends on both in a curved way. */
  private static Dataset<Row> data(int n) {
    Random random = new Random(n);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double a = random.nextGaussian();
      double b = Math.exp(random.nextGaussian());
      int label = a * a > 1.5 ? 2 : b > 1 ? 1 : 0;
      rows.add(RowFactory.create(a, b, label, 1 + random.nextInt(3), a > 0 ? 1f : 0f, 3 * a - b));
    }
    StructType schema =
        new StructType()
            .add("a", DataTypes.DoubleType)
            .add("b", DataTypes.DoubleType)
            .add("class", DataTypes.IntegerType)
            .add("w", DataTypes.IntegerType)
            .add("sign", DataTypes.FloatType)
            .add("number", DataTypes.DoubleType);
    return LocalSpark.session().createDataFrame(rows, schema);
  }

  private static BatchNorm stage(String label) {
    return new BatchNorm()
        .setInputCols(new String[] {"a", "b"})
        .setOutputCols(new String[] {"x", "y"})
        .setActivation("tanh")
        .setLearn("supervised")
        .setLabelCol(label);
  }

  private static double last(BatchNormModel model) {
    List<Double> history = model.summary().objectiveHistory();
    return history.get(history.size() - 1);
  }

  /** Auto finds the loss, and each falls well below what no feature at all would give. */
  @Test
  void theLabelDecidesOnTheLoss() {
    Dataset<Row> data = data(600);
    for (String[] expected :
        new String[][] {{"class", "softmax"}, {"sign", "logistic"}, {"number", "squared"}}) {
      BatchNormModel auto = stage(expected[0]).fit(data);
      BatchNormModel named = stage(expected[0]).setLoss(expected[1]).fit(data);
      assertThat(auto.gamma()).isEqualTo(named.gamma());
      assertThat(auto.beta()).isEqualTo(named.beta());
      assertThat(last(auto)).isLessThan(expected[1].equals("softmax") ? 0.95 : 0.35);
    }
  }

  @Test
  void weightsCountAsRepeatedRows() {
    Dataset<Row> data = data(300);
    Dataset<Row> repeated = data.selectExpr("*", "explode(sequence(1, w)) AS i");
    BatchNorm stage = stage("class").setMaxIter(15);
    BatchNormModel expected = stage.fit(repeated);
    BatchNormModel actual = stage.setWeightCol("w").fit(data);
    for (int j = 0; j < 2; j++) {
      assertThat(actual.gamma().apply(j)).isCloseTo(expected.gamma().apply(j), within(1e-8));
    }
    assertThat(last(actual)).isCloseTo(last(expected), within(1e-10));
  }

  /** The block that rows are packed in is the same, so the result is, bit for bit. */
  @Test
  void aSecondFitGivesTheSameBits() {
    Dataset<Row> data = data(3000).repartition(8);
    BatchNorm stage = stage("class").setMaxIter(10);
    BatchNormModel first = stage.fit(data);
    BatchNormModel second = stage.fit(data);
    assertThat(first.gamma()).isEqualTo(second.gamma());
    assertThat(first.summary()).isEqualTo(second.summary());
  }

  /** As powers of two: the very same bits, however large or small labels and weights are. */
  @Test
  void scalesOfLabelsAndWeightsLeaveNoTrace() {
    Dataset<Row> data = data(150).selectExpr("a", "b", "w", "int(number * 1000) AS number");
    BatchNorm stage = stage("target").setWeightCol("v").setMaxIter(6);
    BatchNormModel expected = stage.fit(data.selectExpr("*", "number AS target", "w AS v"));
    assertThat(expected.gamma().apply(0)).isNotEqualTo(1);
    for (String[] scales :
        new String[][] {
          {"1e-300", "1"},
          {"pow(2, 1010)", "1"},
          {"pow(2, -1074)", "1"},
          {"1", "pow(2, 1021)"},
          {"1", "pow(2, -1074)"},
          {"pow(2, -600)", "pow(2, 800)"}
        }) {
      BatchNormModel actual =
          stage.fit(
              data.selectExpr(
                  "*",
                  "double(number) * " + scales[0] + " AS target",
                  "double(w) * " + scales[1] + " AS v"));
      if (scales[0].startsWith("pow") || scales[1].startsWith("pow")) {
        assertThat(actual.gamma()).as(String.join(", ", scales)).isEqualTo(expected.gamma());
        assertThat(actual.beta()).isEqualTo(expected.beta());
        assertThat(actual.summary())
            .usingRecursiveComparison()
            .ignoringFields("modelBytes")
            .isEqualTo(expected.summary());
      } else {
        assertThat(actual.gamma().apply(0)).isCloseTo(expected.gamma().apply(0), within(1e-6));
      }
    }
    assertError(
        stage.setLoss("squared"),
        data.selectExpr(
            "*", "IF(number > 0, 1, 0) AS target", "IF(number > 0, 1e300, 1e-300) AS v"),
        "Label column 'target' holds different labels only in rows of less than 1e-307 of the weight, but loss=squared needs a variance of the label; change the weights.");
  }

  @Test
  void theSummarySaysHowItEnded() {
    Dataset<Row> data = data(200);
    BatchNormSummary cut = stage("number").setMaxIter(3).fit(data).summary();
    assertThat(cut.converged()).isFalse();
    assertThat(cut.iterations()).isEqualTo(3);
    assertThat(cut.objective()).isEqualTo(cut.objectiveHistory().get(2));
    assertThat(cut.loss()).isEqualTo("squared");
    BatchNormSummary whole = stage("sign").fit(data).summary();
    assertThat(whole.converged()).isTrue();
    assertThat(whole.iterations()).isBetween(4, 99);
    assertThat(whole.loss()).isEqualTo("logistic");
    BatchNormSummary none = stage("sign").setLearn("none").fit(data).summary();
    assertThat(none.converged()).isTrue();
    assertThat(none.iterations()).isZero();
    assertThat(none.objective()).isNaN();
    assertThat(none.loss()).isEqualTo("none");
  }

  @Test
  void preluLearnsASlopeAFeature(@TempDir Path folder) throws Exception {
    Dataset<Row> data = data(400);
    BatchNormModel model = stage("number").setActivation("prelu").fit(data);
    double[] slopes = model.getOrDefault(model.fittedSlopes());
    assertThat(slopes).hasSize(2);
    assertThat(slopes[0]).isNotEqualTo(slopes[1]).isNotEqualTo(0.25);
    Row first = data.first();
    for (int j = 0; j < 2; j++) {
      double z =
          model.gamma().apply(j)
                  * (first.getDouble(j) - model.mean().apply(j))
                  / Math.sqrt(model.variance().apply(j) + 1e-5)
              + model.beta().apply(j);
      double expected = z > 0 ? z : slopes[j] * z;
      assertThat(model.transform(data).select("x", "y").first().getDouble(j))
          .isCloseTo(expected, within(1e-14));
    }
    String path = folder.resolve("model").toString();
    model.save(path);
    BatchNormModel loaded = BatchNormModel.load(path);
    List<Row> transformed = model.transform(data).collectAsList();
    assertThat(loaded.transform(data).collectAsList()).isEqualTo(transformed);
    assertThat(loaded.summary().objectiveHistory()).isEqualTo(model.summary().objectiveHistory());
    Row back = loaded.inverse().transform(loaded.transform(data)).first();
    assertThat(back.<Double>getAs("a_inverse")).isCloseTo(first.getDouble(0), within(1e-12));
    assertThat(back.<Double>getAs("b_inverse")).isCloseTo(first.getDouble(1), within(1e-12));
    model.setFitted(model.fittedSlopes(), new double[] {0.5, -0.5});
    assertThatThrownBy(model::inverse)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "Feature 'b' can't be inverted, since its prelu has the slope -0.5 below zero.");
    model.setActivation("tanh");
    assertThat(model.transform(data).select("x").first().getDouble(0)).isBetween(-1.0, 1.0);
  }

  @Test
  void invalidFeaturesCountAsTheMeanOrAreSkipped() {
    Dataset<Row> data = data(200);
    Dataset<Row> holes = data.selectExpr("IF(w = 1, NULL, a) AS a", "b", "class");
    Dataset<Row> without = data.where("w <> 1").select("a", "b", "class");
    BatchNorm stage = stage("class").setMaxIter(5);
    assertThat(
            stage
                .copy(org.apache.spark.ml.param.ParamMap.empty())
                .setHandleInvalid("skip")
                .fit(holes)
                .summary()
                .objectiveHistory())
        .isEqualTo(stage.fit(without).summary().objectiveHistory());
    double mean = stage.fit(without).mean().apply(0);
    BatchNormModel kept = stage.setHandleInvalid("keep").setEpsilon(0).fit(holes);
    assertThat(kept.mean().apply(0)).isEqualTo(mean);
    // The same problem written out: normalised by hand, and 0 where a value is missing.
    Dataset<Row> normalised =
        holes.selectExpr(
            String.format(
                Locale.ROOT,
                "coalesce((a - %sD) / sqrt(%sD), 0D) AS a",
                mean,
                kept.variance().apply(0)),
            String.format(
                Locale.ROOT,
                "(b - %sD) / sqrt(%sD) AS b",
                kept.mean().apply(1),
                kept.variance().apply(1)),
            "class");
    BatchNormModel plain =
        stage("class").setMaxIter(5).setWithMean(false).setWithStd(false).fit(normalised);
    List<Double> history = kept.summary().objectiveHistory();
    assertThat(history).hasSizeGreaterThan(3);
    assertThat(plain.summary().objectiveHistory()).hasSameSizeAs(history);
    for (int i = 0; i < history.size(); i++) {
      assertThat(plain.summary().objectiveHistory().get(i)).isCloseTo(history.get(i), within(1e-9));
    }
  }

  /** Wide rows of few entries, weighted and clipped, and the same rows dense. */
  @Test
  void wideSparseVectorsGiveWhatDenseOnesGive() {
    List<Vector> rows = InfomaxLearningTest.wideSparse(600, 24);
    BatchNorm stage =
        new BatchNorm()
            .setInputCol("v")
            .setOutputCol("o")
            .setActivation("elu")
            .setLearn("supervised")
            .setLabelCol("y")
            .setWeightCol("w")
            .setHandleInvalid("mean")
            .setClip(4)
            .setMaxIter(8);
    BatchNormModel sparse = stage.fit(labelled(rows));
    BatchNormModel dense = stage.fit(labelled(rows.stream().map(Vector::toDense).toList()));
    for (int j = 0; j < 24; j++) {
      assertThat(sparse.gamma().apply(j)).isCloseTo(dense.gamma().apply(j), within(1e-9));
      assertThat(sparse.beta().apply(j)).isCloseTo(dense.beta().apply(j), within(1e-9));
    }
  }

  /** With weights of very different sizes, and a label that the vectors decide. */
  private static Dataset<Row> labelled(List<? extends Vector> rows) {
    StructType schema =
        new StructType()
            .add("v", new VectorUDT())
            .add("y", DataTypes.DoubleType)
            .add("w", DataTypes.DoubleType);
    List<Row> labelled = new ArrayList<>();
    for (Vector row : rows) {
      int i = labelled.size();
      double y = row.apply(0) > 5.2 || row.apply(3) > 1 ? 1 : 0;
      labelled.add(RowFactory.create(row, y, i % 5 == 0 ? 1e-3 : 1 + i % 3));
    }
    return LocalSpark.session().createDataFrame(labelled, schema).coalesce(1);
  }

  @Test
  void errorsSayWhatIsWrong() {
    Set<Object> cachedBefore = LocalSpark.cached();
    Dataset<Row> data = data(50);
    assertError(
        stage("class")
            .setInputCols(new String[] {"both"})
            .setOutputCols(new String[] {"out"})
            .setActivation("softmax"),
        data.selectExpr("*", "array(a, b) AS both"),
        "Param activation is softmax, but learn=supervised needs an elementwise function such as relu.");
    BatchNorm unlabelled = stage("class");
    unlabelled.clear(unlabelled.labelCol());
    assertError(
        unlabelled,
        data,
        "Param labelCol is not set, but learn=supervised needs a label; name its column.");
    assertError(
        stage("text"),
        data.selectExpr("*", "'x' AS text"),
        "Label column 'text' holds nothing but 'x', but learn=supervised needs two different labels at least.");
    assertError(
        stage("y0"),
        data.selectExpr("*", "IF(w = 1, NULL, class) AS y0"),
        "Label column 'y0' holds null, NaN or an infinity in "
            + data.where("w = 1").count()
            + " of 50 rows, but learn=supervised needs a number in each; fill them in or drop these rows.");
    assertError(
        stage("one"),
        data.selectExpr("*", "1 AS one"),
        "Label column 'one' holds nothing but 1.0, but learn=supervised needs two different labels at least.");
    assertError(
        stage("class").setLoss("logistic"),
        data,
        "Label column 'class' holds 2.0, but loss=logistic needs 0 or 1.");
    assertError(
        stage("half").setLoss("logistic"),
        data.selectExpr("*", "sign / 2 AS half"),
        "Label column 'half' holds 0.5, but loss=logistic needs 0 or 1.");
    assertError(
        stage("less").setLoss("softmax"),
        data.selectExpr("*", "class - 1 AS less"),
        "Label column 'less' holds -1.0, but loss=softmax needs whole numbers 0 to K - 1, for at most 100 classes.");
    assertError(
        stage("more").setLoss("softmax"),
        data.selectExpr("*", "class + 98 AS more"),
        "Label column 'more' holds 100.0, but loss=softmax needs whole numbers 0 to K - 1, for at most 100 classes.");
    Dataset<Row> far =
        data.withColumn("a", org.apache.spark.sql.functions.expr("IF(w = 1, 1e6, 0)"));
    assertError(
        stage("number").setActivation("exponential").setWithStd(false),
        far,
        "Supervised learning can't start with activation exponential and loss squared: The objective is NaN at the start, but must be finite with a finite gradient.");
    assertThat(LocalSpark.cached()).isEqualTo(cachedBefore);
  }

  private static void assertError(BatchNorm stage, Dataset<Row> data, String message) {
    assertThatThrownBy(() -> stage.fit(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void anEvaluationIsOneJob() {
    Set<Object> cachedBefore = LocalSpark.cached();
    Dataset<Row> data = data(500);
    org.apache.spark.SparkContext context = LocalSpark.session().sparkContext();
    context.setJobGroup("supervised-jobs", "supervised", false);
    List<Integer> iterations = new ArrayList<>();
    BatchNormModel model =
        stage("sign")
            .setMaxIter(7)
            .setProgress((iteration, objective, norm) -> iterations.add(iteration))
            .fit(data);
    context.clearJobGroup();
    assertThat(iterations).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(model.summary().objectiveHistory()).hasSize(7);
    // The moments, the labels and the start, then at least an evaluation an iteration.
    assertThat(context.statusTracker().getJobIdsForGroup("supervised-jobs").length)
        .isBetween(10, 16);
    assertThat(LocalSpark.cached()).isEqualTo(cachedBefore);
  }

  /** A label among the inputs would be learned from itself. */
  @Test
  void columnOfTwoRolesIsRefused() {
    Dataset<Row> data = data(20).withColumnRenamed("a", "a.1");
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(new String[] {"b", "class", "w"})
            .setOutputCol("v")
            .transform(data);
    BatchNorm scalars = stage("CLASS").setInputCols(new String[] {"a.1", "class"});
    BatchNorm quoted = stage("A.1").setInputCols(new String[] {"a.1", "b"});
    BatchNorm vector =
        stage("class").setInputCols(new String[] {"v", "b"}).setOutputCols(new String[] {"p", "q"});
    String leak =
        ", from which supervised learning would read off what it is to learn; leave it out.";
    String oneRole = ", but a column is one or the other; leave it out.";
    Map<BatchNorm, String> refused = new LinkedHashMap<>();
    refused.put(scalars, "Input column 'class' holds the label 'class'" + leak);
    refused.put(quoted, "Input column 'a.1' holds the label 'a.1'" + leak);
    refused.put(vector, "Input column 'v' holds the label 'class'" + leak);
    refused.put(
        vector.copy(new ParamMap()).setLabelCol("sign").setWeightCol("W"),
        "Input column 'v' holds the weight 'w'" + oneRole);
    refused.put(
        stage("sign").setInputCols(new String[] {"a.1", "b"}).setWeightCol("B"),
        "Input column 'b' holds the weight 'b'" + oneRole);
    refused.put(
        stage("sign").setInputCols(new String[] {"a.1", "b"}).setWeightCol("SIGN"),
        "Column 'sign' is both the label and the weight, but a column is one or the other.");
    refused.forEach(
        (stage, message) -> {
          assertThatThrownBy(() -> stage.fit(assembled))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage(message);
          assertThatThrownBy(() -> stage.transformSchema(assembled.schema())).hasMessage(message);
        });
    // Nothing is learned of a label that nobody looks at.
    StructType schema = scalars.setLearn("none").transformSchema(assembled.schema());
    assertThat(schema.fieldNames()).contains("x", "y");
    LocalSpark.with(
        "spark.sql.caseSensitive",
        "true",
        () -> {
          Dataset<Row> both = data(20).withColumn("A", functions.col("class"));
          return assertThat(stage("A").fit(both).gamma().size()).isEqualTo(2);
        });
  }
}
