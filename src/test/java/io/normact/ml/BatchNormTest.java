package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.shared.HasAggregationDepth;
import org.apache.spark.ml.param.shared.HasHandleInvalid;
import org.apache.spark.ml.param.shared.HasLabelCol;
import org.apache.spark.ml.param.shared.HasMaxIter;
import org.apache.spark.ml.param.shared.HasRegParam;
import org.apache.spark.ml.param.shared.HasTol;
import org.apache.spark.ml.param.shared.HasWeightCol;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BatchNormTest {

  private static final StructType VECTOR = new StructType().add("x", new VectorUDT());

  private static Dataset<Row> vectors(Vector... rows) {
    return LocalSpark.session()
        .createDataFrame(Arrays.stream(rows).map(RowFactory::create).toList(), VECTOR);
  }

  private static Dataset<Row> numbers(Double... values) {
    return LocalSpark.session()
        .createDataFrame(
            Arrays.stream(values).map(v -> RowFactory.create(v)).toList(),
            new StructType().add("x", DataTypes.DoubleType));
  }

  private static BatchNorm stage() {
    return new BatchNorm().setInputCol("x").setOutputCol("y");
  }

  private static List<Object> outputs(Dataset<Row> data) {
    return data.select("y").collectAsList().stream().map(row -> row.get(0)).toList();
  }

  // ---- statistics

  /** Values of exact rational arithmetic; where they come from is noted beside the file. */
  @Test
  void meanAndVarianceAreTheExactOnesRounded() throws IOException {
    Iterator<Map.Entry<String, JsonNode>> sets = golden().get("exact").properties().iterator();
    while (sets.hasNext()) {
      JsonNode set = sets.next().getValue();
      if (!set.has("values")) {
        continue;
      }
      Double[] values = new Double[set.get("values").size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = set.get("values").get(i).asDouble();
      }
      for (int partitions : new int[] {1, 7}) {
        BatchNormModel model = stage().fit(numbers(values).repartition(partitions));
        assertThat(model.count().apply(0)).isEqualTo(values.length);
        assertThat(model.mean().apply(0)).isEqualTo(set.get("mean").asDouble());
        assertThat(model.variance().apply(0)).isEqualTo(set.get("variance").asDouble());
      }
    }
  }

  private static JsonNode golden() throws IOException {
    try (InputStream in =
        BatchNormTest.class.getResourceAsStream("/io/normact/math/exact/moments.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  /** Kinds of columns side by side, in any order of rows and any partitioning: the same bits. */
  @Test
  void orderPartitioningAndKindOfColumnLeaveNoTrace() {
    Random random = new Random(3);
    StructType schema =
        new StructType()
            .add("a", DataTypes.DoubleType)
            .add("b", DataTypes.DoubleType)
            .add("v", new VectorUDT())
            .add("c", DataTypes.FloatType)
            .add("d", DataTypes.createArrayType(DataTypes.DoubleType))
            .add("w", DataTypes.DoubleType);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double x = random.nextGaussian() * Math.exp(5 * random.nextGaussian());
      double y = 1e9 + random.nextDouble();
      Vector v =
          i % 3 == 0 ? Vectors.sparse(2, new int[] {1}, new double[] {y}) : Vectors.dense(i % 3, y);
      rows.add(
          RowFactory.create(x, y, v, (float) y, new Double[] {x, y}, random.nextInt(4) * 0.37));
    }
    BatchNorm stage =
        new BatchNorm()
            .setInputCols(new String[] {"a", "b", "v", "c", "d"})
            .setOutputCols(new String[] {"a1", "b1", "v1", "c1", "d1"})
            .setWeightCol("w");
    BatchNormModel reference = null;
    for (int trial = 0; trial < 4; trial++) {
      Dataset<Row> data =
          LocalSpark.session().createDataFrame(rows, schema).repartition(1 + 3 * trial);
      BatchNormModel model = stage.setAggregationDepth(1 + trial).fit(data);
      if (reference == null) {
        reference = model;
      }
      assertThat(model.mean()).isEqualTo(reference.mean());
      assertThat(model.variance()).isEqualTo(reference.variance());
      assertThat(model.count()).isEqualTo(reference.count());
      assertThat(model.getOrDefault(model.fittedMoments()))
          .isEqualTo(reference.getOrDefault(reference.fittedMoments()));
      Collections.shuffle(rows, random);
    }
    double[] mean = reference.mean().toArray();
    assertThat(mean).hasSize(7);
    assertThat(mean[5]).isEqualTo(mean[0]);
    assertThat(mean[6]).isEqualTo(mean[1]).isEqualTo(mean[3]);
  }

  @Test
  void fitIsOneSparkJob() throws Exception {
    Dataset<Row> data =
        LocalSpark.session()
            .range(0, 1000, 1, 8)
            .selectExpr("id", "double(id) / 3 AS a", "array(double(id), 1D) AS b");
    BatchNorm stage =
        new BatchNorm()
            .setInputCols(new String[] {"id", "a", "b"})
            .setOutputCols(new String[] {"x", "y", "z"});
    assertThat(SparkJobs.of(LocalSpark.session(), () -> stage.fit(data))).isEqualTo(1);
  }

  @Test
  void weightsCountAsThatManyRows() {
    Dataset<Row> weighted =
        numbers(1.0, 2.0, 7.0)
            .selectExpr("x", "CASE x WHEN 1 THEN 3 WHEN 2 THEN 1 ELSE 0 END AS w");
    BatchNormModel model = stage().setWeightCol("w").fit(weighted);
    BatchNormModel repeated = stage().fit(numbers(1.0, 1.0, 1.0, 2.0));
    assertThat(model.mean()).isEqualTo(repeated.mean());
    assertThat(model.variance()).isEqualTo(repeated.variance());
    assertThat(model.count()).isEqualTo(Vectors.dense(2));
    assertThatThrownBy(() -> stage().setWeightCol("w").fit(numbers(1.0).selectExpr("x", "-1 AS w")))
        .hasMessage("Weight column 'w' holds -1.0, but weights must be finite and not negative.");
    assertThatThrownBy(
            () -> stage().setWeightCol("w").fit(numbers(1.0).selectExpr("x", "string(1) AS w")))
        .hasMessage("Weight column 'w' is of type string, but must be a number.");
    assertThatThrownBy(
            () -> stage().setWeightCol("w").fit(numbers(1.0).selectExpr("x", "double(null) AS w")))
        .hasMessage("Weight column 'w' holds null, but weights must be finite and not negative.");
  }

  @Test
  @Tag("thorough")
  void aMillionSparseDimensions() {
    int size = 1_000_000;
    BatchNormModel model =
        stage()
            .setWithMean(false)
            .fit(
                vectors(
                    Vectors.sparse(size, new int[] {3}, new double[] {2}),
                    Vectors.sparse(size, new int[] {3, size - 1}, new double[] {4, 1}),
                    Vectors.sparse(size, new int[0], new double[0])));
    assertThat(model.mean().apply(3)).isEqualTo(2);
    assertThat(model.variance().apply(3)).isEqualTo(8.0 / 3);
    assertThat(model.mean().apply(size - 1)).isEqualTo(1.0 / 3);
    assertThat(model.variance().apply(0)).isZero();
    Vector y =
        (Vector)
            outputs(model.transform(vectors(Vectors.sparse(size, new int[] {3}, new double[] {1}))))
                .get(0);
    assertThat(y).isInstanceOf(SparseVector.class);
    assertThat(y.apply(3)).isCloseTo(1 / Math.sqrt(8.0 / 3 + 1e-5), within(1e-15));
    assertThat(y.numActives()).isEqualTo(1);
  }

  @Test
  void vectorsOfDifferingSizesAreNamed() {
    Dataset<Row> data =
        vectors(Vectors.dense(1, 2), Vectors.dense(1, 2, 3), Vectors.dense(1, 2)).coalesce(1);
    assertThatThrownBy(() -> stage().fit(data))
        .hasMessage(
            "Column 'x' holds rows of 2 and of 3 features, but all rows must have as many.");
    assertThatThrownBy(() -> stage().fit(data.repartition(3)))
        .hasMessage(
            "Column 'x' holds rows of 2 and of 3 features, but all rows must have as many.");
    BatchNormModel model = stage().fit(vectors(Vectors.dense(1, 2)));
    assertThatThrownBy(() -> outputs(model.transform(data)))
        .hasStackTraceContaining(
            "Column 'x' holds a row of 3 features, but the model was fitted on 2.");
  }

  // ---- invalid values

  @Test
  void invalidValuesEndTheFitByDefault() {
    assertThatThrownBy(() -> stage().fit(numbers(1.0, null, Double.NaN, 2.0)))
        .hasMessage(
            "Invalid values (null, NaN or infinite) are in 'x' (2), but handleInvalid is error; clean the data or choose skip, keep or mean.");
    assertThatThrownBy(() -> stage().fit(vectors(Vectors.dense(1, Double.POSITIVE_INFINITY), null)))
        .hasMessageContaining("are in 'x[0]' (1), 'x[1]' (2), but");
    BatchNormModel model = stage().fit(numbers(1.0, 2.0));
    assertThatThrownBy(() -> outputs(model.transform(numbers(Double.NaN))))
        .hasStackTraceContaining(
            "Column 'x' holds NaN, which handleInvalid=error rejects; clean the data or choose skip, keep or mean.");
    assertThatThrownBy(() -> outputs(model.transform(numbers((Double) null))))
        .hasStackTraceContaining("Column 'x' holds null, which handleInvalid=error rejects");
  }

  @Test
  void skipDropsTheRow() {
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                List.of(
                    RowFactory.create(1.0, new Double[] {1.0}, Vectors.dense(1), new Float[] {1f}),
                    RowFactory.create(null, new Double[] {2.0}, Vectors.dense(2), new Float[] {1f}),
                    RowFactory.create(3.0, new Double[] {null}, Vectors.dense(2), new Float[] {1f}),
                    RowFactory.create(4.0, new Double[] {2.0}, null, new Float[] {1f}),
                    RowFactory.create(
                        Double.NaN, new Double[] {2.0}, Vectors.dense(2), new Float[] {1f}),
                    RowFactory.create(
                        5.0,
                        new Double[] {2.0},
                        Vectors.sparse(1, new int[] {0}, new double[] {Double.NaN}),
                        new Float[] {1f}),
                    RowFactory.create(
                        5.0, new Double[] {2.0}, Vectors.dense(1), new Float[] {Float.NaN}),
                    RowFactory.create(3.0, new Double[] {3.0}, Vectors.dense(3), new Float[] {1f})),
                StructType.fromDDL("a DOUBLE, b ARRAY<DOUBLE>")
                    .add("c", new VectorUDT())
                    .add("d", DataTypes.createArrayType(DataTypes.FloatType)));
    BatchNormModel model =
        new BatchNorm()
            .setInputCols(new String[] {"a", "b", "c", "d"})
            .setOutputCols(new String[] {"e", "f", "g", "h"})
            .setHandleInvalid("skip")
            .fit(data);
    assertThat(model.count()).isEqualTo(Vectors.dense(2, 2, 2, 2));
    assertThat(model.mean()).isEqualTo(Vectors.dense(2, 2, 2, 1));
    assertThat(model.summary().skippedRows()).isEqualTo(6);
    assertThat(model.transform(data).count()).isEqualTo(2);
    assertThatThrownBy(() -> stage().setHandleInvalid("skip").fit(numbers(null, Double.NaN)))
        .hasMessage(
            "Each of 2 rows holds an invalid value, and handleInvalid=skip left none to fit on.");
  }

  @Test
  void keepLeavesThemOutOfTheStatistics() {
    BatchNormModel model =
        stage().setHandleInvalid("keep").setEpsilon(0).fit(numbers(1.0, null, 3.0, Double.NaN));
    assertThat(model.mean().apply(0)).isEqualTo(2);
    assertThat(model.variance().apply(0)).isEqualTo(1);
    assertThat(model.summary().invalid()).isEqualTo(Map.of("x", 2L));
    assertThat(outputs(model.transform(numbers(1.0, null, Double.NaN, Double.POSITIVE_INFINITY))))
        .containsExactly(-1.0, null, Double.NaN, Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> stage().setHandleInvalid("keep").fit(numbers(null, Double.NaN)))
        .hasMessageStartingWith("The input is empty, but statistics need at least one row");
    assertThatThrownBy(
            () ->
                new BatchNorm()
                    .setInputCols(new String[] {"x", "n"})
                    .setOutputCols(new String[] {"y", "z"})
                    .setHandleInvalid("keep")
                    .fit(numbers(1.0).selectExpr("x", "double(null) AS n")))
        .hasMessage(
            "No valid value is in 'n', so there is no mean to subtract; leave such columns out.");
  }

  @Test
  void emptyInputIsAnError() {
    String message =
        "The input is empty, but statistics need at least one row with a valid value and a positive weight.";
    assertThatThrownBy(() -> stage().fit(numbers())).hasMessage(message);
    assertThatThrownBy(() -> stage().fit(vectors())).hasMessage(message);
    assertThatThrownBy(() -> stage().fit(LocalSpark.session().emptyDataFrame()))
        .hasMessage("Column 'x' does not exist.");
  }

  // ---- the normalised values

  @Test
  void constantColumnsAndOneRowMapToBeta() {
    BatchNormModel constant =
        stage().setEpsilon(0).setBeta(new double[] {0.25}).fit(numbers(5.0, 5.0));
    assertThat(constant.variance().apply(0)).isZero();
    assertThat(outputs(constant.transform(numbers(5.0, 6.0)))).containsExactly(0.25, 0.25);
    assertThat(constant.summary().constant()).containsExactly("x");
    BatchNormModel oneRow = stage().fit(numbers(1e300));
    assertThat(oneRow.mean().apply(0)).isEqualTo(1e300);
    assertThat(outputs(oneRow.transform(numbers(1e300)))).containsExactly(0.0);
  }

  @Test
  void formulaHoldsWithEachSwitch() {
    Dataset<Row> data = numbers(1.0, 2.0, 6.0);
    double deviation = Math.sqrt(14.0 / 3 + 0.5);
    for (boolean withMean : new boolean[] {true, false}) {
      for (boolean withStd : new boolean[] {true, false}) {
        BatchNormModel model =
            stage()
                .setWithMean(withMean)
                .setWithStd(withStd)
                .setEpsilon(0.5)
                .setGamma(new double[] {2})
                .setBeta(new double[] {-1})
                .setActivation("softsign")
                .fit(data);
        double z = 2 * (6 - (withMean ? 3 : 0)) / (withStd ? deviation : 1) - 1;
        assertThat((double) outputs(model.transform(numbers(6.0))).get(0))
            .isCloseTo(z / (1 + Math.abs(z)), within(1e-15));
      }
    }
  }

  @Test
  void vectorsWithMeanBecomeDenseAndKnowTheirSize() {
    Dataset<Row> data =
        vectors(Vectors.sparse(3, new int[] {1}, new double[] {2}), Vectors.dense(1, 2, 3));
    BatchNormModel model = stage().fit(data);
    Dataset<Row> output = model.transform(data);
    assertThat(outputs(output)).allMatch(y -> y instanceof DenseVector);
    assertThat(AttributeGroup.fromStructField(output.schema().apply("y")).size()).isEqualTo(3);
  }

  @Test
  void inverseRestoresTheInput() {
    Double[] values = {-1.5, 0.25, 1e-3, 4.0, 1e4};
    Dataset<Row> data = numbers(values);
    for (String function :
        new String[] {
          "identity",
          "sigmoid",
          "tanh",
          "softplus",
          "softsign",
          "elu(alpha=2)",
          "celu",
          "selu",
          "leaky_relu",
          "squareplus",
          "exponential",
          "log_sigmoid"
        }) {
      BatchNormModel model = stage().setActivation(function).fit(data);
      Dataset<Row> restored = model.inverse().transform(model.transform(data));
      List<Row> rows = restored.select("x_inverse").collectAsList();
      for (int i = 0; i < values.length; i++) {
        assertThat(rows.get(i).getDouble(0)).as(function).isCloseTo(values[i], within(1e-6));
      }
    }
    BatchNormModel relu = stage().setActivation("relu").fit(data);
    assertThatThrownBy(relu::inverse)
        .hasMessage(
            "Activation relu can't be inverted, since it takes some value at more than one input.");
    BatchNormModel flat = stage().setGamma(new double[] {0}).fit(data);
    assertThatThrownBy(flat::inverse)
        .hasMessage("Feature 'x' can't be inverted, since its gamma is 0.");
    BatchNormModel constant = stage().setEpsilon(0).fit(numbers(7.0, 7.0));
    assertThat(constant.inverse().transform(constant.transform(numbers(7.0))).first().getDouble(2))
        .isEqualTo(7.0);
  }

  // ---- the model

  @Test
  void statisticsHaveARowAFeature() {
    BatchNormModel model =
        stage()
            .setGamma(new double[] {2, 3})
            .fit(vectors(Vectors.dense(1, 5), Vectors.dense(3, 5)));
    assertThat(model.statistics(LocalSpark.session()).collectAsList().stream().map(Row::toString))
        .containsExactly("[0,x[0],2,0,2.0,1.0,2.0,0.0]", "[1,x[1],2,0,5.0,0.0,3.0,0.0]");
    assertThat(model.summary())
        .isEqualTo(
            new BatchNormSummary(
                2,
                0,
                Map.of(),
                List.of("x[1]"),
                List.of(),
                List.of(),
                true,
                "none",
                List.of(),
                0,
                Map.of(),
                model.estimatedSize()));
    assertThat(stage().fit(numbers(0.0, 1e-3)).summary().epsilonOutweighs()).containsExactly("x");
  }

  @Test
  void weightsTrainedElsewhereMakeAModel() {
    double[] one = {1};
    BatchNormModel model =
        BatchNormModel.of(new double[] {3}, new double[] {4}, new double[] {2}, one)
            .setInputCol("x")
            .setOutputCol("y")
            .setEpsilon(0)
            .setActivation("relu");
    assertThat(outputs(model.transform(numbers(5.0, -5.0)))).containsExactly(3.0, 0.0);
    assertThatThrownBy(() -> BatchNormModel.of(one, new double[] {-1}, one, one))
        .hasMessage("Param variance holds -1.0, but variances are at least 0.");
    assertThatThrownBy(() -> BatchNormModel.of(one, one, new double[2], one))
        .hasMessage("Param gamma has 2 values for 1 feature; it needs one for each.");
    assertThatThrownBy(() -> BatchNormModel.of(new double[] {Double.NaN}, one, one, one))
        .hasMessage("Param mean holds NaN, but must hold finite numbers.");
  }

  @Test
  void givenScalesAreCheckedBeforeThePassWhereTheSchemaTellsTheWidth() {
    Dataset<Row> assembled =
        stage()
            .setInputCol("x")
            .fit(vectors(Vectors.dense(1, 2)))
            .transform(vectors(Vectors.dense(1, 2)));
    BatchNorm next = stage().setInputCol("y").setOutputCol("z").setGamma(new double[] {1, 2, 3});
    assertThatThrownBy(() -> next.transformSchema(assembled.schema()))
        .isInstanceOf(FeatureCountException.class)
        .hasMessage("Param gamma has 3 values for 2 features; it needs one for each.");
  }

  @Test
  void givenScalesMustFitTheFeatures() {
    assertThatThrownBy(() -> stage().setBeta(new double[] {1, 2, 3}).fit(numbers(1.0, 2.0)))
        .hasMessage("Param beta has 3 values for 1 feature; it needs one for each.");
    assertThatThrownBy(
            () -> stage().setBeta(new double[] {1, 2, 3}).fit(vectors(Vectors.dense(1, 2))))
        .isInstanceOf(FeatureCountException.class)
        .hasMessage("Param beta has 3 values for 2 features; it needs one for each.");
    assertThatThrownBy(() -> stage().setGamma(new double[] {Double.POSITIVE_INFINITY}))
        .hasMessage("Param gamma is [Infinity], but must be finite numbers.");
  }

  @Test
  void columnsMustBeAsFitted() {
    BatchNormModel model = stage().fit(vectors(Vectors.dense(1, 2)));
    assertThatThrownBy(() -> model.transform(numbers(1.0)))
        .hasMessage(
            "Column 'x' holds one number a row, but the model was fitted on 2 features there.");
    assertThatThrownBy(() -> stage().setActivation("softmax").fit(numbers(1.0)))
        .hasMessageStartingWith("Function 'softmax' works across a whole vector, but column 'x'");
  }

  @Test
  void paramsAreChecked() {
    assertThatThrownBy(() -> stage().setEpsilon(-1))
        .hasMessage("Param epsilon is -1.0, but must be a finite number of at least 0.");
    assertThatThrownBy(() -> stage().setEpsilon(Double.NaN))
        .hasMessage("Param epsilon is NaN, but must be a finite number of at least 0.");
    assertThatThrownBy(() -> stage().setHandleInvalid("drop"))
        .hasMessage("Param handleInvalid is drop, but must be one of error, skip, keep, mean.");
    assertThatThrownBy(() -> stage().setMomentum(1.5))
        .hasMessage(
            "Param momentum is 1.5, but must be from 0 (cumulative, which torch calls None) to 1.");
    assertThatThrownBy(() -> stage().setMaxIter(0))
        .hasMessage("Param maxIter is 0, but must be a finite number above 0.");
    assertThatThrownBy(() -> stage().setActivation("sigmoyd"))
        .hasMessageStartingWith("Activation function 'sigmoyd' is unknown");
    assertThat(stage().setActivation(ActivationFunction.parse("elu")).getActivation())
        .isEqualTo(ActivationFunction.parse("elu(alpha=1)"));
  }

  @Test
  void outputOfARowDoesNotDependOnItsColumnsKind() {
    Random random = new Random(17);
    double[][] x =
        IntStream.range(0, 40)
            .mapToObj(i -> random.doubles(3, -5, 5).toArray())
            .toArray(double[][]::new);
    List<Row> rows =
        Arrays.stream(x).map(r -> RowFactory.create(r[0], r[1], r[2], Vectors.dense(r))).toList();
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                rows, StructType.fromDDL("a DOUBLE, b DOUBLE, c DOUBLE").add("v", new VectorUDT()));
    Dataset<Row> scalars =
        new BatchNorm()
            .setInputCols(new String[] {"a", "b", "c"})
            .setOutputCols(new String[] {"p", "q", "r"})
            .setActivation("gelu")
            .fit(data)
            .transform(data);
    Dataset<Row> both = stage().setInputCol("v").setActivation("gelu").fit(data).transform(scalars);
    for (Row row : both.select("p", "q", "r", "y").collectAsList()) {
      assertThat(row.<Vector>getAs(3).toArray())
          .containsExactly(row.getDouble(0), row.getDouble(1), row.getDouble(2));
    }
  }

  /** Tools that know Spark's traits alone find the params that Spark's own stages have too. */
  @Test
  void sharedParamsAreOfSparksTraits() {
    Object stage = new BatchNorm().setLabelCol("l").setWeightCol("w").setMaxIter(7).setTol(0.5);
    assertThat(((HasLabelCol) stage).getLabelCol()).isEqualTo("l");
    assertThat(((HasWeightCol) stage).getWeightCol()).isEqualTo("w");
    assertThat(((HasMaxIter) stage).getMaxIter()).isEqualTo(7);
    assertThat(((HasTol) stage).getTol()).isEqualTo(0.5);
    assertThat(((HasRegParam) stage).getRegParam()).isEqualTo(1e-3);
    assertThat(((HasAggregationDepth) stage).getAggregationDepth()).isEqualTo(2);
    assertThat(((HasHandleInvalid) stage).getHandleInvalid()).isEqualTo("error");
  }
}
