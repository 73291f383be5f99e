package io.normact.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.job.JobFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of models that somebody prepared: nothing that they name is run. */
@Tag("thorough")
class UntrustedModelTest extends JobFixture {

  /** Says that somebody has loaded it; a class constant alone does not load a class. */
  static final class Intruder {
    static {
      System.setProperty(LOADED, "true");
    }
  }

  private static final String LOADED = "io.normact.job.intruder";
  private static final String INTRUDER = "io.normact.job.UntrustedModelTest$Intruder";

  /** Fitted once; each test gets a copy to prepare. */
  @TempDir static Path original;

  @BeforeEach
  void model() throws IOException {
    System.clearProperty(LOADED);
    write("in.json", "{\"x\":1}\n{\"x\":2}\n");
    Path saved = original.resolve("model");
    if (!Files.exists(saved)) {
      assertThat(run("fit", ONE_NUMBER, List.of("--set", "model=" + saved)).err()).isEmpty();
    }
    try (Stream<Path> files = Files.walk(saved)) {
      for (Path file : files.toList()) {
        Files.copy(file, dir.resolve("model").resolve(saved.relativize(file)));
      }
    }
  }

  private void assertRefused(String expectation) {
    Result result = run("transform", ONE_NUMBER, List.of());
    assertThat(System.getProperty(LOADED)).isNull();
    assertThat(result.err()).startsWith("Error: Model 'DIR/model' ").contains(expectation);
    assertThat(result.err()).hasLineCount(1);
    assertThat(result.status()).isEqualTo(1);
    assertThat(dir.resolve("out")).doesNotExist();
  }

  private Path stage() throws IOException {
    try (Stream<Path> stages = Files.list(dir.resolve("model/stages"))) {
      return stages.findFirst().orElseThrow();
    }
  }

  private static Path part(Path stage) throws IOException {
    try (Stream<Path> files = Files.list(stage.resolve("metadata"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().startsWith("part-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void change(Path stage, String from, String to) throws IOException {
    Path part = part(stage);
    Files.writeString(part, Files.readString(part).replace(from, to));
    Files.delete(part.resolveSibling("." + part.getFileName() + ".crc"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        INTRUDER,
        "io.normact.ml.Nested$Class",
        "org.apache.spark.ml.feature.SQLTransformer",
        "org.apache.spark.ml.tuning.CrossValidatorModel",
        "org.apache.spark.ml.python.PythonTransformer",
        "org.apache.spark.mllib.clustering.KMeansModel"
      })
  void stageOfAnotherClassIsNotLoaded(String name) throws Exception {
    change(stage(), "io.normact.ml.BatchNormModel", name);
    assertRefused("has a stage of class '" + name + "', but only stages of normact");
  }

  @Test
  void pipelineOfAnotherClassIsNotLoaded() throws Exception {
    change(dir.resolve("model"), "org.apache.spark.ml.PipelineModel", INTRUDER);
    assertRefused("is a " + INTRUDER + ", but must be a org.apache.spark.ml.PipelineModel");
  }

  /** Of two equal keys one reader may see the first and the other one the second. */
  @Test
  void secondClassInTheSameMetadataIsNotHidden() throws Exception {
    change(stage(), "{\"class\"", "{\"class\":\"" + INTRUDER + "\",\"class\"");
    assertRefused("is damaged or incomplete");
  }

  /** Spark takes the first line of all files there, and this one comes before part-00000. */
  @ParameterizedTest
  @ValueSource(strings = {"metadata/a", "metadata/part-0/x=1", "metadata/x=1/part-0", "metadata/z"})
  void metadataBesideTheMetadataAreNotRead(String name) throws Exception {
    Path file = stage().resolve(name);
    String metadata = Files.readString(part(stage()));
    Files.createDirectories(file.getParent());
    Files.writeString(file, metadata.replace("io.normact.ml.BatchNormModel", INTRUDER));
    assertRefused("but expected are those alone that fit saves");
  }

  /** A pipeline in the pipeline, with a stage that runs SQL in the inner one. */
  @Test
  void sqlInANestedPipelineIsNotRun() throws Exception {
    Transformer sql =
        new SQLTransformer()
            .setStatement("SELECT *, java_method('java.lang.System', 'gc') FROM __THIS__");
    PipelineModel inner = PipelineModel.load(path("model"));
    nest(nest(sql), inner).write().overwrite().save(path("model"));
    assertRefused("has a stage of class 'org.apache.spark.ml.feature.SQLTransformer'");
  }

  /** Spark makes an object of each type that a schema in a file of Parquet names. */
  @ParameterizedTest
  @ValueSource(strings = {"part-00000-a.snappy.parquet", "_common_metadata", "other"})
  void typeInTheDataOfAStageIsNotLoaded(String name) throws Exception {
    Dataset<Row> data =
        LocalSpark.session().range(9).selectExpr("CAST(id AS DOUBLE) AS x", "array(id) AS a");
    new Pipeline()
        .setStages(
            new PipelineStage[] {
              new VectorAssembler().setInputCols(new String[] {"x"}).setOutputCol("v"),
              new StandardScaler().setInputCol("v").setOutputCol("x_batchNorm")
            })
        .fit(data)
        .write()
        .overwrite()
        .save(path("model"));
    assertThat(run("transform", ONE_NUMBER, List.of("--set", "stages=")).err()).isEmpty();
    FileUtil.fullyDelete(dir.resolve("out").toFile());
    Path scaler;
    try (Stream<Path> stages = Files.list(dir.resolve("model/stages"))) {
      scaler =
          stages.filter(stage -> Files.exists(stage.resolve("data"))).findFirst().orElseThrow();
    }
    String schema =
        "{\"type\":\"struct\",\"fields\":[{\"name\":\"std\",\"type\":{\"type\":\"udt\",\"class\":\""
            + INTRUDER
            + "\",\"pyClass\":null,\"sqlType\":\"double\"},\"nullable\":true,\"metadata\":{}}]}";
    MessageType type =
        MessageTypeParser.parseMessageType("message spark_schema { optional double std; }");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(scaler.resolve("data").resolve(name)))
            .withType(type)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .withExtraMetaData(Map.of("org.apache.spark.sql.parquet.row.metadata", schema))
            .build()) {
      writer.write(new SimpleGroup(type));
    }
    assertRefused("has data of type '" + INTRUDER + "', but only numbers, texts, vectors");
  }

  private static PipelineModel nest(Transformer... stages) {
    return new Pipeline()
        .setStages(stages)
        .fit(LocalSpark.session().range(1).selectExpr("CAST(id AS DOUBLE) AS x"));
  }

  /** The names of stages become paths; this one would lead to metadata that nobody looked at. */
  @ParameterizedTest
  @ValueSource(strings = {"x/../../../elsewhere", "{a,b}", "*", "x\\\\y"})
  void stageOutsideOfTheFolderIsNotRead(String name) throws Exception {
    String uid = stage().getFileName().toString().substring("0_".length());
    change(dir.resolve("model"), "\"" + uid + "\"", "\"" + name + "\"");
    assertRefused("but a name holds no characters of paths and patterns");
  }
}
