package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder of a saved model holds, and which folders of others are read. */
class SavedFormatTest {

  /** As release 0.1.0 wrote it, in format version 1. */
  private static final String VERSION_1 =
      """
      {"class":"io.normact.ml.BatchNormModel","timestamp":1764000000000,"sparkVersion":"4.1.0","uid":"batchNorm_5e0c1a7be1a2","paramMap":{"beta":[0.25,-0.0],"moments":["AQICAAIAAQIBAQYFAAABBgMBAigA"],"gamma":[1.0,1.5],"learn":"supervised","activation":"tanh","outputCol":"y","objectiveHistory":[0.5,0.25],"variance":[1.0,4.0],"widths":[2],"count":[2.0,2.0],"inputCol":"x","labelCol":"label","invalid":[0.0,1.0],"skippedRows":0,"mean":[2.0,"NaN"],"maxIter":2},"defaultParamMap":{"momentum":0.0,"formatVersion":1,"activation":"identity","maxIter":100,"withMean":true,"regParam":0.001,"learn":"none","tol":1.0E-6,"withStd":true,"loss":"auto","handleInvalid":"error","aggregationDepth":2,"epsilon":1.0E-5}}
      """
          .replace("\"NaN\"", "3.0");

  @TempDir private Path folder;

  private String metadata(String name) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(name).resolve("metadata"))) {
      return Files.readString(
          files.filter(f -> f.getFileName().toString().startsWith("part-")).findFirst().orElseThrow());
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
    assertThat(old.mean()).isEqualTo(Vectors.dense(2, 3));
    assertThat(old.beta()).isEqualTo(Vectors.dense(0.25, -0.0));
    assertThat(old.summary().converged()).isFalse();
    assertThat(old.summary().iterations()).isEqualTo(2);
    assertThat(old.summary().loss()).isEqualTo("none");
    old.save(folder.resolve("new").toString());
    assertThat(metadata("new")).contains("\"formatVersion\":2").contains("\"mean\":[2.0,3.0]");
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

  /** Readers of JSON refuse a text of 20,000,000 characters. */
  @Test
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
    model.save(folder.resolve("model").toString());
    assertThat(metadata("model").lines().findFirst().orElseThrow())
        .doesNotContainPattern("[^\"]{" + (TextPieces.LONGEST + 1) + "}");
    BatchNormModel loaded = load("model");
    assertThat(loaded.getOrDefault(loaded.fittedMoments())).isEqualTo(moments);
    assertThat(loaded.update(data).mean()).isEqualTo(model.update(data).mean());
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
    assertThatThrownBy(() -> model.fittedMoments().jsonDecode("{\"texts\":1}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Param moments is damaged, expected texts as this release or an older one saves them.");
  }
}
