package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.normact.LocalSpark;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Spark and its users expect of every stage; a stage that is left out fails the last test. */
class StageContractTest {

  /** A stage over the columns of {@link #data()}, and what it is called in the test's report. */
  record Case(String name, Supplier<PipelineStage> stage) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String[] INPUTS = {
    "whole", "decimal", "single", "vector", "doubles", "floats"
  };
  private static final String[] OUTPUTS = {"o1", "o2", "o3", "o4", "o5", "o6"};

  static Stream<Case> stages() {
    return Stream.of(
        new Case(
            "Activation",
            () -> new Activation().setInputCols(INPUTS).setOutputCols(OUTPUTS).setFunction("tanh")),
        new Case(
            "Activation of one column",
            () -> new Activation().setInputCol("vector").setOutputCol("o").setFunction("softmax")),
        new Case("BatchNorm", StageContractTest::estimator),
        new Case("BatchNormModel", () -> estimator().fit(data())),
        new Case(
            "BatchNormModel.of",
            () ->
                BatchNormModel.of(
                        new double[] {1, 2, 3},
                        new double[] {1, 4, 9},
                        new double[] {1, 1, 2},
                        new double[] {0, 1, 0})
                    .setInputCol("vector")
                    .setOutputCol("o")
                    .setHandleInvalid("keep")),
        new Case(
            "BatchNormInverse",
            () ->
                estimator()
                    .setActivation("softplus")
                    .fit(data())
                    .setInputCols(OUTPUTS)
                    .setOutputCols(INPUTS)
                    .inverse()
                    .setInputCols(INPUTS)
                    .setOutputCols(OUTPUTS)));
  }

  private static BatchNorm estimator() {
    return new BatchNorm()
        .setInputCols(INPUTS)
        .setOutputCols(OUTPUTS)
        .setHandleInvalid("keep")
        .setActivation("elu(alpha=0.5)");
  }

  /** A column of each kind, with a row of nulls. */
  private static Dataset<Row> data() {
    StructType schema =
        StructType.fromDDL(
                "id INT NOT NULL, whole BIGINT, decimal DECIMAL(10, 2), single FLOAT,"
                    + " doubles ARRAY<DOUBLE>, floats ARRAY<FLOAT>")
            .add("vector", new org.apache.spark.ml.linalg.VectorUDT());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rows.add(
          RowFactory.create(
              i,
              (long) i * i,
              new java.math.BigDecimal("1.25").multiply(java.math.BigDecimal.valueOf(i)),
              0.5f * i,
              new Double[] {1.0 * i, i == 3 ? null : -2.0 * i},
              new Float[] {0.1f * i, i == 4 ? null : 7f},
              i % 2 == 0
                  ? Vectors.dense(i, 0, 1.5)
                  : Vectors.sparse(3, new int[] {1}, new double[] {-i})));
    }
    rows.add(RowFactory.create(6, null, null, null, null, null, null));
    return LocalSpark.session().createDataFrame(rows, schema);
  }

  private static Transformer fitted(PipelineStage stage, Dataset<Row> data) {
    return stage instanceof Estimator<?> estimator
        ? (Transformer) estimator.fit(data)
        : (Transformer) stage;
  }

  private static List<String> rows(Dataset<Row> data) {
    return data.orderBy("id").collectAsList().stream().map(Row::toString).toList();
  }

  @ParameterizedTest
  @MethodSource("stages")
  void schemaIsTheOneOfTheOutput(Case c) {
    Dataset<Row> data = data();
    Transformer stage = fitted(c.stage.get(), data);
    StructType expected = stage.transformSchema(data.schema());
    Dataset<Row> output = stage.transform(data);
    assertThat(output.schema()).isEqualTo(expected);
    assertThat(Arrays.copyOf(output.columns(), data.columns().length)).isEqualTo(data.columns());
    assertThat(rows(output.select("id", data.columns())))
        .isEqualTo(rows(data.select("id", data.columns())));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void nullGivesNull(Case c) {
    Dataset<Row> data = data();
    Row row = fitted(c.stage.get(), data).transform(data).where("id = 6").first();
    for (int i = data.columns().length; i < row.size(); i++) {
      assertThat(row.isNullAt(i)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void emptyDataGiveEmptyOutput(Case c) {
    Dataset<Row> empty = data().where("id < 0");
    assertThat(fitted(c.stage.get(), data()).transform(empty).count()).isZero();
  }

  @ParameterizedTest
  @MethodSource("stages")
  void estimatorsRejectEmptyData(Case c) {
    PipelineStage stage = c.stage.get();
    if (stage instanceof Estimator<?> estimator) {
      assertThatThrownBy(() -> estimator.fit(data().where("id < 0")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("The input is empty, but ");
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void copyKeepsParamsAndUid(Case c) {
    PipelineStage stage = c.stage.get();
    HasFeatureColumns<?> columns = (HasFeatureColumns<?>) stage;
    ParamMap extra = new ParamMap();
    boolean many = stage.isSet(columns.outputCols());
    if (many) {
      extra.put(columns.outputCols(), new String[] {"p1", "p2", "p3", "p4", "p5", "p6"});
    } else {
      extra.put(columns.outputCol(), "p");
    }
    PipelineStage copy = stage.copy(extra);
    assertThat(copy).isNotSameAs(stage).hasSameClassAs(stage);
    assertThat(copy.uid()).isEqualTo(stage.uid());
    Dataset<Row> data = data();
    Dataset<Row> output = fitted(copy, data).transform(data);
    assertThat(output.columns()).contains(many ? "p6" : "p").doesNotContain("o6", "o");
    assertThat(lastColumn(output)).isEqualTo(lastColumn(fitted(stage, data).transform(data)));
  }

  private static List<String> lastColumn(Dataset<Row> output) {
    return rows(output).stream()
        .map(row -> row.substring(row.lastIndexOf(',', row.length() - 9)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("stages")
  void savedAndLoadedItIsTheSame(Case c, @TempDir Path folder) throws Exception {
    PipelineStage stage = c.stage.get();
    String path = folder.resolve("stage").toString();
    ((MLWritable) stage).save(path);
    MLReader<?> reader = (MLReader<?>) stage.getClass().getMethod("read").invoke(null);
    PipelineStage loaded = (PipelineStage) reader.load(path);
    assertThat(loaded).hasSameClassAs(stage);
    assertThat(loaded.uid()).isEqualTo(stage.uid());
    assertThat(stage.getClass().getMethod("load", String.class).invoke(null, path))
        .hasSameClassAs(stage);
    for (Param<?> param : stage.params()) {
      assertThat(loaded.isSet(loaded.getParam(param.name()))).isEqualTo(stage.isSet(param));
      if (stage.isDefined(param)) {
        Object value = loaded.getOrDefault(loaded.getParam(param.name()));
        assertThat(value).isEqualTo(stage.getOrDefault(param));
      }
    }
    Dataset<Row> data = data();
    assertThat(rows(fitted(loaded, data).transform(data)))
        .isEqualTo(rows(fitted(stage, data).transform(data)));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void worksInPipelines(Case c, @TempDir Path folder) throws Exception {
    PipelineStage stage = c.stage.get();
    Dataset<Row> data = data();
    PipelineModel model = new Pipeline().setStages(new PipelineStage[] {stage}).fit(data);
    List<String> expected = rows(fitted(stage, data).transform(data));
    assertThat(rows(model.transform(data))).isEqualTo(expected);
    String path = folder.resolve("pipeline").toString();
    model.save(path);
    assertThat(rows(PipelineModel.load(path).transform(data))).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("stages")
  @Tag("thorough")
  void worksOnStreams(Case c, @TempDir Path folder) throws Exception {
    Dataset<Row> data = data();
    String source = folder.resolve("source").toString();
    data.write().parquet(source);
    Transformer stage = fitted(c.stage.get(), data);
    Dataset<Row> stream =
        stage.transform(LocalSpark.session().readStream().schema(data.schema()).parquet(source));
    assertThat(stream.isStreaming()).isTrue();
    StreamingQuery query =
        stream
            .writeStream()
            .format("memory")
            .queryName("contract")
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    assertThat(rows(LocalSpark.session().table("contract"))).isEqualTo(rows(stage.transform(data)));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void misspeltColumnsAreNamed(Case c) {
    HasFeatureColumns<?> stage = (HasFeatureColumns<?>) c.stage.get();
    boolean many = stage.isSet(stage.inputCols());
    String[] inputs = INPUTS.clone();
    inputs[3] = "vectr";
    if (many) {
      stage.setInputCols(inputs);
    } else {
      stage.setInputCol("vectr");
    }
    assertThatThrownBy(() -> ((PipelineStage) stage).transformSchema(data().schema()))
        .hasMessage("Column 'vectr' does not exist; did you mean 'vector'?");
  }

  @ParameterizedTest
  @MethodSource("stages")
  void existingOutputsAreLeftAlone(Case c) {
    HasFeatureColumns<?> stage = (HasFeatureColumns<?>) c.stage.get();
    if (stage.isSet(stage.outputCols())) {
      stage.setOutputCols(INPUTS);
    } else {
      stage.setOutputCol("WHOLE");
    }
    assertThatThrownBy(() -> ((PipelineStage) stage).transformSchema(data().schema()))
        .hasMessageMatching("(?i)Output column 'whole' already exists; choose a new name.");
  }

  @ParameterizedTest
  @MethodSource("stages")
  void paramsAreDocumentedAndFreshlySeen(Case c) throws Exception {
    PipelineStage stage = c.stage.get();
    assertThat(stage.params()).isNotEmpty().allSatisfy(p -> assertThat(p.doc()).isNotBlank());
    assertThat(stage.explainParams()).contains("inputCol");
    PipelineStage fresh = stage.getClass().getConstructor().newInstance();
    assertThat(fresh.uid()).isNotEqualTo(stage.getClass().getConstructor().newInstance().uid());
  }

  @Test
  @Tag("thorough")
  void noStageIsLeftOut() {
    List<String> covered =
        stages().map(c -> c.stage.get().getClass().getName()).distinct().sorted().toList();
    List<String> all =
        new ClassFileImporter()
            .importPackages("io.normact").stream()
                .filter(type -> type.isAssignableTo(PipelineStage.class))
                .filter(type -> !Modifier.isAbstract(type.reflect().getModifiers()))
                .filter(type -> !type.getName().contains("Test"))
                // Messages of a client; they stand in no pipeline.
                .filter(type -> !type.getPackageName().equals("io.normact.connect"))
                .map(JavaClass::getName)
                .sorted()
                .toList();
    assertThat(covered).isEqualTo(all);
  }

  /** Spark Connect finds stages by these entries alone. */
  @Test
  void serviceEntriesNameEveryStage() {
    List<String> listed =
        Stream.concat(
                ServiceLoader.load(Transformer.class).stream(),
                ServiceLoader.load(Estimator.class).stream())
            .map(provider -> provider.type().getName())
            .filter(name -> name.startsWith("io.normact.ml."))
            .sorted()
            .toList();
    assertThat(listed)
        .isEqualTo(
            stages().map(c -> c.stage.get().getClass().getName()).distinct().sorted().toList());
  }
}
