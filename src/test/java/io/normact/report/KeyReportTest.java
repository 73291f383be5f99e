package io.normact.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.LocalSpark;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import io.normact.report.KeyReport.KeyedColumn;
import io.normact.report.KeyReport.KeyedResult;
import io.normact.report.KeyReport.UnknownKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("thorough")
class KeyReportTest {

  private static final StructType SCHEMA =
      new StructType()
          .add("k", DataTypes.IntegerType)
          .add("x", DataTypes.DoubleType)
          .add("v", new VectorUDT());

  private static Dataset<Row> data(List<Row> rows, int partitions) {
    return LocalSpark.session().createDataFrame(rows, SCHEMA).repartition(partitions);
  }

  private static BatchNorm stage() {
    return new BatchNorm()
        .setInputCols(new String[] {"x", "v"})
        .setOutputCols(new String[] {"y", "w"})
        .setHandleInvalid("keep")
        .setKeyCols("k");
  }

  /** Keys from 0, the first null; the mean of each moves with it, by so much more. */
  private static List<Row> rows(int size, int keys, double moved, long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int key = (int) (keys * random.nextDouble() * random.nextDouble());
      double x = 10 * key + (1 + key) * random.nextGaussian();
      double y = (key + 2) * random.nextGaussian() + moved * key;
      rows.add(
          RowFactory.create(
              key == 0 ? null : (Integer) key,
              random.nextInt(9) == 0 ? (Double) Double.NaN : (Double) x,
              random.nextInt(7) == 0 ? null : Vectors.dense(y, 3)));
    }
    return rows;
  }

  /** The values of x by key, those that are valid. */
  private static Map<Integer, List<Double>> byKey(List<Row> rows) {
    Map<Integer, List<Double>> byKey =
        new TreeMap<>(Comparator.nullsFirst(Comparator.naturalOrder()));
    for (Row row : rows) {
      List<Double> values =
          byKey.computeIfAbsent(row.isNullAt(0) ? null : row.getInt(0), k -> new ArrayList<>());
      if (!Double.isNaN(row.getDouble(1))) {
        values.add(row.getDouble(1));
      }
    }
    return byKey;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(x -> x).average().orElse(0);
  }

  private static double variance(List<Double> values) {
    double mean = mean(values);
    return values.stream().mapToDouble(x -> (x - mean) * (x - mean)).average().orElse(0);
  }

  /** Compared with a plain walk over the rows; in any order and partitioning the same report. */
  @Test
  void theWorstKeysAreThoseOfAPlainWalk() {
    List<Row> before = rows(900, 14, 0, 1);
    List<Row> after = rows(500, 18, 0.5, 2);
    for (int i = 0; i < after.size(); i += 3) {
      Row row = after.get(i);
      if (!row.isNullAt(0) && row.getInt(0) % 4 == 3) {
        after.set(i, RowFactory.create(row.get(0), row.getDouble(1) + 3 * i, row.get(2)));
      }
    }
    BatchNormModel model = stage().setMinCount(12).fit(data(before, 2));
    KeyReport all = KeyReport.of(model, data(after, 3), 1000);
    java.util.Collections.shuffle(after, new Random(3));
    assertThat(KeyReport.of(model, data(after, 1), 1000)).isEqualTo(all);

    Map<Integer, List<Double>> fitted = byKey(before);
    Map<Integer, List<Double>> now = byKey(after);
    long judged = 0;
    long below = 0;
    KeyedColumn x = all.columns().get(0);
    for (Integer key : now.keySet()) {
      List<Double> own = fitted.getOrDefault(key, List.of());
      List<Double> values = now.get(key);
      if (!fitted.containsKey(key) || values.isEmpty()) {
        continue;
      }
      below += own.size() < 12 ? 1 : 0;
      if (own.size() >= 12) {
        judged++;
        KeyedResult result =
            x.worst().stream().filter(r -> r.key().equals("k=" + key)).findFirst().orElseThrow();
        double deviation = Math.sqrt(variance(own));
        assertThat(result.count()).isEqualTo(values.size());
        assertThat(result.mean()).isCloseTo(mean(values), within(1e-9));
        assertThat(result.fittedMean()).isCloseTo(mean(own), within(1e-9));
        assertThat(result.fittedDeviation()).isCloseTo(deviation, within(1e-9));
        double shift = (mean(values) - mean(own)) / deviation;
        assertThat(result.shift()).isCloseTo(shift, within(1e-9));
        double ratio = variance(values) / variance(own);
        assertThat(result.varianceRatio()).isCloseTo(ratio, within(1e-9 * ratio));
        double error = Math.sqrt(1.0 / values.size() + 1.0 / own.size());
        if (Math.abs(shift) > Math.max(0.5, 3 * error)) {
          assertThat(result.drifted()).isTrue();
        } else if (ratio > 0.5 && ratio < 2) {
          assertThat(result.drifted()).isFalse();
        }
      }
    }
    assertThat(x.judged()).isEqualTo(judged).isEqualTo(x.worst().size());
    assertThat(x.belowMinCount()).isEqualTo(below).isPositive();
    assertThat(x.drifted())
        .isEqualTo(x.worst().stream().filter(KeyedResult::drifted).count())
        .isPositive();
    assertThat(all.rows()).isEqualTo(500);
    assertThat(all.keys()).isEqualTo(now.size());
    assertThat(all.unknownKeys())
        .isEqualTo(now.keySet().stream().filter(key -> !fitted.containsKey(key)).count())
        .isPositive();
    assertThat(all.absentKeys())
        .isEqualTo(fitted.keySet().stream().filter(key -> !now.containsKey(key)).count());
    assertThat(all.columns().get(2).constant()).isEqualTo(all.columns().get(2).judged());
    assertThat(all.columns().get(2).drifted()).isZero();

    // A shorter list is the head of the longer one.
    for (int worst : new int[] {0, 1, 3}) {
      KeyReport few = KeyReport.of(model, data(after, 2), worst);
      for (int j = 0; j < 3; j++) {
        List<KeyedResult> longer = all.columns().get(j).worst();
        assertThat(few.columns().get(j).worst())
            .isEqualTo(longer.subList(0, Math.min(worst, longer.size())));
        assertThat(few.columns().get(j).drifted()).isEqualTo(all.columns().get(j).drifted());
      }
      assertThat(few.unknown())
          .isEqualTo(all.unknown().subList(0, Math.min(worst, all.unknown().size())));
    }
    List<KeyedResult> order = new ArrayList<>(x.worst());
    order.sort(
        Comparator.comparing((KeyedResult r) -> !r.drifted())
            .thenComparing(r -> -Math.abs(r.shift())));
    assertThat(order).isEqualTo(x.worst());
  }

  /** Rows of the same distribution: about one key in 370 may be called drifted. */
  @Test
  void chanceIsNoDrift() {
    BatchNormModel model = stage().setMinCount(5).fit(data(rows(20_000, 300, 0, 4), 2));
    KeyReport report = KeyReport.of(model, data(rows(20_000, 300, 0, 5), 2));
    for (KeyedColumn column : report.columns()) {
      assertThat(column.judged()).isGreaterThan(200);
      assertThat(column.drifted()).as(column.name()).isLessThanOrEqualTo(6);
    }
  }

  private static Row row(Integer key, double x) {
    return RowFactory.create(key, x, Vectors.dense(x, 0));
  }

  private static BatchNormModel small() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(row(1, i % 2));
      rows.add(row(2, 5));
    }
    rows.add(row(3, 7));
    return stage().fit(data(rows, 1));
  }

  @Test
  void unknownKeysRareKeysAndConstantsAreTold() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(row(1, 4 + i % 2));
      rows.add(row(2, 6));
    }
    rows.add(row(3, 1));
    rows.add(row(8, 1));
    rows.add(row(9, 1));
    rows.add(row(9, 1));
    rows.add(row(null, 1));
    KeyReport report = KeyReport.of(small().setUnknownKey("error"), data(rows, 2));
    assertThat(report.unknown())
        .containsExactly(
            new UnknownKey("k=9", 2), new UnknownKey("k=null", 1), new UnknownKey("k=8", 1));
    KeyedColumn x = report.columns().get(0);
    assertThat(x.worst())
        .containsExactly(
            new KeyedResult("k=2", 20, 0, 6, 0, 5, 0, Double.POSITIVE_INFINITY, Double.NaN, true),
            new KeyedResult("k=1", 20, 0, 4.5, 0.5, 0.5, 0.5, 8, 1, true));
    assertThat(x.constant()).isEqualTo(1);
    assertThat(x.belowMinCount()).isEqualTo(1);
    assertThat(report.drifted()).isEqualTo(4);
    assertThat(report.worst(1))
        .isEqualTo(
            """
        By k: 6 keys in 45 rows. 3 keys with 4 rows are unknown to the model: transform ends with an error there. Up to 1 key of a column goes by all rows, since the fit saw fewer than 2 values there. 2 columns have drifted within some of the keys.
        column  key  values     mean by  variance times
        x       k=2      20  +Infinity             NaN
        """
                .replace("     mean by  variance times", "    mean by  variance times"));
    assertThat(report.worst(0).lines()).hasSize(1);
    assertThat(report.toString())
        .isEqualTo("KeyReport: key=[k], rows=45, keys=6, unknown=3, drifted=[2, 2, 0]");
    List<Row> frame = report.toDataFrame(LocalSpark.session()).collectAsList();
    assertThat(frame).hasSize(6);
    assertThat(frame.get(1).<Double>getAs("shift")).isEqualTo(8);
    assertThat(frame.get(0).<String>getAs("key")).isEqualTo("k=2");
  }

  @Test
  void nothingToTellIsTold() {
    KeyReport empty = KeyReport.of(small(), data(List.of(), 1));
    assertThat(empty.rows()).isZero();
    assertThat(empty.worst(5))
        .isEqualTo(
            "By k: 0 keys in 0 rows. 3 keys of the model have no row. No column has drifted within a key.\n");
    assertThatThrownBy(() -> empty.worst(-1))
        .hasMessage("Number of keys to show is -1, but must be at least 0.");
    assertThatThrownBy(() -> KeyReport.of(small(), data(List.of(), 1), 1001))
        .hasMessage("Number of keys to list is 1001, but must be from 0 to 1000.");
    BatchNorm plain = stage();
    plain.clear(plain.keyCols());
    BatchNormModel unkeyed = plain.fit(data(List.of(row(1, 1), row(1, 2)), 1));
    assertThatThrownBy(() -> KeyReport.of(unkeyed, data(List.of(), 1)))
        .hasMessageEndingWith("has no statistics by key; look at its columns by ColumnReport.");
    assertThatThrownBy(() -> ColumnReport.of(small(), data(List.of(), 1)))
        .hasMessageEndingWith("use a KeyReport, or a PipelineReport of the model in a pipeline.");
  }

  /**
   * In a pipeline's report the columns are those that are normalised by key, with the keys beside.
   */
  @Test
  void aPipelinesReportHasTheKeys() throws Exception {
    Dataset<Row> data = data(rows(400, 6, 0, 6), 2);
    for (String invalid : new String[] {"error", "skip", "mean"}) {
      BatchNorm stage = stage().setActivation("sigmoid").setUnknownKey("error");
      stage.setHandleInvalid(invalid.equals("error") ? "keep" : invalid);
      BatchNormModel model = stage.fit(data).setHandleInvalid(invalid);
      PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {model}).fit(data);
      Dataset<Row> later = data(rows(300, 9, 1, 7), 2);
      PipelineReport report = PipelineReport.of(pipeline, later, Optional.empty());
      PipelineReport.Stage only = report.stages().get(0);
      assertThat(only.report().columns()).extracting(ColumnResult::name).contains("y", "w[0]");
      assertThat(only.byKey()).contains(KeyReport.of(model, later));
      assertThat(report.worst(3)).contains("columns in trouble", "By k: ", "k=5");
      JsonNode json = new ObjectMapper().readTree(report.toJson());
      assertThat(json.path("byKey"))
          .isEqualTo(new ObjectMapper().readTree(only.byKey().orElseThrow().toJson()));
      assertThat(json.at("/byKey/columns/0/name").asText()).isEqualTo("x");
      assertThat(report.toHtml()).contains("keys-title");
    }
    Locale locale = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(KeyReport.of(small(), data(List.of(row(1, 3)), 1)).worst(9))
          .contains("1 key in 1 row");
    } finally {
      Locale.setDefault(locale);
    }
  }

  /** Each feature has a function of its own there, and columns are of several features. */
  @Test
  void slopesLearnedByFeature() {
    Dataset<Row> data =
        data(rows(300, 3, 0, 4), 2).withColumn("label", functions.expr("double(x > 9)"));
    BatchNormModel model =
        stage()
            .setActivation("prelu")
            .setLearn("supervised")
            .setLabelCol("label")
            .setLoss("logistic")
            .fit(data);
    PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {model}).fit(data);
    ColumnReport report =
        PipelineReport.of(pipeline, data, Optional.empty()).stages().get(0).report();
    assertThat(report.columns())
        .extracting(ColumnResult::name)
        .containsExactly("y", "w[0]", "w[1]");
  }
}
