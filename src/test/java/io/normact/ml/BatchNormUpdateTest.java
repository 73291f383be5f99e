package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.LocalSpark;
import io.normact.math.exact.Moments;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against torch.nn.BatchNorm1d 2.13 and exact rational arithmetic, see moments.json. */
class BatchNormUpdateTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("s", DataTypes.DoubleType)
          .add("v", new VectorUDT())
          .add("t", DataTypes.DoubleType);

  private static JsonNode reference() {
    try (InputStream in = Moments.class.getResourceAsStream("moments.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Features 0, 1 and 2, 3 as a scalar, a vector and a scalar. */
  private static Dataset<Row> frame(Iterable<JsonNode> rows) {
    List<Row> result = new ArrayList<>();
    rows.forEach(
        row ->
            result.add(
                RowFactory.create(
                    row.get(0).doubleValue(),
                    Vectors.dense(row.get(1).doubleValue(), row.get(2).doubleValue()),
                    row.get(3).doubleValue())));
    return LocalSpark.session().createDataFrame(result, SCHEMA);
  }

  private static BatchNorm stage() {
    return new BatchNorm()
        .setInputCols(new String[] {"s", "v", "t"})
        .setOutputCols(new String[] {"so", "vo", "to"});
  }

  private static Dataset<Row> everything() {
    List<JsonNode> rows = new ArrayList<>();
    reference().get("batches").forEach(batch -> batch.forEach(rows::add));
    return frame(rows);
  }

  private static BatchNormModel empty() {
    double[] ones = {1, 1, 1, 1};
    BatchNormModel model = BatchNormModel.of(new double[4], ones, ones, new double[4]);
    model.setFitted(model.fittedWidths(), new int[] {1, 2, 1});
    return model
        .setInputCols(new String[] {"s", "v", "t"})
        .setOutputCols(new String[] {"so", "vo", "to"});
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1", "0.3"})
  void movesAsTorchDoes(String momentum) {
    BatchNormModel model = empty().setMomentum(Double.parseDouble(momentum));
    JsonNode running = reference().at("/running/momentum=" + momentum);
    JsonNode batches = reference().get("batches");
    for (int i = 0; i < batches.size(); i++) {
      model = model.update(frame(batches.get(i)));
      for (int j = 0; j < 4; j++) {
        double mean = running.get(i).get("running_mean").get(j).doubleValue();
        double variance = running.get(i).get("running_var").get(j).doubleValue();
        assertThat(model.mean().apply(j)).isCloseTo(mean, within(1e-14 * Math.abs(mean)));
        assertThat(model.variance().apply(j)).isCloseTo(variance, within(1e-14 * variance));
      }
    }
    assertThat(model.count().apply(0)).isEqualTo((double) everything().count());
    assertThat(model.isSet(model.fittedMoments())).isFalse();
  }

  @Test
  void cumulativeUpdatesAreOneFitBitForBit() {
    JsonNode batches = reference().get("batches");
    BatchNormModel model = stage().fit(frame(batches.get(0)));
    for (int i = 1; i < batches.size(); i++) {
      BatchNormModel next = model.update(frame(batches.get(i)));
      assertThat(next).isNotSameAs(model);
      model = next;
    }
    assertSame(model, stage().fit(everything()));
    JsonNode pooled = reference().get("pooled");
    for (int j = 0; j < 4; j++) {
      assertThat(model.mean().apply(j)).isEqualTo(pooled.get(j).get("mean").doubleValue());
      assertThat(model.variance().apply(j)).isEqualTo(pooled.get(j).get("variance").doubleValue());
    }
  }

  private static void assertSame(BatchNormModel actual, BatchNormModel expected) {
    assertThat(actual.count()).isEqualTo(expected.count());
    assertThat(actual.mean()).isEqualTo(expected.mean());
    assertThat(actual.variance()).isEqualTo(expected.variance());
    assertThat(actual.getOrDefault(actual.fittedMoments()))
        .isEqualTo(expected.getOrDefault(expected.fittedMoments()));
    assertThat(actual.summary()).isEqualTo(expected.summary());
  }

  @Test
  void anySplitGivesTheSame(@TempDir Path folder) throws Exception {
    Dataset<Row> holes =
        everything().selectExpr("IF(abs(s) < 0.2, NULL, s) s", "IF(t > 15, NULL, v) v", "t");
    BatchNorm stage = stage().setHandleInvalid("keep");
    BatchNormModel expected = stage.fit(holes);
    BatchNormModel model = stage.fit(holes.where("t <= 3"));
    String path = folder.resolve("model").toString();
    model.save(path);
    model = BatchNormModel.load(path).update(holes.where("t > 15"));
    model = model.update(holes.where("t > 1e9")).update(holes.where("t > 3 AND t <= 15"));
    assertSame(model, expected);
  }

  @Test
  void gammaBetaAndFunctionStay() {
    BatchNormModel model =
        stage()
            .setGamma(new double[] {1, 2, 3, 4})
            .setBeta(new double[] {4, 3, 2, 1})
            .setActivation("elu")
            .fit(everything());
    BatchNormModel updated = model.update(everything());
    assertThat(updated.gamma()).isEqualTo(model.gamma());
    assertThat(updated.beta()).isEqualTo(model.beta());
    assertThat(updated.getActivation()).isEqualTo(model.getActivation());
    assertThat(updated.count().apply(0)).isEqualTo(2 * model.count().apply(0));
  }

  @Test
  void aBatchOfOneRowMovesNothingButTheCount() {
    BatchNormModel model = empty().setMomentum(0.5);
    BatchNormModel updated = model.update(everything().limit(1));
    assertThat(updated.mean()).isEqualTo(model.mean());
    assertThat(updated.variance()).isEqualTo(model.variance());
    assertThat(updated.count().apply(0)).isEqualTo(1);
  }

  @Test
  void aNumberedBatchCountsOnce() {
    BatchNormModel model = stage().fit(everything());
    BatchNormModel once = model.update(everything(), 3);
    assertThat(once.update(everything(), 3)).isSameAs(once);
    assertThat(once.update(everything(), 2)).isSameAs(once);
    assertThat(once.update(everything(), 4).count().apply(0)).isEqualTo(3 * model.count().apply(0));
  }

  @Test
  void errorsSayWhatIsWrong() {
    BatchNormModel given = empty();
    assertThatThrownBy(() -> given.update(everything()))
        .hasMessage(
            "Model "
                + given.uid()
                + " has no exact sums to continue from, but momentum=0 needs them; set a momentum"
                + " above 0, or fit the model on its first batch.");
    BatchNormModel model = stage().fit(everything());
    assertThatThrownBy(() -> model.update(everything().selectExpr("NULL + s AS s", "v", "t")))
        .hasMessage(
            "Invalid values (null, NaN or infinite) are in 's' (58), but handleInvalid is error;"
                + " clean the data or choose skip, keep or mean.");
    Dataset<Row> wide =
        LocalSpark.session()
            .createDataFrame(List.of(RowFactory.create(1.0, Vectors.dense(1, 2, 3), 1.0)), SCHEMA);
    assertThatThrownBy(() -> model.update(wide))
        .hasMessage(
            "Column 'v' holds rows of 3 features in this batch, but the model was fitted on 2.");
  }

  /** A stream that fails between a batch and its checkpoint, and is started anew. */
  @Test
  @Tag("thorough")
  void aRestartedStreamLosesNoRowAndCountsNoneTwice(@TempDir Path folder) throws Exception {
    String source = folder.resolve("source").toString();
    String models = folder.resolve("models").toString();
    String checkpoint = folder.resolve("checkpoint").toString();
    Dataset<Row> first = everything().where("t <= 3");
    Dataset<Row> second = everything().where("t > 3");
    assertThat(RunningBatchNorm.latest(models, LocalSpark.session())).isEmpty();

    everything().where("t > 1e9").coalesce(1).write().mode("append").parquet(source);
    first.coalesce(1).write().mode("append").parquet(source);
    RunningBatchNorm running = new RunningBatchNorm(stage(), models);
    run(source, checkpoint, running);
    second.coalesce(1).write().mode("append").parquet(source);
    assertThatThrownBy(
            () ->
                run(
                    source,
                    checkpoint,
                    (batch, number) -> {
                      running.call(batch, number);
                      throw new IllegalStateException("Power cut after batch " + number);
                    }))
        .hasMessageContaining("Power cut after batch");
    assertSame(latest(models), stage().fit(everything()));

    // The same batch comes again, to a driver that knows of nothing but the folder.
    run(source, checkpoint, new RunningBatchNorm(stage(), models));
    assertSame(latest(models), stage().fit(everything()));
    everything().coalesce(1).write().mode("append").parquet(source);
    run(source, checkpoint, new RunningBatchNorm(stage(), models));
    assertSame(latest(models), stage().fit(everything().union(everything())));
    String[] kept = folder.resolve("models").toFile().list((dir, name) -> !name.startsWith("."));
    assertThat(Arrays.stream(kept)).hasSizeLessThanOrEqualTo(2);

    // A new checkpoint makes another query, which begins at the first row.
    String other = folder.resolve("checkpoint-2").toString();
    assertThatThrownBy(() -> run(source, other, new RunningBatchNorm(stage(), models)))
        .hasMessageContaining("Models in '" + models + "' follow the streaming query ")
        .hasMessageContaining("give it an empty folder.");
  }

  private static BatchNormModel latest(String models) {
    return RunningBatchNorm.latest(models, LocalSpark.session()).orElseThrow();
  }

  private static void run(
      String source,
      String checkpoint,
      org.apache.spark.api.java.function.VoidFunction2<Dataset<Row>, Long> sink)
      throws Exception {
    LocalSpark.session()
        .readStream()
        .schema(SCHEMA)
        .option("maxFilesPerTrigger", 1)
        .parquet(source)
        .writeStream()
        .foreachBatch(sink)
        .option("checkpointLocation", checkpoint)
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();
  }
}
