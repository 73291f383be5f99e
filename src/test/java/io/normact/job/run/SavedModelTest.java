package io.normact.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.job.JobFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Model folders that are not what fit saved. */
class SavedModelTest extends JobFixture {

  @BeforeEach
  void model() {
    write("in.json", "{\"x\":1}\n{\"x\":2}\n");
    assertThat(run("fit", ONE_NUMBER, List.of()).err()).isEmpty();
  }

  private String error() {
    Result result = run("transform", ONE_NUMBER, List.of());
    assertThat(result.out()).isEmpty();
    assertThat(result.status()).isEqualTo(1);
    assertThat(dir.resolve("out")).doesNotExist();
    assertThat(result.err()).hasLineCount(1);
    return result.err();
  }

  private Path part(String folder) throws IOException {
    try (Stream<Path> files = Files.walk(dir.resolve("model"))) {
      return files
          .filter(file -> file.getParent().toString().matches(".*" + folder + "[^/]*/metadata"))
          .filter(file -> file.getFileName().toString().startsWith("part-"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Changes a metadata file and takes its checksum away, as on a file system without any. */
  private void change(String folder, UnaryOperator<String> change) throws IOException {
    Path part = part(folder);
    Files.writeString(part, change.apply(Files.readString(part)));
    Files.deleteIfExists(part.resolveSibling("." + part.getFileName() + ".crc"));
  }

  @Test
  void missingFolderIsAWrongSpec() {
    assertThat(run("transform", ONE_NUMBER, List.of("--set", "model=" + path("modle"))))
        .isEqualTo(
            new Result(
                2,
                "",
                "Error: Key 'model' is 'DIR/modle', but there is no such folder; fit saves one.\n"));
  }

  @Test
  void modelWhereNoFolderCanBeListedIsAWrongSpec() {
    assertThat(run("transform", ONE_NUMBER, List.of("--set", "model=http://localhost:1/x")))
        .isEqualTo(
            new Result(
                2,
                "",
                "Error: Key 'model' is 'http://localhost:1/x', but must be on a file system that lists folders, which http does not.\n"));
  }

  @Test
  void folderThatIsNoModelIsNamed() throws Exception {
    Files.move(dir.resolve("model"), dir.resolve("elsewhere"));
    Files.createDirectory(dir.resolve("model"));
    assertThat(error())
        .isEqualTo(
            "Error: Folder 'DIR/model' holds no model: expected a folder metadata in it, as fit saves it.\n");
  }

  @Test
  void stageInPlaceOfAPipelineIsNamed() throws Exception {
    Path stage = part("batchNorm").getParent().getParent();
    Files.move(stage, dir.resolve("stage"));
    Files.move(dir.resolve("model"), dir.resolve("elsewhere"));
    Files.move(dir.resolve("stage"), dir.resolve("model"));
    assertThat(error())
        .isEqualTo(
            "Error: Model 'DIR/model' is a io.normact.ml.BatchNormModel, but must be a org.apache.spark.ml.PipelineModel, as fit saves it.\n");
  }

  @Test
  void flippedByteIsFoundByItsChecksum() throws Exception {
    Path part = part("batchNorm");
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length / 2] ^= 1;
    Files.write(part, bytes);
    assertThat(error()).startsWith("Error: Model 'DIR/model' can't be loaded: Checksum error: ");
  }

  @Test
  void truncatedMetadataAreNamed() throws Exception {
    change("batchNorm", text -> text.substring(0, text.length() / 2));
    assertThat(error())
        .matches(
            "Error: Model 'DIR/model' is damaged or incomplete: stages/0_batchNorm_\\w+/metadata/part-\\S+ is no JSON.\n");
  }

  @Test
  void emptyMetadataAreNamed() throws Exception {
    change("model", text -> "");
    assertThat(error())
        .isEqualTo(
            "Error: Model 'DIR/model' is a thing without a class, but must be a org.apache.spark.ml.PipelineModel, as fit saves it.\n");
  }

  @Test
  void missingStageIsCounted() throws Exception {
    Path stage = part("batchNorm").getParent().getParent();
    Files.move(stage, dir.resolve("stage"));
    assertThat(error())
        .isEqualTo(
            "Error: Model 'DIR/model' is damaged or incomplete: it has 0 of its 1 stages.\n");
  }

  /** As where one stage was copied over another: Spark would load it twice. */
  @Test
  void anotherStageInAFolderIsNamed() throws Exception {
    change("batchNorm", text -> text.replace("\"uid\":\"batchNorm_", "\"uid\":\"other_"));
    assertThat(error())
        .matches(
            "Error: Model 'DIR/model' is damaged or incomplete: its folder '0_batchNorm_\\w+' has a stage named 'other_\\w+'.\n");
  }

  @Test
  void missingNumbersAreNamed() throws Exception {
    change("batchNorm", text -> text.replace("\"mean\":", "\"maen\":"));
    assertThat(error())
        .matches(
            "Error: Model 'DIR/model' can't be loaded: Stage at 'DIR/model/stages/\\w+' has the param maen, which this release of normact doesn't know for a BatchNormModel; use the release that saved it.\n");
  }

  @Test
  void activationWithoutItsFunctionIsNamed() throws Exception {
    String spec = ONE_NUMBER.replace("batchNorm", "{activation: relu}, batchNorm");
    assertThat(run("fit", spec, List.of("--set", "mode=overwrite")).err()).isEmpty();
    change("activation", text -> text.replaceFirst("\"function\":\"relu\",?", ""));
    assertThat(error())
        .matches(
            "Error: Model 'DIR/model' is damaged or incomplete: its stage 'activation_\\w+' has no function.\n");
  }

  @Test
  void newerFormatIsNamed() throws Exception {
    change("batchNorm", text -> text.replace("\"formatVersion\":2", "\"formatVersion\":3"));
    assertThat(error())
        .matches(
            "Error: Model 'DIR/model' can't be loaded: Stage at 'DIR/model/stages/\\w+' was saved in format version 3, but this release of normact reads up to 2; use a newer release.\n");
  }

  @Test
  void foreignClassIsNotLoaded() throws Exception {
    change(
        "batchNorm", text -> text.replace("io.normact.ml.BatchNormModel", "java.lang.ProcessImpl"));
    assertThat(error())
        .isEqualTo(
            "Error: Model 'DIR/model' has a stage of class 'java.lang.ProcessImpl', but only stages of normact and of Spark ML (without SQLTransformer and tuning) are loaded.\n");
  }

  @Test
  void sqlInAModelIsNotRun() throws Exception {
    PipelineModel sql =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new SQLTransformer()
                      .setStatement("SELECT *, java_method('java.lang.System', 'gc') FROM __THIS__")
                })
            .fit(LocalSpark.session().range(1).toDF());
    sql.write().overwrite().save(path("model"));
    assertThat(error())
        .contains("has a stage of class 'org.apache.spark.ml.feature.SQLTransformer'");
  }

  @Test
  void compressedMetadataAreRead() {
    Configuration hadoop = LocalSpark.session().sparkContext().hadoopConfiguration();
    hadoop.set("mapreduce.output.fileoutputformat.compress", "true");
    try {
      List<String> overwrite = List.of("--set", "mode=overwrite");
      assertThat(run("fit", ONE_NUMBER, overwrite).err()).isEmpty();
      assertThat(run("transform", ONE_NUMBER, overwrite).err()).isEmpty();
    } finally {
      hadoop.unset("mapreduce.output.fileoutputformat.compress");
    }
  }
}
