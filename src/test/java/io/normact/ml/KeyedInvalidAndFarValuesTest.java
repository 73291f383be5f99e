package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.normact.LocalSpark;
import io.normact.scoring.Scorer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Params clip, handleInvalid=mean and invalidIndicator where statistics are by key. */
@Tag("thorough")
class KeyedInvalidAndFarValuesTest {

  private static final double INF = Double.POSITIVE_INFINITY;

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("k", DataTypes.StringType)
          .add("x", DataTypes.DoubleType)
          .add("v", new VectorUDT());

  /** Keys and numbers; the vector holds the number and its half, sparse where the id is odd. */
  private static Dataset<Row> data(Object... keysAndNumbers) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < keysAndNumbers.length; i += 2) {
      Double x = (Double) keysAndNumbers[i + 1];
      Vector v = x == null ? null : Vectors.dense(x, x / 2);
      rows.add(
          RowFactory.create(
              i / 2, keysAndNumbers[i], x, v != null && i % 4 == 2 ? v.toSparse() : v));
    }
    return LocalSpark.session().createDataFrame(rows, SCHEMA).coalesce(2);
  }

  /** Key a has mean 2 and deviation 1, key b mean 20 and deviation 10; c has one value. */
  private static Dataset<Row> fitted() {
    return data("a", 1.0, "a", 3.0, "b", 10.0, "b", 30.0, "c", 5.0, "a", null, "b", Double.NaN);
  }

  private static BatchNorm stage() {
    return new BatchNorm()
        .setInputCols(new String[] {"x", "v"})
        .setOutputCols(new String[] {"y", "w"})
        .setKeyCols("k")
        .setEpsilon(0)
        .setHandleInvalid("mean")
        .setInvalidIndicator(true);
  }

  private static List<Row> sorted(Dataset<Row> data) {
    return data.orderBy("id").collectAsList();
  }

  /** Scalar and vector say the same; the vector's second feature is normalised alike. */
  private static List<Double> outputs(Dataset<Row> data, String scalar, String vector) {
    List<Double> outputs = new ArrayList<>();
    for (Row row : sorted(data)) {
      double y = row.<Double>getAs(scalar);
      double[] w = row.<Vector>getAs(vector).toArray();
      assertThat(w[0]).isEqualTo((Double) y);
      outputs.add(y);
    }
    return outputs;
  }

  @Test
  void anInvalidValueIsTheMeanOfItsKey() {
    Dataset<Row> later =
        data("a", INF, "a", null, "b", Double.NaN, "b", 40.0, "c", null, "new", null, "new", 9.8);
    BatchNorm stage = stage().setGamma(new double[] {1, 1, 2}).setBeta(new double[] {3, 3, 4});
    BatchNormModel model = stage.fit(fitted());
    double of98 = (9.8 - 9.8) / Math.sqrt(model.variance().apply(0)) + 3;
    assertThat(outputs(model.transform(later), "y", "w"))
        .containsExactly(3.0, 3.0, 3.0, 5.0, 3.0, 3.0, of98);
    assertThat(outputs(model.transform(later), "x_invalid", "v_invalid"))
        .containsExactly(1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0);
    // Without a mean taken away it is the key's own mean, or that of all rows: 9.8.
    BatchNormModel scaled = stage.setWithMean(false).setWithStd(false).fit(fitted());
    assertThat(outputs(scaled.transform(later), "y", "w"))
        .containsExactly(5.0, 5.0, 23.0, 43.0, 12.8, 12.8, 12.8);
    // With two rows of all the mean of a is (2 * 2 + 2 * 9.8) / 4.
    assertThat(outputs(scaled.setShrinkage(2).transform(data("a", null)), "y", "w").get(0))
        .isCloseTo(5.9 + 3, within(1e-14));
  }

  @Test
  void aValueIsClippedByTheDeviationOfItsKey() {
    Dataset<Row> far = data("a", 100.0, "a", -100.0, "b", 100.0, "b", 25.0, "b", INF, "a", 2.5);
    BatchNormModel model = stage().setClip(2).setHandleInvalid("keep").fit(fitted());
    assertThat(outputs(model.transform(far), "y", "w"))
        .containsExactly(2.0, -2.0, 2.0, 0.5, 2.0, 0.5);
    assertThat(outputs(model.inverse().transform(model.transform(far)), "x_inverse", "v_inverse"))
        .containsExactly(4.0, 0.0, 40.0, 25.0, 40.0, 2.5);
    BatchNormModel scaled = stage().setClip(2).setWithMean(false).setWithStd(false).fit(fitted());
    assertThat(outputs(scaled.transform(far), "y", "w"))
        .containsExactly(4.0, 0.0, 40.0, 25.0, 20.0, 2.5);
    // A key below minCount is clipped as all rows are.
    double deviation = Math.sqrt(model.variance().apply(0));
    double bound = model.mean().apply(0) + 2 * deviation;
    assertThat(outputs(scaled.setMinCount(3).transform(data("a", 1e9)), "y", "w"))
        .containsExactly(bound);
    // Of a and two rows more, which have the mean 9.8 and the variance of all.
    double mean = (2 * 2 + 2 * 9.8) / 4;
    double variance = 0.5 * 1 + 0.5 * deviation * deviation + 0.25 * (2 - 9.8) * (2 - 9.8);
    scaled.setMinCount(2).setShrinkage(2);
    assertThat(outputs(scaled.transform(data("a", 1e9)), "y", "w").get(0))
        .isCloseTo(mean + 2 * Math.sqrt(variance), within(1e-9));
  }

  /** What unknownKey=invalid makes of a row, in dense and sparse vectors and numbers. */
  @Test
  void aRowOfAnUnknownKeyIsInvalid() {
    Dataset<Row> later = data("new", 5.0, "new", 0.0, "a", 3.0, "new", null);
    BatchNormModel model = stage().setUnknownKey("invalid").setActivation("sigmoid").fit(fitted());
    double one = outputs(model.transform(data("a", 3.0)), "y", "w").get(0);
    assertThat(outputs(model.transform(later), "y", "w")).containsExactly(0.5, 0.5, one, 0.5);
    assertThat(outputs(model.transform(later), "x_invalid", "v_invalid"))
        .containsExactly(1.0, 1.0, 0.0, 1.0);
    BatchNormModel kept =
        stage().setUnknownKey("invalid").setWithMean(false).setHandleInvalid("keep").fit(fitted());
    List<Row> rows = sorted(kept.transform(later));
    for (int i : new int[] {0, 1}) {
      assertThat(rows.get(i).<Double>getAs("y")).isNaN();
      assertThat(rows.get(i).<Vector>getAs("w").toArray()).containsExactly(Double.NaN, Double.NaN);
      assertThat(rows.get(i).<Vector>getAs("v_invalid").toArray()).containsExactly(1, 1);
    }
    assertThat(rows.get(3).<Double>getAs("y")).isNull();
    assertThat(rows.get(3).<Vector>getAs("w")).isNull();
    // Others stay sparse.
    Row sparse = sorted(kept.transform(data("a", 1.0, "a", 0.0))).get(1);
    assertThat(sparse.<Vector>getAs("w")).isInstanceOf(SparseVector.class);
    assertThat(sparse.<Vector>getAs("v_invalid")).isInstanceOf(SparseVector.class);
  }

  private static Dataset<Row> random(int rows, long seed) {
    Random random = new Random(seed);
    Object[] values = new Object[2 * rows];
    for (int i = 0; i < rows; i++) {
      int key = random.nextInt(4);
      double x = 10 * key + (1 + key) * random.nextGaussian();
      values[2 * i] = key == 0 ? null : "k" + key;
      values[2 * i + 1] =
          random.nextInt(5) > 0 ? (Double) x : random.nextBoolean() ? null : (Double) INF;
    }
    return data(values);
  }

  @Test
  void anUpdateAndASavedModelDoTheSame(@TempDir Path folder) throws Exception {
    Dataset<Row> first = random(60, 1);
    Dataset<Row> second = random(90, 2);
    BatchNorm stage = stage().setClip(1.5).setActivation("tanh").setShrinkage(0.5);
    BatchNormModel all = stage.fit(first.union(second));
    List<Row> expected = sorted(all.transform(second));
    BatchNormModel updated = stage.fit(first).update(second);
    assertThat(sorted(updated.transform(second))).isEqualTo(expected);
    String path = folder.resolve("model").toString();
    updated.write().save(path);
    assertThat(sorted(BatchNormModel.load(path).transform(second))).isEqualTo(expected);
    String models = folder.resolve("models").toString();
    RunningBatchNorm running = new RunningBatchNorm(stage, models);
    running.call(first, 0L);
    running.call(second, 1L);
    BatchNormModel latest = RunningBatchNorm.latest(models, LocalSpark.session()).orElseThrow();
    assertThat(sorted(latest.transform(second))).isEqualTo(expected);
    // Params that are set later count as well, although the table of keys is kept.
    BatchNormModel other =
        stage
            .copy(org.apache.spark.ml.param.ParamMap.empty())
            .setClip(0.25)
            .fit(first)
            .update(second);
    assertThat(sorted(all.setClip(0.25).transform(second)))
        .isEqualTo(sorted(other.transform(second)));
  }

  @Test
  void aScorerGivesTheBitsOfTransform(@TempDir Path folder) throws Exception {
    Dataset<Row> data = random(60, 3);
    Dataset<Row> later = data("new", 5.0, "k1", INF, "k2", 1e6, "k3", 30.0, null, -7.5);
    for (String unknown : new String[] {"global", "invalid"}) {
      for (boolean withMean : new boolean[] {true, false}) {
        BatchNormModel model =
            stage()
                .setWithMean(withMean)
                .setClip(1.5)
                .setUnknownKey(unknown)
                .setShrinkage(1)
                .fit(data);
        Path saved = folder.resolve(unknown + withMean);
        model.write().save(saved.toString());
        Scorer scorer = Scorer.load(saved);
        for (Row row : sorted(model.transform(later))) {
          double x = row.getDouble(2);
          Vector w = row.getAs("w");
          Vector flags = row.getAs("v_invalid");
          assertThat(scorer.ofKey(row.get(1)).score(new double[] {x, x, x / 2}))
              .containsExactly(
                  row.<Double>getAs("y"),
                  w.apply(0),
                  w.apply(1),
                  row.<Double>getAs("x_invalid"),
                  flags.apply(0),
                  flags.apply(1));
        }
      }
    }
  }

  /**
   * Transform drops rows of an unknown key, so that nothing is said of them, by no stage at all.
   */
  @Test
  void aScorerThatSkipsSaysNothingOfAnUnknownKey(@TempDir Path folder) throws Exception {
    Dataset<Row> later = data("new", 5.0, "k1", 6.0, "k1", null, null, -7.5);
    BatchNormModel model =
        stage().setHandleInvalid("skip").setUnknownKey("invalid").fit(random(60, 3).na().drop());
    Activation other = new Activation().setInputCol("z").setOutputCol("other").setFunction("relu");
    PipelineModel pipeline =
        new Pipeline()
            .setStages(new PipelineStage[] {model, other})
            .fit(later.selectExpr("*", "x z"));
    pipeline.write().save(folder.resolve("m").toString());
    Scorer scorer = Scorer.load(folder.resolve("m"));
    Map<Object, Row> kept = new HashMap<>();
    sorted(pipeline.transform(later.selectExpr("*", "x z")))
        .forEach(r -> kept.put(r.getAs("id"), r));
    assertThat(kept).hasSize(1);
    for (Row row : sorted(later)) {
      double x = row.isNullAt(2) ? Double.NaN : row.getDouble(2);
      double[] scores = scorer.ofKey(row.get(1)).score(new double[] {x, x, x / 2, 1});
      float[] floats = scorer.ofKey(row.get(1)).score(new float[] {(float) x, (float) x, 0, 1});
      for (int i = 0; i < scores.length; i++) {
        assertThat(Double.isNaN(scores[i])).isEqualTo(!kept.containsKey(row.get(0)));
      }
      assertThat(Float.isNaN(floats[5])).isEqualTo(!kept.containsKey(row.get(0)));
    }
  }

  /** Learning sees what was clipped and replaced by key, done by hand before. */
  @Test
  void learningSeesValuesClippedAndReplacedByKey() {
    Dataset<Row> data =
        random(300, 4)
            .drop("v")
            .selectExpr("*", "double(id % 3 = 0 or coalesce(x > 20, false)) label");
    BatchNorm stage =
        new BatchNorm()
            .setInputCols(new String[] {"x"})
            .setOutputCols(new String[] {"z"})
            .setKeyCols("k")
            .setEpsilon(0)
            .setTol(1e-9)
            .setHandleInvalid("mean")
            .setClip(1.25);
    Dataset<Row> byHand = stage.fit(data).transform(data);
    BatchNorm plain =
        new BatchNorm()
            .setInputCols(new String[] {"z"})
            .setOutputCols(new String[] {"y"})
            .setEpsilon(0)
            .setTol(1e-9)
            .setWithMean(false)
            .setWithStd(false)
            .setActivation("sigmoid")
            .setLearn("supervised")
            .setLabelCol("label");
    BatchNormModel expected = plain.fit(byHand);
    BatchNormModel model =
        stage.setActivation("sigmoid").setLearn("supervised").setLabelCol("label").fit(data);
    assertThat(model.gamma().apply(0)).isCloseTo(expected.gamma().apply(0), within(1e-6));
    assertThat(model.beta().apply(0)).isCloseTo(expected.beta().apply(0), within(1e-6));
    assertThat(model.gamma().apply(0)).isNotEqualTo(1);
    // Without a label invalid values are left out.
    Dataset<Row> valid = byHand.filter("x is not null and x < double('Infinity')");
    BatchNormModel infomax = stage.setLearn("infomax").fit(data);
    BatchNormModel byMoments =
        plain.setLearn("infomax").setWithMean(true).setWithStd(true).fit(valid);
    double scale = byMoments.gamma().apply(0) / Math.sqrt(byMoments.variance().apply(0));
    assertThat(infomax.gamma().apply(0)).isCloseTo(scale, within(1e-4));
    assertThat(infomax.beta().apply(0))
        .isCloseTo(byMoments.beta().apply(0) - byMoments.mean().apply(0) * scale, within(1e-4));
  }
}
