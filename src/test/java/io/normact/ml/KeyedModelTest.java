package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyStatistics;
import io.normact.onnx.OnnxExport;
import io.normact.scoring.Scorer;
import io.normact.sql.catalyst.KeyTable;
import io.normact.sql.pass.DriverHeap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model with keys does besides transform. */
class KeyedModelTest {

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("store", DataTypes.StringType)
          .add("shelf", DataTypes.IntegerType)
          .add("a", DataTypes.DoubleType)
          .add("v", new VectorUDT())
          .add("label", DataTypes.DoubleType);

  private static List<Row> rows(int size, int stores, long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int store = random.nextInt(stores);
      double x = 10 * store + (1 + store) * random.nextGaussian();
      double label = random.nextGaussian() + (x - 10 * store) / (1 + store) > 0 ? 1 : 0;
      rows.add(
          RowFactory.create(
              i,
              store == 0 ? null : "s" + store,
              random.nextInt(2),
              x,
              random.nextInt(9) == 0 ? null : Vectors.dense(x * x, random.nextInt(4)),
              label));
    }
    return rows;
  }

  private static Dataset<Row> data(List<Row> rows) {
    return LocalSpark.session().createDataFrame(rows, SCHEMA).coalesce(2);
  }

  private static BatchNorm stage() {
    return new BatchNorm()
        .setInputCols(new String[] {"a", "v"})
        .setOutputCols(new String[] {"a1", "v1"})
        .setHandleInvalid("keep")
        .setKeyCols("store", "shelf");
  }

  private static KeyStatistics byKey(BatchNormModel model) {
    return model.byKey();
  }

  @Test
  void updatesHaveTheBitsOfOneFit() {
    List<Row> rows = rows(300, 5, 1);
    BatchNormModel all = stage().fit(data(rows));
    BatchNormModel model =
        stage()
            .fit(data(rows.subList(0, 90)))
            .update(data(rows.subList(90, 95)))
            .update(data(List.of()))
            .update(data(rows.subList(95, 300)));
    assertThat(byKey(model)).isEqualTo(byKey(all));
    assertThat(model.mean()).isEqualTo(all.mean());
    assertThat(model.count()).isEqualTo(all.count());
    assertThat(model.summary().keys()).isEqualTo(10);
    assertThatThrownBy(() -> model.update(data(rows).selectExpr("*", "1 as k").drop("shelf")))
        .hasMessageStartingWith("Column 'shelf' does not exist");
  }

  @Test
  void aMomentumMovesEachKey() {
    List<Row> rows = rows(200, 3, 2);
    BatchNormModel before = stage().setMomentum(0.25).fit(data(rows.subList(0, 100)));
    Dataset<Row> batch = data(rows.subList(100, 200));
    KeyStatistics after = byKey(before.update(batch));
    KeyStatistics ofBatch = byKey(stage().fit(batch));
    KeyStatistics first = byKey(before);
    assertThat(after.hasSums()).isFalse();
    for (int k = 0; k < first.size(); k++) {
      double n = ofBatch.count(k, 1);
      double unbiased = ofBatch.variance(k, 1) * n / (n - 1);
      assertThat(after.mean(k, 1)).isEqualTo(0.75 * first.mean(k, 1) + 0.25 * ofBatch.mean(k, 1));
      assertThat(after.variance(k, 1))
          .isCloseTo(
              0.75 * first.variance(k, 1) + 0.25 * unbiased,
              org.assertj.core.api.Assertions.withinPercentage(1e-10));
      assertThat(after.count(k, 1)).isEqualTo(first.count(k, 1) + n);
    }
  }

  @Test
  void aStreamOfBatches(@TempDir Path folder) throws Exception {
    List<Row> rows = rows(120, 4, 3);
    List<Row> empty = new ArrayList<>();
    for (Row row : rows.subList(0, 10)) {
      empty.add(
          RowFactory.create(row.get(0), row.get(1), row.get(2), row.get(3), null, row.get(5)));
    }
    String path = folder.toString();
    new RunningBatchNorm(stage(), path).call(data(empty), 0L);
    assertThat(RunningBatchNorm.latest(path, LocalSpark.session())).isEmpty();
    new RunningBatchNorm(stage(), path).call(data(rows.subList(10, 60)), 1L);
    new RunningBatchNorm(stage(), path).call(data(rows.subList(60, 120)), 2L);
    BatchNormModel model = RunningBatchNorm.latest(path, LocalSpark.session()).orElseThrow();
    List<Row> all = new ArrayList<>(empty);
    all.addAll(rows.subList(10, 120));
    assertThat(byKey(model)).isEqualTo(byKey(stage().fit(data(all))));
  }

  @Test
  void statisticsHaveTheKeysColumnsAndMakeAModel() {
    Dataset<Row> data = data(rows(150, 3, 4));
    BatchNormModel model = stage().setGamma(new double[] {2, 3, 4}).fit(data);
    Dataset<Row> statistics = model.statistics(LocalSpark.session());
    assertThat(statistics.columns())
        .containsExactly(
            "store",
            "shelf",
            "index",
            "feature",
            "count",
            "invalid",
            "mean",
            "variance",
            "gamma",
            "beta");
    assertThat(statistics.schema().apply("shelf").dataType()).isEqualTo(DataTypes.IntegerType);
    assertThat(statistics.count()).isEqualTo(18);
    Row first = statistics.first();
    double mean =
        data.filter("store is null and shelf = 0").selectExpr("avg(a)").first().getDouble(0);
    assertThat(first.isNullAt(0)).isTrue();
    assertThat(first.<Double>getAs("mean"))
        .isCloseTo(mean, org.assertj.core.api.Assertions.withinPercentage(1e-10));
    BatchNormModel made =
        BatchNormModel.of(statistics, "store", "shelf")
            .setInputCols(new String[] {"a", "v"})
            .setOutputCols(new String[] {"a1", "v1"})
            .setHandleInvalid("keep");
    made.set(made.fittedWidths(), new int[] {1, 2});
    assertThat(made.transform(data).orderBy("id").collectAsList())
        .isEqualTo(model.transform(data).orderBy("id").collectAsList());
    assertThat(made.variance().apply(0))
        .isCloseTo(
            model.variance().apply(0), org.assertj.core.api.Assertions.withinPercentage(1e-10));
    assertThatThrownBy(() -> made.update(data)).hasMessageContaining("has no exact sums");
    assertThatThrownBy(() -> BatchNormModel.of(statistics.union(statistics), "store", "shelf"))
        .hasMessageContaining("are there twice");
    assertThatThrownBy(() -> BatchNormModel.of(statistics.filter("index != 1"), "store", "shelf"))
        .hasMessage(
            "Statistics have no index 1 where store=null, shelf=0, but must have each below 3.");
    DriverHeap small = new DriverHeap((300 << 20) + 3 * 400);
    String[] keyCols = {"store", "shelf"};
    assertThatThrownBy(() -> KeyRows.fill(new BatchNormModel(), statistics, keyCols, small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Statistics by key have more than 3 rows, one a key and feature, but a driver with a heap of 300 MB reads no more; raise spark.driver.memory (-Xmx, where the session runs in a JVM of yours).");
    assertThatThrownBy(() -> BatchNormModel.of(statistics))
        .hasMessage("No key column is named, but statistics by key need at least one.");
  }

  /** A table by which rows are normalised is refused where there is no room to make and send it. */
  @Test
  void aTableThatADriverHasNoRoomForIsRefused() {
    List<KeyStatistics.Entry> entries = new ArrayList<>();
    double[] zeros = new double[8];
    for (int k = 0; k < 30_000; k++) {
      byte[] key = {(byte) (k >> 8), (byte) k};
      entries.add(new KeyStatistics.Entry(key, 1, zeros, zeros, zeros, null));
    }
    KeyStatistics statistics = KeyStatistics.of(List.of(new KeyColumn("k", "binary")), 8, entries);
    KeyTable table =
        new KeyTable(
            statistics.columns(),
            statistics.keys(),
            8,
            KeyTable.Unknown.OTHERS,
            "",
            (key, first, second) -> {});
    long heap = (300L << 20) + 3 * table.bytes();
    KeyNormalization.checkSize(statistics, 8, new DriverHeap(heap));
    assertThatThrownBy(() -> KeyNormalization.checkSize(statistics, 8, new DriverHeap(heap - 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The table of 30000 keys and 16 numbers each takes 4 MB, but a driver with a heap of 314 MB sends at most 4 MB; raise spark.driver.memory to 316m or more (-Xmx, where the session runs in a JVM of yours).");
    // What is small is sent in any heap.
    KeyNormalization.checkSize(statistics.slice(0, 10_000), 8, new DriverHeap(1));
  }

  @Test
  void theSummaryTellsOfKeys() {
    BatchNormModel model = stage().setMinCount(20).fit(data(rows(100, 4, 5)));
    BatchNormSummary summary = model.summary();
    KeyStatistics statistics = byKey(model);
    long below = 0;
    for (int k = 0; k < statistics.size(); k++) {
      below += statistics.count(k, 0) < 20 ? 1 : 0;
    }
    assertThat(summary.keys()).isEqualTo(8);
    assertThat(summary.keysBelowMinCount()).containsEntry("a", below);
    assertThat(summary.modelBytes()).isEqualTo(model.estimatedSize()).isGreaterThan(8 * 48);
    assertThat(stage().setMinCount(1).fit(data(rows(100, 2, 5))).summary().keysBelowMinCount())
        .isEmpty();
  }

  /** Gamma and beta learned on rows that were normalised by key by hand before. */
  @Test
  void gammaAndBetaAreLearnedAfterNormalisingByKey() {
    Dataset<Row> data = data(rows(400, 3, 6)).drop("v");
    for (String learn : new String[] {"infomax", "supervised"}) {
      BatchNorm stage =
          new BatchNorm()
              .setInputCols(new String[] {"a"})
              .setOutputCols(new String[] {"z"})
              .setKeyCols("store", "shelf")
              .setEpsilon(0)
              .setTol(1e-9);
      Dataset<Row> normalised = stage.fit(data).transform(data);
      BatchNormModel model =
          stage.setActivation("sigmoid").setLearn(learn).setLabelCol("label").fit(data);
      BatchNormModel expected =
          new BatchNorm()
              .setInputCol("z")
              .setOutputCol("y")
              .setEpsilon(0)
              .setTol(1e-9)
              .setActivation("sigmoid")
              .setLearn(learn)
              .setLabelCol("label")
              .fit(normalised);
      // Mean 0 and variance 1 of all rows follow from those of each key.
      assertThat(model.gamma().apply(0))
          .isCloseTo(
              expected.gamma().apply(0), org.assertj.core.api.Assertions.withinPercentage(1e-4));
      assertThat(model.beta().apply(0))
          .isCloseTo(expected.beta().apply(0), org.assertj.core.api.Assertions.within(1e-5));
      assertThat(model.summary().converged()).isTrue();
    }
  }

  @Test
  void inverseGivesTheRowsBack() {
    Dataset<Row> data = data(rows(100, 3, 7));
    BatchNormModel model = stage().setEpsilon(0).setMinCount(1).setActivation("tanh").fit(data);
    Dataset<Row> back = model.inverse().transform(model.transform(data));
    for (Row row : back.select("a", "a_inverse").collectAsList()) {
      assertThat(row.getDouble(1))
          .isCloseTo(row.getDouble(0), org.assertj.core.api.Assertions.within(1e-9));
    }
  }

  @Test
  void aScorerOfAKeyGivesTheBitsOfTransform(@TempDir Path folder) throws Exception {
    Dataset<Row> data = data(rows(80, 3, 8));
    BatchNormModel model = stage().setShrinkage(1.5).setActivation("sigmoid").fit(data);
    Path saved = folder.resolve("model");
    model.write().save(saved.toString());
    Scorer scorer = Scorer.load(saved);
    assertThat(scorer.keyColumns()).containsExactly("store", "shelf");
    for (Row row : model.transform(data).collectAsList()) {
      if (!row.isNullAt(4)) {
        double a = row.getDouble(3);
        Vector v = row.getAs("v");
        Vector out = row.getAs("v1");
        assertThat(
                scorer
                    .ofKey(row.get(1), row.get(2))
                    .score(new double[] {a, v.apply(0), v.apply(1)}))
            .containsExactly(row.<Double>getAs("a1"), out.apply(0), out.apply(1));
      }
    }
    double[] one = {1, 2, 3};
    assertThat(scorer.ofKey("new", 0).score(one)).hasSize(3).doesNotContain(Double.NaN);
    assertThatThrownBy(() -> scorer.score(one))
        .hasMessage(
            "The stages normalise by the key 'store', 'shelf', but none is given; score by ofKey.");
    assertThatThrownBy(() -> scorer.ofKey("s1"))
        .hasMessage(
            "A key of 1 value is given, but the stages have the key columns 'store', 'shelf'.");
    assertThatThrownBy(() -> scorer.ofKey("s1", "0"))
        .hasMessage("A key holds 0, but must be a whole number (int).");
    for (String invalid : new String[] {"error", "skip", "keep"}) {
      Path other = folder.resolve(invalid);
      BatchNormModel strict = model.copy(ParamMap.empty());
      strict.setUnknownKey("invalid").setHandleInvalid(invalid).write().save(other.toString());
      if (invalid.equals("error")) {
        assertThatThrownBy(() -> Scorer.load(other).ofKey("new", 0))
            .hasMessageStartingWith("Key store=new, shelf=0 was not seen in the fit, which");
      } else {
        assertThat(Scorer.load(other).ofKey("new", 0).score(one))
            .containsExactly(Double.NaN, Double.NaN, Double.NaN);
      }
    }
    assertThatThrownBy(() -> OnnxExport.of(model))
        .hasMessageContaining("has statistics by key, which a graph of ONNX can't look up;");
  }

  @Test
  void aModelsParamsGoOverAsRows() {
    BatchNormModel model = stage().fit(data(rows(60, 2, 9)));
    model.set(model.result(), "params");
    Map<String, String> params = new java.util.HashMap<>();
    model
        .transform(data(List.of()))
        .collectAsList()
        .forEach(row -> params.put(row.getString(0), row.getString(1)));
    assertThat(byKey(BatchNormModel.ofParams(params))).isEqualTo(byKey(model));
    model.set(model.result(), "statistics");
    assertThat(model.transform(data(List.of())).schema().fieldNames())
        .isEqualTo(model.transformSchema(SCHEMA).fieldNames());
    params.remove("keyStatistics");
    assertThatThrownBy(() -> BatchNormModel.ofParams(params))
        .hasMessageEndingWith("has keyCols, but no statistics by key.");
  }

  /** A scan of columns gives the bits that rows give, beside a stage that reads columns as such. */
  @Test
  void columnsOfAScanAreNormalisedByKey(@TempDir Path folder) {
    Dataset<Row> data = data(rows(100, 3, 10)).drop("v");
    String path = folder.resolve("rows").toString();
    data.write().parquet(path);
    BatchNormModel model =
        new BatchNorm()
            .setInputCols(new String[] {"a"})
            .setOutputCols(new String[] {"a1"})
            .setKeyCols("store")
            .fit(data);
    Activation after =
        new Activation()
            .setInputCols(new String[] {"a1", "label"})
            .setOutputCols(new String[] {"a2", "label2"})
            .setFunction("tanh");
    Dataset<Row> scanned = LocalSpark.session().read().parquet(path);
    assertThat(model.transform(scanned).orderBy("id").collectAsList())
        .isEqualTo(model.transform(data).orderBy("id").collectAsList());
    assertThat(after.transform(model.transform(scanned)).orderBy("id").collectAsList())
        .isEqualTo(after.transform(model.transform(data)).orderBy("id").collectAsList());
  }
}
