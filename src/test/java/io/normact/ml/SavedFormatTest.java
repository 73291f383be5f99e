package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.scoring.Scorer;
import io.normact.sql.pass.DriverHeap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder of a saved model holds, and which folders of others are read. */
class SavedFormatTest {

  /** As release 0.1.0 wrote it, in format version 1. */
  private static final String VERSION_1 =
      """
      {"class":"io.normact.ml.BatchNormModel","timestamp":1795634782768,"sparkVersion":"4.1.0","uid":"batchNorm_5e0c1a7be1a2","paramMap":{"activation":"tanh","beta":[0.005225893221580341,-0.15516585779467743],"count":[4.0,4.0],"gamma":[0.9508360351032231,0.9969629303418447],"inputCol":"x","invalid":[0.0,0.0],"labelCol":"label","learn":"supervised","maxIter":2,"mean":[1.5,4.0],"moments":["AQIEAQQBAgABAgMBAgcAAAEIAQEAcQBfjQHO"],"objectiveHistory":[0.6699922000826615,0.6262933227580555],"outputCol":"y","skippedRows":0,"variance":[1.25,12.25],"widths":[2]},"defaultParamMap":{"activation":"identity","aggregationDepth":2,"epsilon":1.0E-5,"formatVersion":1,"handleInvalid":"error","learn":"none","loss":"auto","maxIter":100,"momentum":0.0,"regParam":0.001,"tol":1.0E-6,"withMean":true,"withStd":true}}
      """;

  @TempDir private Path folder;

  private String metadata(String name) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(name).resolve("metadata"))) {
      return Files.readString(
          files
              .filter(f -> f.getFileName().toString().startsWith("part-"))
              .findFirst()
              .orElseThrow());
    }
  }

  private BatchNormModel load(String name) {
    return BatchNormModel.load(folder.resolve(name).toString());
  }

  @Test
  void aModelOfVersionOneIsReadAndSavedAsOneOfTwo() throws IOException {
    Path part = folder.resolve("old/metadata/part-00000");
    Files.createDirectories(part.getParent());
    Files.writeString(part, VERSION_1);
    BatchNormModel old = load("old");
    assertThat(old.mean()).isEqualTo(Vectors.dense(1.5, 4));
    assertThat(old.variance()).isEqualTo(Vectors.dense(1.25, 12.25));
    assertThat(old.beta()).isEqualTo(Vectors.dense(0.005225893221580341, -0.15516585779467743));
    assertThat(old.summary().converged()).isFalse();
    assertThat(old.summary().iterations()).isEqualTo(2);
    assertThat(old.summary().loss()).isEqualTo("none");
    Dataset<Row> data =
        LocalSpark.session().sql("SELECT array(double(id), id * id + 0.5D) x FROM range(4)");
    assertThat(old.transform(data).selectExpr("y[0]").first().getDouble(0))
        .isEqualTo(-0.8539194098413841);
    assertThat(old.update(data).count()).isEqualTo(Vectors.dense(8, 8));
    old.save(folder.resolve("new").toString());
    assertThat(metadata("new")).contains("\"formatVersion\":2").contains("\"mean\":[1.5,4.0]");
    assertThat(load("new").extractParamMap().toString()).contains("formatVersion: 2");
  }

  @Test
  void manyFeaturesTakeLittleRoomAndKeepTheirBits() throws IOException {
    int features = 50_000;
    Random random = new Random(20);
    double[] mean = new double[features];
    Arrays.setAll(mean, j -> random.nextInt(100) == 0 ? random.nextGaussian() : -0.0);
    double[] variance = random.doubles(features).toArray();
    double[] ones = new double[features];
    Arrays.fill(ones, 1);
    BatchNormModel model = BatchNormModel.of(mean, variance, ones, new double[features]);
    model.setInputCol("x").setOutputCol("y");
    String path = folder.resolve("wide").toString();
    model.save(path);
    // What is random takes 8 bytes a feature less the exponent, and a third more in Base64.
    assertThat(metadata("wide")).hasSizeLessThan(features * 11);
    BatchNormModel loaded = load("wide");
    Path damaged = folder.resolve("damaged/metadata/part-00000");
    Files.createDirectories(damaged.getParent());
    Files.writeString(damaged, metadata("wide").replaceFirst("\"variance\":..doubles.....", "$0!"));
    assertThatThrownBy(() -> load("damaged"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Stage at '%s/damaged' is damaged: Param variance is damaged, expected numbers as this release or an older one saves them.",
            folder);
    assertThat(Arrays.equals(loaded.mean().toArray(), mean)).isTrue();
    assertThat(Arrays.equals(loaded.variance().toArray(), variance)).isTrue();
    assertThat(loaded.gamma()).isEqualTo(model.gamma());
    BatchNormInverse inverse = model.inverse();
    inverse.save(folder.resolve("inverse").toString());
    assertThat(BatchNormInverse.load(folder.resolve("inverse").toString()).mean())
        .isEqualTo(inverse.mean());
    BatchNorm given = new BatchNorm().setGamma(variance).setBeta(mean);
    given.save(folder.resolve("given").toString());
    BatchNorm read = BatchNorm.load(folder.resolve("given").toString());
    assertThat(read.getOrDefault(read.gamma())).isEqualTo(variance);
  }

  private void part(String name, String file, String text) throws IOException {
    Path part = folder.resolve(name).resolve("metadata").resolve(file);
    Files.createDirectories(part.getParent());
    Files.writeString(part, text);
  }

  /** What is no stage is told by Spark's reader and by the scorer. */
  @Test
  void damagedFoldersAreNamed() throws IOException {
    part("two", "part-00000", VERSION_1);
    part("two", "part-00001-a.txt", VERSION_1);
    part("empty", "part-00000", "");
    part("cut", "part-00000", VERSION_1.substring(0, 300));
    part(
        "twice",
        "part-00000",
        VERSION_1.replace("{\"activation", "{\"labelCol\":\"x\",\"activation"));
    part("class", "part-00000", VERSION_1.replace("\"io.normact.ml.BatchNormModel\"", "null"));
    part("time", "part-00000", VERSION_1.replace("1795634782768", "\"now\""));
    part("uid", "part-00000", VERSION_1.replace("\"batchNorm_5e0c1a7be1a2\"", "1"));
    part("other", "part-00000", VERSION_1.replace("BatchNormModel", "Activation"));
    part("number", "part-00000", VERSION_1.replace("\"maxIter\":2,", "\"maxIter\":2.5,"));
    part(
        "name",
        "part-00000",
        VERSION_1.replace("\"inputCol\":\"x\"", "\"inputCols\":[\"x\",null]"));
    part("list", "part-00000", VERSION_1.replace("\"mean\":[1.5,4.0]", "\"mean\":\"1.5\""));
    part("lengths", "part-00000", VERSION_1.replace("\"mean\":[1.5,4.0]", "\"mean\":[1.5]"));
    part("bom", "part-00000", "\ufeff" + VERSION_1);
    part("crlf", "part-00000", VERSION_1.strip() + "\r\n\r\n");
    Files.createDirectories(folder.resolve("nothing"));
    List<String> messages =
        List.of(
            "two: Folder 'DIR' holds no saved stage, since its metadata are in 'part-00000' and 'part-00001-a.txt', and a stage has one such file.",
            "empty: Folder 'DIR' holds no saved stage, since its metadata are empty, as when saving was broken off.",
            "cut: Stage at 'DIR' has metadata that is no JSON: Unexpected end-of-input: expected close marker for Array.",
            "twice: Stage at 'DIR' has metadata that is no JSON: Duplicate field 'labelCol'.",
            "class: Stage at 'DIR' has the class null in its metadata, but it must be a text.",
            "time: Stage at 'DIR' has the timestamp \"now\" in its metadata, but it must be a whole number.",
            "uid: Stage at 'DIR' has the uid 1 in its metadata, but it must be a text.",
            "other: Stage at 'DIR' is a io.normact.ml.Activation, but must be a io.normact.ml.BatchNormModel.",
            "number: Stage at 'DIR' has the param maxIter 2.5, but it must be a whole number.",
            "name: Stage at 'DIR' has the param inputCols null, but it must be a list of texts.",
            "list: Stage at 'DIR' has the param mean \"1.5\", but it must be a list of numbers.",
            "lengths: Stage at 'DIR' is damaged: Param variance has 2 values for 1 feature; it needs one for each.",
            "gone: Folder 'DIR' is missing, but must be one of a saved stage.",
            "nothing: Folder 'DIR' holds no saved stage, since it has no folder 'metadata'.");
    for (String expected : messages) {
      String name = expected.substring(0, expected.indexOf(':'));
      assertThatThrownBy(() -> load(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              expected
                  .substring(name.length() + 2)
                  .replace("DIR", folder.resolve(name).toString()));
      if (!List.of("time", "number").contains(name)) {
        assertThatThrownBy(() -> Scorer.load(folder.resolve(name)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching(".*'" + folder.resolve(name) + "'.*[.]");
      }
    }
    assertThat(load("bom").mean()).isEqualTo(load("crlf").mean());
  }

  /** Readers of JSON refuse a text of 20,000,000 characters. */
  @Test
  @Tag("thorough")
  void exactSumsOfAnyLengthAreSaved() throws IOException {
    Random random = new Random(21);
    StructType schema = new StructType().add("x", SQLDataTypes.VectorType());
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                Stream.generate(() -> Vectors.dense(random.doubles(40_000).toArray()))
                    .limit(3)
                    .map(RowFactory::create)
                    .toList(),
                schema);
    BatchNormModel model = new BatchNorm().setInputCol("x").setOutputCol("y").fit(data);
    String[] moments = model.getOrDefault(model.fittedMoments());
    assertThat(moments[0]).hasSizeGreaterThan(TextPieces.LONGEST);
    StageWriter writer = new StageWriter(model);
    writer.checkSize(new DriverHeap(Long.MAX_VALUE), 128, Long.MAX_VALUE);
    assertThatThrownBy(() -> writer.checkSize(new DriverHeap(Long.MAX_VALUE), 2, Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Stage batchNorm_\\w+ takes \\d MB where it is saved, but spark.rpc.message.maxSize lets 2 MB through to the task that writes it; set it to \\d or more[.]");
    model.save(folder.resolve("model").toString());
    int longest =
        Arrays.stream(metadata("model").split("\"")).mapToInt(String::length).max().orElseThrow();
    assertThat(longest).isEqualTo(TextPieces.LONGEST);
    BatchNormModel loaded = load("model");
    assertThat(loaded.getOrDefault(loaded.fittedMoments())).isEqualTo(moments);
    assertThat(loaded.update(data).mean()).isEqualTo(model.update(data).mean());
  }

  /** The KiB of a task that is so large that Spark says so. */
  private static long sent(Runnable save) {
    String logger = "org.apache.spark.scheduler.TaskSetManager";
    List<String> told = new CopyOnWriteArrayList<>();
    AbstractAppender appender =
        new AbstractAppender("tasks", null, null, false, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            told.add(event.getMessage().getFormattedMessage());
          }
        };
    appender.start();
    LoggerConfig root = LoggerContext.getContext(false).getConfiguration().getLoggerConfig("");
    Configurator.setLevel(logger, Level.WARN);
    root.addAppender(appender, Level.WARN, null);
    try {
      save.run();
    } finally {
      root.removeAppender("tasks");
      Configurator.setLevel(logger, Level.OFF);
    }
    String size = "Stage \\d+ contains a task of very large size \\((\\d+) KiB\\)[.].*";
    return told.stream()
        .filter(text -> text.matches(size))
        .mapToLong(text -> Long.parseLong(text.replaceAll(size, "$1")))
        .max()
        .orElseThrow();
  }

  /** Spark puts all of a model into one task, numbers and texts alike. */
  @Test
  void aWideModelIsReckonedAsItIsSent() throws IOException {
    LocalSpark.session();
    Random random = new Random(22);
    double[] first = random.doubles(150_000).toArray();
    double[] second = random.doubles(150_000).toArray();
    BatchNormModel model = BatchNormModel.of(first, second, second, first);
    long sent = sent(() -> saved(model, "sent"));
    assertThat(sent)
        .isBetween(metadata("sent").length() / 1024L, metadata("sent").length() / 1000L);
    StageWriter writer = new StageWriter(model);
    DriverHeap any = new DriverHeap(Long.MAX_VALUE);
    long megabytes = sent >> 10;
    writer.checkSize(any, megabytes + 2, Long.MAX_VALUE);
    assertThatThrownBy(() -> writer.checkSize(any, megabytes, Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Stage %s takes %d MB where it is saved, but spark.rpc.message.maxSize lets %d MB through to the task that writes it; set it to %d or more.",
            model.uid(), megabytes + 2, megabytes, megabytes + 3);
    DriverHeap small = new DriverHeap((300L << 20) + 8 * (3L << 20));
    assertThatThrownBy(() -> writer.checkSize(small, megabytes + 2, Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Stage %s takes %d MB where it is saved, but a driver with a heap of 324 MB saves at most 3 MB; raise ",
            model.uid(), megabytes);
    assertThatThrownBy(() -> writer.checkSize(any, megabytes + 2, 2 << 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Stage %s takes %d MB where it is saved, but Spark saves a stage as one text, which holds at most 2 MB; fit fewer features in one stage.",
            model.uid(), megabytes);
    // Numbers that are alike are few bytes.
    double[] zeros = new double[400_000];
    new StageWriter(BatchNormModel.of(zeros, zeros, zeros, zeros))
        .checkSize(small, 2, Long.MAX_VALUE);
  }

  private void saved(BatchNormModel model, String name) {
    try {
      model.save(folder.resolve(name).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void damagedTextsAreRefusedInOneSentence() {
    BatchNormModel model = new BatchNormModel();
    double[] numbers = new Random(3).doubles(300).toArray();
    String json = model.fittedMean().jsonEncode(numbers);
    assertThat(model.fittedMean().jsonDecode(json)).isEqualTo(numbers);
    assertThat(model.fittedMean().jsonDecode("[1.0,\"NaN\"]")).containsExactly(1, Double.NaN);
    for (String damaged :
        new String[] {
          "{",
          "{}",
          "{\"doubles\":[]}",
          "{\"doubles\":\"x\"}",
          "{\"doubles\":[[1]]}",
          "{\"doubles\":[[\"?\"]]}",
          "{\"doubles\":[[\"eJwDAAAAAAE=\"],[]]}",
          json.substring(0, json.length() - 3),
          json.replace(json.substring(100, 101), "_")
        }) {
      assertThatThrownBy(() -> model.fittedMean().jsonDecode(damaged))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Param mean is damaged, expected numbers as this release or an older one saves them.");
    }
    // Many short pieces are no long text.
    String pieces = String.join(",", Collections.nCopies(3000, "\"ab\""));
    assertThat(model.fittedMoments().jsonDecode("{\"texts\":[[" + pieces + "]]}"))
        .containsExactly("ab".repeat(3000));
    assertThatThrownBy(() -> model.fittedMoments().jsonDecode("{\"texts\":1}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Param moments is damaged, expected texts as this release or an older one saves them.");
  }
}
