package io.normact.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormInverse;
import io.normact.ml.BatchNormModel;
import io.normact.scoring.Scorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages and pipelines in onnxruntime beside the same in plain Java, whose bits are Spark's. */
class OnnxExportTest {

  @TempDir private Path folder;

  private static double[][] rows(int count, int width) {
    Random random = new Random(7);
    double[][] rows = new double[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = random.doubles(width, 999, 1001).toArray();
    }
    return rows;
  }

  private Scorer scorer(org.apache.spark.ml.util.MLWritable stage) throws IOException {
    LocalSpark.session();
    Path saved = Files.createTempDirectory(folder, "saved");
    stage.write().overwrite().save(saved.toString());
    return Scorer.load(saved);
  }

  private static BatchNormModel model(String activation) {
    BatchNormModel model =
        BatchNormModel.of(
            new double[] {1000.1, 1000.2, 999.9},
            new double[] {0.3, 0.25, 0},
            new double[] {1, -2, 1},
            new double[] {0.1, 0, 0.5});
    model.setActivation(activation).setInputCol("v").setOutputCol("y");
    return model;
  }

  private static void assertNear(double[][] actual, double[][] expected, double relative) {
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        if (Double.isNaN(expected[i][j])) {
          assertThat(actual[i][j]).as("row %d, number %d", i, j).isNaN();
          continue;
        }
        assertThat(actual[i][j])
            .as("row %d, number %d", i, j)
            .isCloseTo(expected[i][j], within(relative * Math.max(1, Math.abs(expected[i][j]))));
      }
    }
  }

  private static double[][] scored(Scorer scorer, double[][] rows) {
    return Arrays.stream(rows).map(scorer::score).toArray(double[][]::new);
  }

  @Test
  void aModelInBothPrecisions() throws IOException {
    double[][] rows = rows(50, 3);
    for (String activation : List.of("identity", "sigmoid", "softmax")) {
      BatchNormModel model = model(activation);
      double[][] expected = scored(scorer(model), rows);
      try (RuntimeModel runtime =
          new RuntimeModel(OnnxExport.of(model).setPrecision("float64").toBytes(), false)) {
        assertNear(runtime.run(rows), expected, 1e-14);
      }
      // The mean is taken away in two parts: what float32 doesn't hold of it is not lost.
      double[][] floats =
          Arrays.stream(rows)
              .map(row -> Arrays.stream(row).map(x -> (float) x).toArray())
              .toArray(double[][]::new);
      try (RuntimeModel runtime = new RuntimeModel(OnnxExport.of(model).toBytes(), true)) {
        assertNear(runtime.run(floats), scored(scorer(model), floats), 4e-7);
      }
    }
  }

  @Test
  void clipsReplacesAndFlags() throws IOException {
    double[][] rows = rows(40, 3);
    rows[0] = new double[] {Double.NaN, 1e9, 5};
    rows[1] = new double[] {1000, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    rows[2] = new double[] {-1e9, Double.NaN, 999.9};
    for (String invalid : List.of("keep", "mean", "skip")) {
      BatchNormModel model =
          model("tanh").setClip(1.5).setHandleInvalid(invalid).setInvalidIndicator(true);
      double[][] expected = scored(scorer(model), rows);
      assertThat(expected[5]).hasSize(6);
      try (RuntimeModel runtime =
          new RuntimeModel(OnnxExport.of(model).setPrecision("float64").toBytes(), false)) {
        double[][] actual = runtime.run(rows);
        for (int i = 0; i < rows.length; i++) {
          for (int j = 0; j < 6; j++) {
            if (Double.isNaN(expected[i][j])) {
              assertThat(actual[i][j]).isNaN();
            } else {
              assertThat(actual[i][j]).isCloseTo(expected[i][j], within(1e-13));
            }
          }
        }
      }
    }
  }

  @Test
  @Tag("thorough")
  void inversesGiveBackWhatWas() throws IOException {
    double[][] rows = rows(50, 3);
    Set<String> unwritten = unwrittenInverses();
    List<String> written =
        Definition.all().stream()
            .map(Definition::create)
            .filter(f -> f.invertible() && !unwritten.contains(f.name()))
            .map(ActivationFunction::name)
            .toList();
    for (String activation :
        Stream.concat(written.stream(), Stream.of("celu(alpha=2)", "softplus(beta=2)")).toList()) {
      BatchNormModel model = model(activation);
      BatchNormInverse inverse = model.inverse();
      double[][] transformed = scored(scorer(model), rows);
      double[][] expected = scored(scorer(inverse), transformed);
      try (RuntimeModel runtime =
          new RuntimeModel(OnnxExport.of(inverse).setPrecision("float64").toBytes(), false)) {
        assertNear(runtime.run(transformed), expected, 1e-11);
        double[][] edges = {{1, 0, -1}, {2, -2, Double.NaN}, {Double.POSITIVE_INFINITY, 0.5, 0}};
        double[][] limits = scored(scorer(inverse), edges);
        double[][] actual = runtime.run(edges);
        for (int i = 0; i < 2; i++) {
          for (int j = 0; j < 3; j++) {
            assertThat(Double.isNaN(actual[i][j]))
                .as(activation + " " + edges[i][j])
                .isEqualTo(Double.isNaN(limits[i][j]));
            if (Double.isInfinite(limits[i][j])) {
              assertThat(actual[i][j]).isEqualTo(limits[i][j]);
            }
          }
        }
      }
    }
    for (String activation : unwritten) {
      BatchNormInverse inverse = model(activation).inverse();
      assertThatThrownBy(() -> OnnxExport.of(inverse).toBytes())
          .hasMessage(
              "Function %s, inverted, can't be written in operators of ONNX; score it by"
                  + " io.normact.scoring.",
              activation);
    }
  }

  /** Those that the README names. */
  private static Set<String> unwrittenInverses() throws IOException {
    Matcher sentence =
        Pattern.compile("inverses of ([a-z0-9_, ]+) and ([a-z0-9_]+), can't be written")
            .matcher(Files.readString(Path.of("README.md")).replace('\n', ' '));
    assertThat(sentence.find()).isTrue();
    Set<String> names = new TreeSet<>(Arrays.asList(sentence.group(1).split(", ", -1)));
    names.add(sentence.group(2));
    return names;
  }

  private static String[] names(String prefix, int count) {
    return Stream.iterate(0, i -> i + 1).limit(count).map(i -> prefix + i).toArray(String[]::new);
  }

  @Test
  void aPipelineByRowsAndByColumns() throws IOException {
    Dataset<Row> data =
        LocalSpark.session().sql("SELECT double(id) a0, id * 2.5D a1, sin(id) a2 FROM range(20)");
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new BatchNorm().setInputCols(names("a", 2)).setOutputCols(names("b", 2)),
                  new VectorAssembler()
                      .setInputCols(new String[] {"b1", "a2", "b0"})
                      .setOutputCol("v"),
                  new Activation()
                      .setInputCols(new String[] {"v", "a0"})
                      .setOutputCols(new String[] {"p", "q"})
                      .setFunctions(new String[] {"softmax", "gelu"})
                })
            .fit(data);
    Scorer scorer = scorer(model);
    double[][] rows = {{0, 2.5, 0.3}, {7, -1, 0}, {Double.NaN, 1, 1}};
    double[][] expected = scored(scorer, Arrays.copyOf(rows, 2));
    try (RuntimeModel runtime =
        new RuntimeModel(OnnxExport.of(model).setPrecision("float64").toBytes(), false)) {
      assertThat(runtime.inputs()).containsExactly("input");
      assertThat(runtime.outputs()).containsExactly("output");
      double[][] actual = runtime.run(rows);
      assertNear(actual, expected, 1e-14);
      assertThat(actual[2]).containsOnly(Double.NaN);
      assertThat(runtime.metadata())
          .containsEntry("normact.inputs", "[\"a0\",\"a1\",\"a2\"]")
          .containsEntry("normact.outputs", "[\"p[0]\",\"p[1]\",\"p[2]\",\"q\"]")
          .containsKeys("normact.version", "normact.stages", "normact.functions");
    }
    try (RuntimeModel runtime =
        new RuntimeModel(
            OnnxExport.of(model).setPrecision("float64").setInputs("columns").toBytes(), false)) {
      assertThat(runtime.inputs()).containsExactly(names("a", 3));
      assertThat(runtime.outputs()).containsExactlyInAnyOrder("p", "q");
      Map<String, double[][]> actual =
          runtime.run(
              Map.of(
                  "a0", new double[][] {{0}, {7}},
                  "a1", new double[][] {{2.5}, {-1}},
                  "a2", new double[][] {{0.3}, {0}}));
      assertNear(
          actual.get("p"),
          Arrays.stream(expected).map(row -> Arrays.copyOf(row, 3)).toArray(double[][]::new),
          1e-14);
      assertThat(actual.get("q")[1][0]).isCloseTo(expected[1][3], within(1e-14));
    }
  }

  @Test
  void whatKeepMeansAndSlopes() throws IOException {
    BatchNormModel model = model("relu").setHandleInvalid("keep");
    double[][] row = {{Double.NaN, Double.NEGATIVE_INFINITY, 1000}};
    try (RuntimeModel runtime =
        new RuntimeModel(OnnxExport.of(model).setPrecision("float64").toBytes(), false)) {
      assertThat(runtime.run(row)[0]).containsExactly(scorer(model).score(row[0]));
    }
    Activation slope =
        new Activation().setInputCol("x").setOutputCol("y").setFunction("tanh").setOutput("slope");
    assertThatThrownBy(() -> OnnxExport.of(slope).toBytes())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "has output=slope, which can't be written in operators of ONNX; score it by"
                + " io.normact.scoring.");
  }

  @Test
  void theWriterOfAStage() throws IOException {
    LocalSpark.session();
    BatchNormModel model = model("tanh");
    Path file = folder.resolve("models/model.onnx");
    model.write().option("format", "onnx").option("precision", "float64").save(file.toString());
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
    assertThat(Files.readAllBytes(file))
        .isEqualTo(OnnxExport.of(model).setPrecision("float64").toBytes());
    assertThatThrownBy(() -> model.write().option("format", "onnx").save(file.toString()))
        .hasMessageContaining("already exists");
    assertThatThrownBy(() -> OnnxExport.of(model).save(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(
            "File '%s' can't be written, but must be a new one in a folder that is there.", file);
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(
            () ->
                model("tanh_shrink")
                    .inverse()
                    .write()
                    .overwrite()
                    .option("format", "onnx")
                    .save(file.toString()))
        .hasMessageContaining("can't be written in operators of ONNX");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    model.write().overwrite().option("format", "ONNX").save(file.toString());
    assertThat(Files.readAllBytes(file)).isEqualTo(OnnxExport.of(model).toBytes());
    assertThatThrownBy(() -> model.write().option("format", "pmml").save(file.toString()))
        .hasMessage("Option format is 'pmml', but must be spark or onnx.");
    assertThatThrownBy(() -> OnnxExport.of(model).setPrecision("float16"))
        .hasMessage("Option precision is 'float16', but must be float32 or float64.");
    assertThatThrownBy(() -> OnnxExport.of(model).setInputs("row by row"))
        .hasMessage("Option inputs is 'row by row', but must be row or columns.");
    assertThatThrownBy(() -> OnnxExport.of(null))
        .hasMessage("Argument model is null, but must be a fitted stage or a pipeline of them.");
  }

  @Test
  void whatIsBeyondFloatAndOtherStages() {
    LocalSpark.session();
    BatchNormModel huge =
        BatchNormModel.of(new double[] {1e300}, new double[] {1}, new double[] {1}, new double[1]);
    huge.setInputCol("v").setOutputCol("y");
    assertThatThrownBy(() -> OnnxExport.of(huge).toBytes())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The model holds the number 1.0E300, which is beyond float32; choose the precision"
                + " float64.");
    assertThat(OnnxExport.of(huge).setPrecision("float64").toBytes()).isNotEmpty();
    StandardScaler other = new StandardScaler().setInputCol("v").setOutputCol("s");
    Dataset<Row> data =
        new VectorAssembler()
            .setInputCols(new String[] {"id"})
            .setOutputCol("v")
            .transform(LocalSpark.session().range(4).toDF());
    PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {other}).fit(data);
    assertThatThrownBy(() -> OnnxExport.of(pipeline))
        .hasMessageContaining("is a org.apache.spark.ml.feature.StandardScalerModel, but only");
  }
}
