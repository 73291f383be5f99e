package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ActivationTest {

  private static Dataset<Row> dataset(String ddl, Row... rows) {
    return LocalSpark.session().createDataFrame(List.of(rows), StructType.fromDDL(ddl));
  }

  private static Dataset<Row> vectors(Vector... rows) {
    return LocalSpark.session()
        .createDataFrame(
            Arrays.stream(rows).map(RowFactory::create).toList(),
            new StructType().add("x", new VectorUDT()));
  }

  private static Activation stage(String function) {
    return new Activation().setInputCol("x").setOutputCol("y").setFunction(function);
  }

  private static Object first(Activation stage, Dataset<Row> data) {
    return stage.transform(data).select("y").first().get(0);
  }

  @Test
  void everyNumericTypeBecomesDoubleButFloat() {
    ActivationFunction f = ActivationFunction.parse("softplus");
    for (String type : new String[] {"TINYINT", "SMALLINT", "INT", "BIGINT", "DOUBLE"}) {
      Dataset<Row> data =
          dataset("s STRING", RowFactory.create("3")).selectExpr("CAST(s AS " + type + ") AS x");
      assertThat(first(stage("softplus"), data)).isEqualTo(f.value(3));
    }
    Dataset<Row> decimal =
        dataset("x DECIMAL(20, 10)", RowFactory.create(new BigDecimal("-1.0625")));
    assertThat(first(stage("softplus"), decimal)).isEqualTo(f.value(-1.0625));
    Dataset<Row> single = dataset("x FLOAT", RowFactory.create(0.1f));
    assertThat(first(stage("softplus"), single)).isEqualTo((float) f.value(0.1f));
  }

  @Test
  void invalidValuesPassThrough() {
    Dataset<Row> data =
        dataset(
            "x DOUBLE",
            RowFactory.create(Double.NaN),
            RowFactory.create(Double.NEGATIVE_INFINITY),
            RowFactory.create(-0.0),
            RowFactory.create((Object) null));
    List<Object> values =
        stage("relu6").transform(data).select("y").collectAsList().stream()
            .map(row -> row.get(0))
            .toList();
    assertThat(values)
        .containsExactly(Double.NaN, 0.0, ActivationFunction.parse("relu6").value(-0.0), null);
  }

  @Test
  void sparseVectorsStaySparseWhereZeroIsKept() {
    Vector sparse = Vectors.sparse(5, new int[] {1, 4}, new double[] {-2, 3});
    Vector tanh = (Vector) first(stage("tanh"), vectors(sparse));
    assertThat(tanh).isInstanceOf(SparseVector.class);
    assertThat(tanh.toArray()).containsExactly(0, f("tanh", -2), 0, 0, f("tanh", 3));
    Vector sigmoid = (Vector) first(stage("sigmoid"), vectors(sparse));
    assertThat(sigmoid).isInstanceOf(DenseVector.class);
    assertThat(sigmoid.toArray()).containsExactly(0.5, f("sigmoid", -2), 0.5, 0.5, f("sigmoid", 3));
    Vector slope = (Vector) first(stage("relu").setOutput("slope"), vectors(sparse));
    assertThat(slope).isInstanceOf(SparseVector.class);
    assertThat(slope.toArray()).containsExactly(0, 0, 0, 0, 1);
    Vector softmax =
        (Vector) first(stage("softmax"), vectors(Vectors.sparse(2, new int[0], new double[0])));
    assertThat(softmax.toArray()).containsExactly(0.5, 0.5);
  }

  private static double f(String function, double x) {
    return ActivationFunction.parse(function).value(x);
  }

  @Test
  void aMillionDimensionsStaySparse() {
    Vector sparse = Vectors.sparse(1_000_000, new int[] {7, 999_999}, new double[] {1, -1});
    Vector y = (Vector) first(stage("elu"), vectors(sparse));
    assertThat(y)
        .isEqualTo(
            Vectors.sparse(1_000_000, new int[] {7, 999_999}, new double[] {1, f("elu", -1)}));
  }

  /** The same bits for the same number, whatever it stands in. */
  @Test
  void valueDoesNotDependOnWhereItStands() {
    Random random = new Random(11);
    int n = 77;
    double[] x = random.doubles(n, -40, 40).toArray();
    Row row = RowFactory.create(Arrays.stream(x).boxed().toArray(), Vectors.dense(x));
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                List.of(row),
                new StructType()
                    .add("array", DataTypes.createArrayType(DataTypes.DoubleType))
                    .add("vector", new VectorUDT()));
    Column[] scalars =
        IntStream.range(0, n)
            .mapToObj(i -> functions.col("array").getItem(i).as("x" + i))
            .toArray(Column[]::new);
    String[] inputs = IntStream.range(0, n).mapToObj(i -> "x" + i).toArray(String[]::new);
    String[] outputs = IntStream.range(0, n).mapToObj(i -> "y" + i).toArray(String[]::new);
    for (String function : new String[] {"sigmoid", "gelu", "mish", "tanh", "softplus", "silu"}) {
      double[] expected = Arrays.stream(x).map(ActivationFunction.parse(function)::value).toArray();
      Row y =
          new Activation()
              .setInputCols(new String[] {"array", "vector"})
              .setOutputCols(new String[] {"a", "v"})
              .setFunction(function)
              .transform(data)
              .first();
      assertThat(y.<Double>getList(y.fieldIndex("a")))
          .containsExactly(Arrays.stream(expected).boxed().toArray(Double[]::new));
      assertThat(y.<Vector>getAs("v").toArray()).containsExactly(expected);
      Row each =
          new Activation()
              .setInputCols(inputs)
              .setOutputCols(outputs)
              .setFunction(function)
              .transform(data.select(scalars))
              .select("y0", Arrays.copyOfRange(outputs, 1, n))
              .first();
      assertThat(IntStream.range(0, n).mapToDouble(each::getDouble).toArray())
          .containsExactly(expected);
    }
  }

  @Test
  void oneFunctionForEachColumn() {
    Row row =
        new Activation()
            .setInputCols(new String[] {"a.b", "c`d"})
            .setOutputCols(new String[] {"e f", "g"})
            .setFunctions(new String[] {"relu", "leaky_relu(alpha=0.5)"})
            .transform(
                dataset("a DOUBLE", RowFactory.create(-3.0))
                    .selectExpr("a AS `a.b`", "a AS `c``d`"))
            .first();
    assertThat(row.get(2)).isEqualTo(0.0);
    assertThat(row.get(3)).isEqualTo(-1.5);
  }

  @Test
  void vectorSizeAndNamesAreInTheMetadata() {
    Dataset<Row> data =
        new VectorAssembler()
            .setInputCols(new String[] {"a", "b"})
            .setOutputCol("x")
            .transform(dataset("a DOUBLE, b DOUBLE", RowFactory.create(1.0, 2.0)));
    AttributeGroup group =
        AttributeGroup.fromStructField(stage("tanh").transform(data).schema().apply("y"));
    assertThat(group.size()).isEqualTo(2);
    assertThat(group.getAttr(1).name().get()).isEqualTo("b");
  }

  /** A plan a column at a time would take minutes here; this asserts its shape, not its time. */
  @Test
  @Tag("thorough")
  void fiveHundredColumnsAreGatheredAndTakenOut() {
    Dataset<Row> data =
        LocalSpark.session()
            .range(3)
            .select(
                IntStream.range(0, 500)
                    .mapToObj(i -> functions.col("id").multiply(i).as("c" + i))
                    .toArray(Column[]::new));
    String[] outputs = IntStream.range(0, 500).mapToObj(i -> "o" + i).toArray(String[]::new);
    Dataset<Row> result =
        new Activation()
            .setInputCols(data.columns())
            .setOutputCols(outputs)
            .setFunction("sigmoid")
            .transform(data);
    String plan = result.queryExecution().analyzed().toString();
    // The data's own projection, one that gathers, one that takes out.
    assertThat(plan.split("Project \\[", -1)).hasSize(4);
    assertThat(result.collectAsList().get(2).getDouble(999)).isEqualTo(f("sigmoid", 998));
  }

  @Test
  @Tag("thorough")
  void gridOverTheFunctionIsSearched() {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      double x = 4 * random.nextGaussian();
      rows.add(RowFactory.create(Math.abs(x) < 2 ? 1.0 : 0.0, Vectors.dense(x, -x)));
    }
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                rows,
                new StructType().add("label", DataTypes.DoubleType).add("x", new VectorUDT()));
    Activation activation = stage("identity");
    LogisticRegression classifier =
        new LogisticRegression().setFeaturesCol("y").setMaxIter(20).setRegParam(0.01);
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(
                activation.function(),
                scala.jdk.javaapi.CollectionConverters.asScala(List.of("identity", "relu")))
            .build();
    CrossValidatorModel model =
        new CrossValidator()
            .setEstimator(new Pipeline().setStages(new PipelineStage[] {activation, classifier}))
            .setEvaluator(new BinaryClassificationEvaluator())
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setSeed(1)
            .fit(data);
    assertThat(model.avgMetrics()[1]).isGreaterThan(model.avgMetrics()[0] + 0.2);
    assertThat(model.bestModel().toString()).isNotBlank();
  }

  @Test
  void mistakesAreNamed() {
    Dataset<Row> data = dataset("x DOUBLE, s STRING", RowFactory.create(1.0, "a"));
    assertThatThrownBy(() -> new Activation().setInputCol("x").setOutputCol("y").transform(data))
        .hasMessageEndingWith("must have either function or functions set, but has neither.");
    assertThatThrownBy(() -> stage("relu").setInputCol("s").transform(data))
        .hasMessage(
            "Column 's' is of type string, but must be a number, a vector or an array of numbers.");
    assertThatThrownBy(() -> stage("softmax").transform(data))
        .hasMessage(
            "Function 'softmax' works across a whole vector, but column 'x' holds one number a row; assemble a vector first.");
    assertThatThrownBy(
            () -> stage("softmax").setOutput("slope").transform(vectors(Vectors.dense(1))))
        .hasMessage(
            "Function 'softmax' has no slope as a column, since each output depends on all inputs; choose an elementwise function.");
    assertThatThrownBy(() -> stage("relu").setOutput("gradient"))
        .hasMessage("Param output is gradient, but must be one of value, slope.");
    assertThatThrownBy(() -> stage("relu").setInputCols(new String[] {"x"}).transform(data))
        .hasMessageEndingWith("must have either inputCol or inputCols set, but has both.");
    assertThatThrownBy(() -> new Activation().setFunction("relu").transform(data))
        .hasMessageEndingWith("must have either inputCol or inputCols set, but has neither.");
    assertThatThrownBy(
            () ->
                new Activation()
                    .setInputCols(new String[0])
                    .setOutputCols(new String[0])
                    .setFunction("relu")
                    .transform(data))
        .hasMessageEndingWith("is empty, but must name at least one column.");
    assertThatThrownBy(
            () ->
                new Activation()
                    .setInputCols(new String[] {"x", "x"})
                    .setOutputCols(new String[] {"y"})
                    .setFunction("relu")
                    .transform(data))
        .hasMessageEndingWith("has 2 input columns, but 1 output column; it needs one for each.");
    assertThatThrownBy(
            () ->
                new Activation()
                    .setInputCols(new String[] {"x", "x"})
                    .setOutputCols(new String[] {"y", "Y"})
                    .setFunction("relu")
                    .transform(data))
        .hasMessage("Output column 'Y' already exists; choose a new name.");
    assertThatThrownBy(
            () ->
                new Activation()
                    .setInputCol("x")
                    .setOutputCol("y")
                    .setFunctions(new String[] {"relu", "elu"})
                    .transform(data))
        .hasMessageEndingWith("has 2 functions for 1 column; it needs one for each.");
    assertThatThrownBy(
            () -> stage("relu").setInputCol("x").setOutputCols(new String[] {"z"}).transform(data))
        .hasMessageEndingWith("so it must have outputCol set and outputCols not.");
    assertThatThrownBy(() -> stage("relu").transform(data.selectExpr("x", "x AS X")))
        .hasMessage("Column 'x' is ambiguous: the input has 2 columns of this name.");
  }
}
