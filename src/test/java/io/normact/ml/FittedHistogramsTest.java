package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.histogram.FeatureHistograms;
import io.normact.math.histogram.ValueHistogram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The histograms that a model keeps, in columns of every kind. */
class FittedHistogramsTest {

  private static final StructType SCHEMA =
      new StructType()
          .add("x", DataTypes.DoubleType)
          .add("y", DataTypes.FloatType)
          .add("v", new VectorUDT())
          .add("a", DataTypes.createArrayType(DataTypes.DoubleType))
          .add("w", DataTypes.DoubleType);

  @TempDir Path folder;

  private static List<Row> rows(int n, long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Vector v =
          switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> Vectors.dense(random.nextGaussian(), 0, random.nextInt(5));
            case 2 -> Vectors.sparse(3, new int[] {2}, new double[] {Double.NaN});
            default -> Vectors.sparse(3, new int[] {0, 2}, new double[] {random.nextInt(3), -1e9});
          };
      rows.add(
          RowFactory.create(
              random.nextInt(9) == 0 ? null : random.nextGaussian(),
              random.nextInt(9) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(1000) / 8f,
              v,
              new Double[] {1e-300 * i, random.nextBoolean() ? 0.0 : -0.0},
              1.0 * random.nextInt(3)));
    }
    return rows;
  }

  private static Dataset<Row> data(List<Row> rows, int partitions) {
    return LocalSpark.session().createDataFrame(rows, SCHEMA).repartition(partitions);
  }

  private static BatchNorm stage(String handleInvalid) {
    return new BatchNorm()
        .setInputCols(new String[] {"x", "y", "v", "a"})
        .setOutputCols(new String[] {"xo", "yo", "vo", "ao"})
        .setWeightCol("w")
        .setHandleInvalid(handleInvalid)
        .setHistogram(true);
  }

  private static String[] texts(BatchNormModel model) {
    return model.getOrDefault(model.fittedHistograms());
  }

  /** The values of a row, NaN for what is null. */
  private static double[][] parts(Row row) {
    double x = row.isNullAt(0) ? Double.NaN : row.getDouble(0);
    return new double[][] {
      {x, row.getFloat(1)},
      row.isNullAt(2) ? null : ((Vector) row.get(2)).toArray(),
      Arrays.stream((Double[]) row.get(3)).mapToDouble(Double::doubleValue).toArray()
    };
  }

  private static boolean isFinite(double[][] parts) {
    for (double[] part : parts) {
      if (part == null) {
        return false;
      }
      for (double x : part) {
        if (!Double.isFinite(x)) {
          return false;
        }
      }
    }
    return true;
  }

  @ParameterizedTest
  @ValueSource(strings = {"keep", "skip", "mean"})
  void areThoseOfTheValidRowsInAnyOrderAndPartitioning(String handleInvalid) {
    List<Row> rows = rows(2000, 4);
    FeatureHistograms[] expected = {
      new FeatureHistograms(2), new FeatureHistograms(3), new FeatureHistograms(2)
    };
    for (Row row : rows) {
      double[][] parts = parts(row);
      boolean counts = row.getDouble(4) > 0 && (!handleInvalid.equals("skip") || isFinite(parts));
      for (int p = 0; counts && p < parts.length; p++) {
        if (parts[p] != null) {
          expected[p].add(parts[p]);
        }
      }
    }
    BatchNormModel model = stage(handleInvalid).fit(data(rows, 1));
    assertThat(texts(model))
        .containsExactly(
            FittedHistograms.encode(expected[0]),
            FittedHistograms.encode(expected[1]),
            FittedHistograms.encode(expected[2]));
    Collections.shuffle(rows, new Random(1));
    assertThat(texts(stage(handleInvalid).fit(data(rows, 7)))).isEqualTo(texts(model));
    for (int j = 0; j < 7; j++) {
      assertThat(FeatureInputs.histograms(model).get(j).count())
          .isEqualTo((long) model.count().apply(j));
    }
  }

  @Test
  void anUpdateIsOneFitOverAll() throws IOException {
    List<Row> rows = rows(900, 8);
    BatchNormModel all = stage("keep").fit(data(rows, 3));
    BatchNormModel first = stage("keep").fit(data(rows.subList(0, 400), 2));
    BatchNormModel updated = first.update(data(rows.subList(400, 900), 5));
    assertThat(texts(updated)).isEqualTo(texts(all)).isNotEqualTo(texts(first));
    assertThat(texts(first.update(data(List.of(), 1)))).isEqualTo(texts(first));
    String path = folder.resolve("model").toString();
    updated.save(path);
    assertThat(texts(BatchNormModel.load(path))).isEqualTo(texts(all));
    assertThat(all.estimatedSize()).isGreaterThan(2_000);
    BatchNormModel moved = first.setMomentum(0.1).update(data(rows.subList(400, 900), 5));
    assertThat(moved.isSet(moved.fittedHistograms()))
        .as("statistics that forget have no histogram")
        .isFalse();
    assertThat(FeatureInputs.histograms(moved)).isEmpty();
  }

  @Test
  void aStreamKeepsThemFromItsFirstRow() throws IOException {
    List<Row> rows = rows(300, 21);
    List<Row> withoutVectors =
        rows.subList(0, 20).stream()
            .map(r -> RowFactory.create(r.get(0), r.get(1), null, r.get(3), r.get(4)))
            .toList();
    List<Row> all = new ArrayList<>(withoutVectors);
    all.addAll(withoutVectors);
    all.addAll(rows);
    String path = folder.resolve("models").toString();
    // A follower of its own each time, as after a restart.
    new RunningBatchNorm(stage("keep"), path).call(data(withoutVectors, 2), 0L);
    new RunningBatchNorm(stage("keep"), path).call(data(withoutVectors, 2), 1L);
    assertThat(RunningBatchNorm.latest(path, LocalSpark.session())).isEmpty();
    new RunningBatchNorm(stage("keep"), path).call(data(rows.subList(0, 100), 2), 2L);
    new RunningBatchNorm(stage("keep"), path).call(data(rows.subList(100, 300), 2), 3L);
    BatchNormModel latest = RunningBatchNorm.latest(path, LocalSpark.session()).orElseThrow();
    assertThat(texts(latest)).isEqualTo(texts(stage("keep").fit(data(all, 4))));
  }

  @Test
  void areKeptOnRequestNotByKeyAndNotInVeryWideModels() {
    Dataset<Row> data = LocalSpark.session().range(0, 20, 1, 2).selectExpr("id * 1D x", "id % 2 k");
    BatchNorm plain = new BatchNorm().setInputCol("x").setOutputCol("y");
    BatchNormModel without = plain.fit(data);
    assertThat(without.isSet(without.fittedHistograms())).isFalse();
    BatchNormModel byKey = plain.setHistogram(true).setKeyCols("k").fit(data);
    assertThat(byKey.isSet(byKey.fittedHistograms())).isFalse();
    int width = FeatureHistograms.MOST_FEATURES + 1;
    List<Row> wide =
        List.of(
            RowFactory.create(Vectors.dense(new double[width])),
            RowFactory.create(Vectors.sparse(width, new int[] {3}, new double[] {1})));
    StructType schema = new StructType().add("x", new VectorUDT());
    BatchNorm stage = new BatchNorm().setInputCol("x").setOutputCol("y").setHistogram(true);
    BatchNormModel model = stage.fit(LocalSpark.session().createDataFrame(wide, schema));
    assertThat(FeatureInputs.histograms(model)).isEmpty();
    assertThat(model.mean().apply(3)).isEqualTo(0.5);
  }

  /** In whichever rows and partitions the columns turn out to be that wide together. */
  @Test
  void areNotKeptWhereColumnsAreVeryWideTogether() {
    int width = FeatureHistograms.MOST_FEATURES / 2 + 1;
    StructType schema = new StructType().add("x", new VectorUDT()).add("z", new VectorUDT());
    Vector v = Vectors.sparse(width, new int[] {3}, new double[] {1});
    List<Row> rows =
        List.of(
            RowFactory.create(v, null),
            RowFactory.create(v, null),
            RowFactory.create(null, v),
            RowFactory.create(v, v));
    for (int partitions : new int[] {1, 2, 4}) {
      BatchNormModel model =
          new BatchNorm()
              .setInputCols(new String[] {"x", "z"})
              .setOutputCols(new String[] {"a", "b"})
              .setHandleInvalid("keep")
              .setHistogram(true)
              .fit(LocalSpark.session().createDataFrame(rows, schema).repartition(partitions));
      assertThat(FeatureInputs.histograms(model)).isEmpty();
      assertThat(model.getOrDefault(model.fittedHistograms()))
          .containsOnly(FittedHistograms.encode(new FeatureHistograms(0)));
      assertThat(model.mean().apply(width + 3)).isEqualTo(1);
    }
  }

  @Test
  void damagedOnesAreRefused() {
    BatchNormModel model =
        new BatchNorm()
            .setInputCol("x")
            .setOutputCol("y")
            .setHistogram(true)
            .fit(LocalSpark.session().range(0, 20, 1, 2).selectExpr("id * 1D x"));
    ValueHistogram histogram = FeatureInputs.histograms(model).get(0);
    assertThat(List.of(histogram.min(), histogram.max())).containsExactly(0.0, 19.0);
    Map<String, String> params =
        Map.of(
            "mean",
            "[0.0]",
            "variance",
            "[1.0]",
            "gamma",
            "[1.0]",
            "beta",
            "[0.0]",
            "moments",
            "[\"x\"]");
    assertThatThrownBy(() -> BatchNormModel.ofParams(with(params, "[\"AQ==\"]")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Param histograms is damaged, expected texts as this release saves them.");
    String two = Base64.getEncoder().encodeToString(new FeatureHistograms(2).toBytes());
    assertThatThrownBy(() -> BatchNormModel.ofParams(with(params, "[\"" + two + "\"]")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Param histograms holds 2, but there are 1 features.");
    assertThatThrownBy(() -> BatchNormModel.ofParams(with(params, "[]")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Param histograms is of 0 parts, but must be of 1 as the exact sums are.");
  }

  private static Map<String, String> with(Map<String, String> params, String histograms) {
    Map<String, String> all = new java.util.HashMap<>(params);
    all.put("histograms", histograms);
    return all;
  }
}
