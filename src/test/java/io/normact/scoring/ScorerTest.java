package io.normact.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Spark's transform gives, a scorer of what was saved gives, to the bit. */
class ScorerTest {

  private static final double[] EDGES = {
    0, -0.0, 1, -1, 0.5, -0.5, 3, -3, 6, 1e-300, -1e-300, 4.9e-324, 40, -40, -745, 800
  };

  private static final double[] BEYOND = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300, -1e300
  };

  @TempDir private Path folder;

  private Path save(MLWritable stage) throws IOException {
    LocalSpark.session();
    Path path = folder.resolve("saved");
    stage.write().overwrite().save(path.toString());
    return path;
  }

  private static double[][] rows(int count, int width, long seed, boolean moderate) {
    Random random = new Random(seed);
    double[][] rows = new double[count][width];
    for (double[] row : rows) {
      for (int j = 0; j < width; j++) {
        double pick = random.nextDouble();
        row[j] =
            pick < 0.2
                ? EDGES[random.nextInt(EDGES.length)]
                : pick < 0.25 && !moderate
                    ? BEYOND[random.nextInt(BEYOND.length)]
                    : random.nextGaussian() * Math.pow(10, random.nextInt(5) - 2);
      }
    }
    return rows;
  }

  /** Scalar columns a0, a1, ... of these rows. */
  private static Dataset<Row> scalars(double[][] rows, DataType type) {
    StructType schema = new StructType().add("id", DataTypes.IntegerType);
    for (String name : names("a", rows[0].length)) {
      schema = schema.add(name, type);
    }
    List<Row> data = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      Object[] values = new Object[rows[i].length + 1];
      values[0] = i;
      for (int j = 0; j < rows[i].length; j++) {
        values[j + 1] = type == DataTypes.FloatType ? (Object) (float) rows[i][j] : rows[i][j];
      }
      data.add(RowFactory.create(values));
    }
    return LocalSpark.session().createDataFrame(data, schema);
  }

  private static Dataset<Row> vectors(List<Vector> rows) {
    List<Row> data = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      data.add(RowFactory.create(i, rows.get(i)));
    }
    return LocalSpark.session()
        .createDataFrame(
            data,
            new StructType().add("id", DataTypes.IntegerType).add("v", SQLDataTypes.VectorType()));
  }

  private static String[] names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
  }

  /** The numbers of some columns, row by row in the order of id. */
  private static double[][] numbers(Dataset<Row> data, String... columns) {
    List<Row> rows = data.orderBy("id").selectExpr(quoted(columns)).collectAsList();
    return rows.stream().map(ScorerTest::flat).toArray(double[][]::new);
  }

  private static String[] quoted(String... columns) {
    return Arrays.stream(columns).map(c -> '`' + c + '`').toArray(String[]::new);
  }

  private static double[] flat(Row row) {
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      if (row.get(i) instanceof Vector vector) {
        Arrays.stream(vector.toArray()).forEach(numbers::add);
      } else if (row.get(i) instanceof scala.collection.Seq<?> seq) {
        scala.jdk.javaapi.CollectionConverters.asJava(seq)
            .forEach(x -> numbers.add(((Number) x).doubleValue()));
      } else {
        numbers.add(((Number) row.get(i)).doubleValue());
      }
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void assertBits(double[] actual, double[] expected, String what) {
    assertThat(Arrays.stream(actual).mapToObj(Double::toHexString))
        .as(what)
        .isEqualTo(Arrays.stream(expected).mapToObj(Double::toHexString).toList());
  }

  private static void assertScores(Scorer scorer, double[][] rows, double[][] expected) {
    double[] out = new double[scorer.outputs().size()];
    for (int i = 0; i < rows.length; i++) {
      String what = "row " + i + " " + Arrays.toString(rows[i]);
      double[] row = rows[i].clone();
      assertBits(scorer.score(row), expected[i], what);
      scorer.score(row, out);
      assertBits(out, expected[i], what);
      assertBits(row, rows[i], "the row itself");
      if (row.length == out.length) {
        scorer.score(row, row);
        assertBits(row, expected[i], what + " in its own place");
      }
    }
  }

  private static double[] widened(float[] x) {
    return IntStream.range(0, x.length).mapToDouble(j -> x[j]).toArray();
  }

  private static float[] narrowed(double[] x) {
    float[] y = new float[x.length];
    for (int j = 0; j < x.length; j++) {
      y[j] = (float) x[j];
    }
    return y;
  }

  private static void assertScores(Scorer scorer, float[][] rows, double[][] expected) {
    for (int i = 0; i < rows.length; i++) {
      String what = "row " + i + " " + Arrays.toString(rows[i]);
      float[] row = rows[i].clone();
      double[] rounded = widened(narrowed(expected[i]));
      assertBits(widened(scorer.score(row)), rounded, what);
      float[] out = row.length == rounded.length ? row : new float[rounded.length];
      scorer.score(row, out);
      assertBits(widened(out), rounded, what);
    }
  }

  /** A function of each kind of column: as it is, and with other parameters. */
  private static String[] functions(boolean elementwise) {
    Stream<String> defaults =
        Definition.all().stream()
            .filter(d -> d.elementwise() == elementwise)
            .map(Definition::signature);
    Stream<String> others =
        elementwise
            ? Stream.of(
                "elu(alpha=0.3)",
                "prelu(alpha=-2)",
                "softplus(beta=7)",
                "hard_tanh(min=-3,max=0.1)")
            : Stream.empty();
    return Stream.concat(defaults, others).toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"value", "slope"})
  void everyElementwiseFunctionOfScalars(String output) throws IOException {
    String[] functions = functions(true);
    double[][] rows = rows(60, functions.length, 1, false);
    for (DataType type : List.of(DataTypes.DoubleType, DataTypes.FloatType)) {
      Activation stage =
          new Activation()
              .setInputCols(names("a", functions.length))
              .setOutputCols(names("y", functions.length))
              .setFunctions(functions)
              .setOutput(output);
      Scorer scorer = Scorer.load(save(stage));
      assertThat(scorer.inputs()).containsExactly(names("a", functions.length));
      assertThat(scorer.outputs()).containsExactly(names("y", functions.length));
      double[][] expected =
          numbers(stage.transform(scalars(rows, type)), names("y", functions.length));
      if (type == DataTypes.DoubleType) {
        assertScores(scorer, rows, expected);
      } else {
        assertScores(
            scorer,
            Arrays.stream(rows).map(ScorerTest::narrowed).toArray(float[][]::new),
            expected);
      }
    }
  }

  @Test
  @Tag("thorough")
  void everyFunctionOfVectorsOfAnyLength() throws IOException {
    for (String function :
        Stream.of(functions(false), new String[] {"gelu"}).flatMap(Stream::of).toList()) {
      Activation stage = new Activation().setInputCol("v").setOutputCol("y").setFunction(function);
      Scorer scorer = Scorer.load(save(stage).toString());
      assertThat(scorer.inputs()).containsExactly("v");
      assertThat(scorer.outputs()).containsExactly("y");
      List<double[]> rows = new ArrayList<>();
      for (int width : new int[] {1, 2, 7, 600}) {
        rows.addAll(List.of(rows(4, width, width, false)));
        rows.addAll(List.of(rows(4, width, width + 1L, true)));
      }
      Dataset<Row> data = vectors(rows.stream().map(Vectors::dense).toList());
      double[][] expected = numbers(stage.transform(data), "y");
      for (int i = 0; i < expected.length; i++) {
        double[] out = new double[expected[i].length];
        scorer.score(rows.get(i), out);
        assertBits(out, expected[i], function + " of row " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"identity", "sigmoid", "mish", "prelu(alpha=0.1)", "softmax", "sparsemax"})
  void aModelOfOneVectorAndItsInverse(String activation) throws IOException {
    double[][] rows = rows(40, 20, 3, true);
    List<Vector> vectors =
        Arrays.stream(rows).map(r -> Vectors.dense(r)).map(v -> v.compressed()).toList();
    Dataset<Row> data = vectors(vectors);
    BatchNormModel model =
        new BatchNorm().setInputCol("v").setOutputCol("y").setActivation(activation).fit(data);
    Dataset<Row> transformed = model.transform(data).cache();
    double[][] expected = numbers(transformed, "y");
    Scorer scorer = Scorer.load(save(model));
    assertThat(scorer.inputs()).hasSize(20).startsWith("v[0]", "v[1]");
    assertThat(scorer.outputs()).hasSize(20).endsWith("y[19]");
    assertScores(scorer, rows, expected);
    if (ActivationFunction.parse(activation).invertible()) {
      Scorer back = Scorer.load(save(model.inverse()));
      assertScores(back, expected, numbers(model.inverse().transform(transformed), "v_inverse"));
    }
  }

  @Test
  @Tag("thorough")
  void sparseRows() throws IOException {
    Random random = new Random(4);
    List<Vector> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int[] indices = IntStream.range(0, 50).filter(j -> random.nextInt(6) == 0).toArray();
      double[] values =
          IntStream.range(0, indices.length).mapToDouble(j -> random.nextGaussian()).toArray();
      if (values.length > 2) {
        values[0] = -0.0;
      }
      rows.add(Vectors.sparse(50, indices, values));
    }
    Dataset<Row> data = vectors(rows);
    for (boolean withMean : new boolean[] {true, false}) {
      for (String activation : List.of("tanh", "sigmoid", "tanh_shrink")) {
        BatchNormModel model =
            new BatchNorm()
                .setInputCol("v")
                .setOutputCol("y")
                .setWithMean(withMean)
                .setActivation(activation)
                .fit(data);
        double[][] expected = numbers(model.transform(data), "y");
        Scorer scorer = Scorer.load(save(model));
        double[] out = new double[50];
        for (int i = 0; i < expected.length; i++) {
          org.apache.spark.ml.linalg.SparseVector row = rows.get(i).toSparse();
          scorer.score(50, rows.get(i).toSparse().indices(), row.values(), out);
          double[] bits = expected[i];
          assertBits(out, bits, activation + " of " + row);
        }
      }
    }
  }

  @Test
  @Tag("thorough")
  void aPipelineWithAnAssembler() throws IOException {
    double[][] rows = rows(50, 5, 5, true);
    for (DataType type : List.of(DataTypes.DoubleType, DataTypes.FloatType)) {
      Dataset<Row> data = scalars(rows, type);
      PipelineModel model =
          new Pipeline()
              .setStages(
                  new PipelineStage[] {
                    new BatchNorm()
                        .setInputCols(names("a", 4))
                        .setOutputCols(names("b", 4))
                        .setActivation("tanh"),
                    new Activation()
                        .setInputCols(new String[] {"a4", "b1"})
                        .setOutputCols(new String[] {"c0", "c1"})
                        .setFunctions(new String[] {"softsign", "exponential"}),
                    new VectorAssembler()
                        .setInputCols(new String[] {"b3", "c0", "b0", "a2"})
                        .setOutputCol("v"),
                    new BatchNorm().setInputCol("v").setOutputCol("n"),
                    new Pipeline()
                        .setStages(
                            new PipelineStage[] {
                              new Activation()
                                  .setInputCols(new String[] {"n", "c1"})
                                  .setOutputCols(new String[] {"p", "q"})
                                  .setFunctions(new String[] {"log_softmax", "gelu"})
                            })
                  })
              .fit(data);
      Scorer scorer = Scorer.load(save(model));
      assertThat(scorer.inputs()).containsExactly("a0", "a1", "a2", "a3", "a4");
      assertThat(scorer.outputs()).containsExactly("b2", "p[0]", "p[1]", "p[2]", "p[3]", "q");
      assertThat(scorer).hasToString("Scorer: inputs=5, outputs=6");
      double[][] expected = numbers(model.transform(data), "b2", "p", "q");
      if (type == DataTypes.DoubleType) {
        assertScores(scorer, rows, expected);
      } else {
        assertScores(
            scorer,
            Arrays.stream(rows).map(ScorerTest::narrowed).toArray(float[][]::new),
            expected);
      }
    }
  }

  @Test
  void whatHandleInvalidMeans() throws IOException {
    double[][] rows = {{1, 2}, {3, 5}, {Double.NaN, 4}, {2, Double.POSITIVE_INFINITY}};
    Dataset<Row> data = scalars(rows, DataTypes.DoubleType);
    BatchNormModel model =
        new BatchNorm()
            .setInputCols(names("a", 2))
            .setOutputCols(names("y", 2))
            .setHandleInvalid("keep")
            .setActivation("sigmoid")
            .fit(data);
    assertScores(Scorer.load(save(model)), rows, numbers(model.transform(data), names("y", 2)));
    Scorer skip =
        Scorer.load(
            save(model.copy(new org.apache.spark.ml.param.ParamMap()).setHandleInvalid("skip")));
    assertBits(skip.score(rows[2]), new double[] {Double.NaN, Double.NaN}, "a row that is dropped");
    assertThat(skip.score(new float[] {1, Float.NEGATIVE_INFINITY})).containsOnly(Float.NaN);
    assertThat(skip.score(rows[0])).doesNotContain(Double.NaN);
    BatchNormModel error =
        model.copy(new org.apache.spark.ml.param.ParamMap()).setHandleInvalid("error");
    Scorer rejects = Scorer.load(save(error));
    assertThatThrownBy(() -> rejects.score(rows[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Column 'a1' holds Infinity, which handleInvalid=error rejects; clean the data or choose skip, keep or mean.");
    assertThatThrownBy(() -> error.transform(data.filter("id = 3")).collectAsList())
        .hasStackTraceContaining(
            "Column 'a1' holds Infinity, which handleInvalid=error rejects; clean the data or choose skip, keep or mean.");
    for (String policy : List.of("error", "skip", "keep")) {
      PipelineModel assembled =
          new Pipeline()
              .setStages(
                  new PipelineStage[] {
                    new VectorAssembler()
                        .setInputCols(names("a", 2))
                        .setOutputCol("v")
                        .setHandleInvalid(policy),
                    new Activation().setInputCol("v").setOutputCol("y").setFunction("relu")
                  })
              .fit(data);
      Scorer scorer = Scorer.load(save(assembled));
      assertThat(scorer.score(rows[3])).containsExactly(2, Double.POSITIVE_INFINITY);
      if (policy.equals("error")) {
        assertThatThrownBy(() -> scorer.score(rows[2]))
            .hasMessageStartingWith("Column 'a0' holds NaN, which handleInvalid=error rejects");
      } else {
        assertThat(scorer.score(rows[2]))
            .containsExactly(Double.NaN, policy.equals("skip") ? Double.NaN : 4);
      }
    }
  }

  @Test
  void manyFeaturesArePackedAndCompressed() throws IOException {
    double[][] rows = rows(3, 1000, 6, true);
    double[] ones = new double[1000];
    Arrays.fill(ones, 1);
    double[] variance = new Random(6).doubles(1000).toArray();
    BatchNormModel model =
        BatchNormModel.of(rows[0], variance, ones, rows[1]).setActivation("elu(alpha=0.5)");
    model.setInputCol("v").setOutputCol("y");
    Dataset<Row> data = vectors(Arrays.stream(rows).map(Vectors::dense).toList());
    double[][] expected = numbers(model.transform(data), "y");
    Path saved = save(model);
    assertScores(Scorer.load(saved), rows, expected);
    try (Stream<Path> files = Files.list(saved.resolve("metadata"))) {
      Path part =
          files
              .filter(f -> f.getFileName().toString().startsWith("part-"))
              .findFirst()
              .orElseThrow();
      byte[] plain = Files.readAllBytes(part);
      Files.delete(part);
      ByteArrayOutputStream gzip = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
        out.write(plain);
      }
      Path compressed = saved.resolve("metadata/part-00001.gz");
      Files.write(compressed, gzip.toByteArray());
      Files.createFile(saved.resolve("metadata/part-00000"));
      assertScores(Scorer.load(saved), rows, expected);
      Files.delete(compressed);
      ByteArrayOutputStream deflated = new ByteArrayOutputStream();
      try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
        out.write(plain);
      }
      Path other = saved.resolve("metadata/part-00001.deflate");
      Files.write(other, deflated.toByteArray());
      assertScores(Scorer.load(saved), rows, expected);
      Files.move(other, saved.resolve("metadata/part-00001.zst"));
      assertThatThrownBy(() -> Scorer.load(saved))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is compressed as zst, which Java can't read;");
    }
  }

  @Test
  void slopesThatWereLearnedAndManyThreads() throws Exception {
    String metadata =
        """
        {"class":"io.normact.ml.BatchNormModel","timestamp":1,"sparkVersion":"4.1.0","uid":"b",\
        "paramMap":{"activation":"prelu","beta":[0.5,-0.25,0.0],"count":[4.0,4.0,4.0],"gamma":[1.0,2.0,1.0],\
        "inputCols":["x","w"],"outputCols":["y","z"],"invalid":[0.0,0.0,0.0],"mean":[1.5,4.0,0.0],\
        "slopes":[0.5,-1.0,0.0],"variance":[1.0,4.0,0.0],"widths":[1,2],"epsilon":0.0},\
        "defaultParamMap":{"formatVersion":1}}
        """;
    Scorer scorer = Scorer.load(written("slopes", metadata));
    assertThat(scorer.inputs()).containsExactly("x", "w[0]", "w[1]");
    assertThat(scorer.score(new double[] {1.5, 0, 7})).containsExactly(0.5, 4.25, 0);
    assertThat(scorer.score(new double[] {0.5, 4.25, -7})).containsExactly(-0.25, 0, 0);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<double[]>> sums = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        double x = t;
        sums.add(
            threads.submit(
                () -> {
                  double[] out = new double[3];
                  double[] sum = new double[3];
                  for (int i = 0; i < 20_000; i++) {
                    scorer.score(new double[] {x, x + i % 3, x}, out);
                    for (int j = 0; j < 3; j++) {
                      sum[j] += out[j];
                    }
                  }
                  return sum;
                }));
      }
      for (int t = 0; t < 8; t++) {
        double[] sum = new double[3];
        for (int i = 0; i < 20_000; i++) {
          double[] out = scorer.score(new double[] {t, t + i % 3, t});
          for (int j = 0; j < 3; j++) {
            sum[j] += out[j];
          }
        }
        assertThat(sums.get(t).get()).containsExactly(sum);
      }
    } finally {
      threads.shutdown();
    }
  }

  private Path written(String name, String metadata) throws IOException {
    Path part = folder.resolve(name).resolve("metadata/part-00000");
    Files.createDirectories(part.getParent());
    Files.writeString(part, metadata, StandardCharsets.UTF_8);
    return folder.resolve(name);
  }

  @Test
  void anotherStageIsNamed() throws IOException {
    Dataset<Row> data = vectors(List.of(Vectors.dense(1, 2), Vectors.dense(3, 5)));
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StandardScaler().setInputCol("v").setOutputCol("s"),
                  new Activation().setInputCol("s").setOutputCol("y").setFunction("relu")
                })
            .fit(data);
    Path saved = save(model);
    assertThatThrownBy(() -> Scorer.load(saved))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Stage at '.*0_stdScal_.*' is a org.apache.spark.ml.feature.StandardScalerModel, but only BatchNormModel, BatchNormInverse, Activation and VectorAssembler can be scored without Spark; save a pipeline of those alone\\.");
  }

  @Test
  void widthsThatNoStageSays() throws IOException {
    Activation stage =
        new Activation()
            .setInputCols(new String[] {"v", "a"})
            .setOutputCols(new String[] {"y", "b"})
            .setFunctions(new String[] {"softmax", "relu"});
    Path saved = save(stage);
    assertThatThrownBy(() -> Scorer.load(saved))
        .hasMessageEndingWith(
            "works across the whole of column 'v', whose width no stage says; give it.");
    Scorer scorer = Scorer.load(saved, Map.of("v", 2));
    assertThat(scorer.inputs()).containsExactly("v[0]", "v[1]", "a");
    assertThat(scorer.score(new double[] {1, 1, -3})).containsExactly(0.5, 0.5, 0);
    assertThatThrownBy(() -> Scorer.load(saved, Map.of("w", 2)))
        .hasMessage("Column 'w' has a width given, but the stages read 'v', 'a'.");
    assertThatThrownBy(() -> Scorer.load(saved, Map.of("v", 0)))
        .hasMessage("Column 'v' has the width 0, but must have one above 0.");
  }

  @Test
  void rowsThatDontFit() throws IOException {
    Scorer scorer =
        Scorer.load(
            save(
                BatchNormModel.of(new double[2], new double[2], new double[] {1, 1}, new double[2])
                    .setInputCol("v")
                    .setOutputCol("y")));
    Map<String, Runnable> wrong =
        Map.of(
            "Argument row is null, but must be an array with a number for each input.",
            () -> scorer.score((double[]) null),
            "Argument out is null, but must be an array with room for each output.",
            () -> scorer.score(new double[2], null),
            "The row holds 3 numbers, but must hold 2.",
            () -> scorer.score(new double[3]),
            "The array for the results has room for 1, but there are 2.",
            () -> scorer.score(new float[2], new float[1]),
            "The row has the position 2 at 0, but positions rise and are from 0 to 1.",
            () -> scorer.score(2, new int[] {2}, new double[1], new double[2]),
            "The row has the position 1 at 1, but positions rise and are from 0 to 1.",
            () -> scorer.score(2, new int[] {1, 1}, new double[2], new double[2]),
            "The row has 1 position, but 0 values; it needs one for each.",
            () -> scorer.score(2, new int[] {1}, new double[0], new double[2]),
            "Argument folder is null, but must be the folder of a saved stage.",
            () -> Scorer.load((String) null));
    wrong.forEach(
        (message, call) ->
            assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message));
  }

  @Test
  void foldersThatHoldNoStageOfThisRelease() throws IOException {
    String good =
        """
        {"class":"io.normact.ml.Activation","uid":"a","paramMap":{"inputCol":"x","outputCol":"y",\
        "function":"relu","formatVersion":2},"defaultParamMap":{"output":"value"}}
        """;
    assertThat(Scorer.load(written("good", good)).score(new double[] {-1})).containsExactly(0);
    Map<String, String> wrong =
        Map.of(
            good.replace("{\"class\"", "{class"),
            " has metadata that are no JSON: At character 1 of 161 is 'c', but expected was a name in quotes.",
            good.replace("\"uid\":\"a\",", ""),
            " has metadata without class, uid or paramMap, but Spark saves a stage with them.",
            good.replace(":2", ":3"),
            " was saved in format version 3, but this release of normact reads up to 2; use a newer release.",
            good.replace(",\"formatVersion\":2", ""),
            " has format version none, but must have a number from 1 to 2.",
            good.replace("\"formatVersion\"", "\"clip\":3,\"formatVersion\""),
            " has the param clip, which this release of normact doesn't know for a Activation; use the release that saved it.",
            good.replace("\"relu\"", "7"),
            " has the param function '7.0', but it must be a text.",
            good.replace("\"inputCol\":\"x\",", ""),
            " must have either inputCol or inputCols set, but has neither.",
            good.replace("\"y\"", "\"x\""),
            " makes the column 'x', which is there already; it must make new ones.",
            good.replace("\"value\"", "\"both\""),
            " has the param output 'both', but it must be value or slope.");
    for (Map.Entry<String, String> each : wrong.entrySet()) {
      Path place = written("wrong", each.getKey());
      assertThatThrownBy(() -> Scorer.load(place))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(String.format(Locale.ROOT, "Stage at '%s'%s", place, each.getValue()));
    }
    Path cases = written("cases", good.replace("\"y\"", "\"X\""));
    assertThatThrownBy(() -> Scorer.load(cases))
        .hasMessage(
            "Columns 'x' and 'X' differ by upper and lower case alone, so that it depends on a session whether they are one; spell them alike.");
    assertThatThrownBy(() -> Scorer.load(folder))
        .hasMessage(
            String.format(
                Locale.ROOT,
                "Folder '%s' holds no saved stage, since it has no folder 'metadata'.",
                folder));
    Path empty = written("empty", "");
    assertThatThrownBy(() -> Scorer.load(empty))
        .hasMessage(
            String.format(
                Locale.ROOT,
                "Folder '%s' holds no saved stage, since its metadata are empty, as when saving was broken off.",
                empty));
  }
}
