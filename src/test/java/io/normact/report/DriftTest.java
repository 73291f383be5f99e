package io.normact.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.LocalSpark;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import io.normact.ml.FeatureInputs;
import io.normact.sql.pass.SampledValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** How new values compare with those of the fit. */
class DriftTest {

  private static Dataset<Row> data(double[] values, int partitions) {
    List<Row> rows = Arrays.stream(values).mapToObj(RowFactory::create).toList();
    return LocalSpark.session()
        .createDataFrame(rows, new StructType().add("x", DataTypes.DoubleType))
        .repartition(partitions);
  }

  private static BatchNorm stage() {
    return new BatchNorm()
        .setInputCol("x")
        .setOutputCol("y")
        .setActivation("tanh")
        .setHistogram(true);
  }

  private static BatchNormModel fit(double... values) {
    return stage().fit(data(values, 2));
  }

  private static ColumnResult look(BatchNormModel model, double... values) {
    return ColumnReport.of(model, data(values, 3)).columns().get(0);
  }

  private static double[] times(int... counts) {
    return IntStream.range(0, counts.length)
        .boxed()
        .flatMapToInt(i -> IntStream.generate(() -> i + 1).limit(counts[i]))
        .asDoubleStream()
        .toArray();
  }

  private static double[] sample(int n, IntToDoubleFunction source) {
    return IntStream.range(0, n).mapToDouble(source).toArray();
  }

  /** Each value has a bin of its own, so all is in the formula, worked out in 50 decimals. */
  @Test
  void numbersAreThoseOfTheFormula() {
    Drift drift = look(fit(times(10, 20, 30, 40)), times(40, 30, 20, 10)).drift().orElseThrow();
    Drift.Comparison comparison = drift.comparison().orElseThrow();
    assertThat(comparison.psi()).isCloseTo(0.9128696382935673, offset(1e-12));
    assertThat(comparison.jensenShannon()).isCloseTo(0.391868160647155, offset(1e-12));
    assertThat(comparison.outsideShare()).isZero();
    assertThat(drift.shift()).isCloseTo(-1, offset(1e-12));
    assertThat(drift.varianceRatio()).isEqualTo(1);
    assertThat(drift.reasons())
        .containsExactly(
            "mean moved by -1 standard deviations of the fit (limit 0.5)",
            "population stability index 0.913 (limit 0.331)");
    assertThat(drift)
        .hasToString(
            "mean by -1.0 standard deviations, variance times 1.0, PSI 0.913, 0% out of range");
    assertThat(comparison.fitted().counts().stream().mapToLong(n -> n).sum()).isEqualTo(100);
    assertThat(comparison.now().counts().stream().mapToLong(n -> n).sum()).isEqualTo(100);
    assertThat(comparison.fitted().from()).isEqualTo(comparison.now().from()).isEqualTo(1);
    assertThat(comparison.fitted().counts().get(0)).isEqualTo(10);
    assertThat(comparison.now().counts().get(31)).isEqualTo(10);
  }

  @Test
  void theRowsOfTheFitHaveNotDrifted() {
    Random random = new Random(1);
    double[] values = sample(3000, i -> random.nextGaussian());
    BatchNormModel model = fit(values);
    ColumnResult same = look(model, values);
    Drift drift = same.drift().orElseThrow();
    Drift.Comparison comparison = drift.comparison().orElseThrow();
    assertThat(
            List.of(
                drift.shift(),
                drift.varianceRatio(),
                comparison.psi(),
                comparison.jensenShannon(),
                comparison.outsideShare()))
        .containsExactly(0.0, 1.0, 0.0, 0.0, 0.0);
    assertThat(same.after().orElseThrow().verdict()).isEqualTo(Verdict.FINE);
    // Others of the same population: many of them, and a few.
    for (int n : new int[] {2500, 40}) {
      assertThat(look(model, sample(n, i -> random.nextGaussian())).drift().orElseThrow().drifted())
          .isFalse();
    }
  }

  /** Mean and variance as they were: only the histogram tells. */
  @Test
  void anotherShapeIsADrift() {
    Random random = new Random(2);
    BatchNormModel model = fit(sample(4000, i -> random.nextGaussian()));
    ColumnResult now = look(model, sample(1000, i -> i % 2 == 0 ? 1.0 : -1.0));
    Drift drift = now.drift().orElseThrow();
    assertThat(drift.reasons()).hasSize(1);
    assertThat(drift.comparison().orElseThrow().jensenShannon()).isGreaterThan(0.5);
    Finding finding = now.after().orElseThrow().findings().get(0);
    assertThat(finding.verdict()).isEqualTo(Verdict.DRIFTED);
    assertThat(finding.reason())
        .startsWith("Population stability index ")
        .endsWith(" (limit 0.25).");
    assertThat(now.after().orElseThrow().findings()).noneMatch(f -> f.verdict() == Verdict.FINE);
    assertThat(now.before().findings()).noneMatch(f -> f.verdict() == Verdict.DRIFTED);
  }

  @Test
  void valuesOutsideOfTheFittedRangeAreADrift() {
    BatchNormModel model = fit(sample(4000, i -> i % 1000));
    double[] values = sample(2000, i -> i % 50 == 7 ? 1010 : i % 100 == 3 ? -5 : i % 1000);
    Drift drift = look(model, values).drift().orElseThrow();
    assertThat(drift.comparison().orElseThrow().outsideShare()).isEqualTo(0.03);
    assertThat(drift.reasons())
        .containsExactly("3.0% of the values outside of the fitted range (limit 1.0%)");
  }

  @Test
  void fewValuesAreNotJudgedAndNoneHaveNoDrift() {
    BatchNormModel model = fit(times(10, 20, 30, 40));
    ColumnResult few = look(model, sample(29, i -> 100 + i));
    assertThat(few.drift().orElseThrow().drifted()).isFalse();
    assertThat(few.drift().orElseThrow().comparison().orElseThrow().outsideShare()).isEqualTo(1);
    assertThat(look(model, sample(30, i -> 100 + i)).drift().orElseThrow().drifted()).isTrue();
    assertThat(look(model, Double.NaN).drift()).isEmpty();
  }

  @Test
  void aModelWithoutHistogramsComparesMeanAndVariance() throws Exception {
    double[] values = sample(100, i -> i % 7);
    BatchNormModel model = stage().setHistogram(false).fit(data(values, 2));
    ColumnReport report = ColumnReport.of(model, data(sample(100, i -> i % 7 + 3), 2));
    Drift drift = report.columns().get(0).drift().orElseThrow();
    assertThat(drift.comparison()).isEmpty();
    assertThat(drift.drifted()).isTrue();
    assertThat(drift).hasToString("mean by +1.5 standard deviations, variance times 1.0");
    JsonNode json = new ObjectMapper().readTree(report.toJson()).at("/columns/0/drift");
    assertThat(json.get("drifted").asBoolean()).isTrue();
    assertThat(json.has("psi")).isFalse();
    Row row = report.toDataFrame(LocalSpark.session()).head();
    assertThat(row.<Double>getAs("shift")).isEqualTo(drift.shift());
    assertThat(row.<Double>getAs("psi")).isNull();
    ColumnReport plain = ColumnReport.of(data(values, 1), List.of("x"), model.getActivation());
    assertThat(plain.columns().get(0).drift()).isEmpty();
    assertThat(plain.toDataFrame(LocalSpark.session()).head().<Double>getAs("shift")).isNull();
  }

  @Test
  void jsonAndFrameHoldTheNumbers() throws Exception {
    ColumnReport report =
        ColumnReport.of(fit(times(10, 20, 30, 40)), data(times(40, 30, 20, 10), 2));
    Drift.Comparison comparison =
        report.columns().get(0).drift().orElseThrow().comparison().orElseThrow();
    JsonNode json = new ObjectMapper().readTree(report.toJson()).at("/columns/0/drift");
    assertThat(json.get("psi").asDouble()).isEqualTo(comparison.psi());
    assertThat(json.get("jensenShannon").asDouble()).isEqualTo(comparison.jensenShannon());
    assertThat(json.get("outsideShare").asDouble()).isZero();
    assertThat(json.at("/fitted/counts")).hasSize(Histogram.BINS);
    assertThat(json.at("/now/to").asDouble()).isEqualTo(4);
    for (Row row : report.toDataFrame(LocalSpark.session()).collectAsList()) {
      assertThat(row.<Double>getAs("psi")).isEqualTo(comparison.psi());
      assertThat(row.<Double>getAs("jensenShannon")).isEqualTo(comparison.jensenShannon());
      assertThat(row.<Double>getAs("outsideShare")).isZero();
    }
  }

  /** Vectors, sparse and dense, in any order and partitioning; rows of weight 0 don't count. */
  @Test
  void doesNotDependOnOrderPartitionsOrSparsity() {
    Random random = new Random(9);
    List<Row> fitted = new ArrayList<>();
    List<Row> sparse = new ArrayList<>();
    List<Row> dense = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      double x = random.nextInt(3) == 0 ? random.nextGaussian() : 0;
      double y = random.nextInt(3) == 0 ? 4 : 0;
      double w = random.nextInt(4);
      fitted.add(RowFactory.create(Vectors.dense(x, y / 2), 1.0));
      sparse.add(RowFactory.create(Vectors.dense(x + 1, y).toSparse(), w));
      dense.add(RowFactory.create(Vectors.dense(x + 1, y), w));
    }
    StructType schema = new StructType().add("x", new VectorUDT()).add("w", DataTypes.DoubleType);
    Dataset<Row> first = LocalSpark.session().createDataFrame(fitted, schema);
    for (boolean weighted : new boolean[] {false, true}) {
      BatchNorm stage = weighted ? stage().setWeightCol("w") : stage();
      BatchNormModel model = stage.fit(first);
      ColumnReport one =
          ColumnReport.of(model, LocalSpark.session().createDataFrame(sparse, schema).coalesce(1));
      Collections.shuffle(dense, random);
      ColumnReport other =
          ColumnReport.of(
              model, LocalSpark.session().createDataFrame(dense, schema).repartition(5));
      for (int j = 0; j < 2; j++) {
        Drift.Comparison a = comparison(one, j);
        Drift.Comparison b = comparison(other, j);
        assertThat(List.of(a.psi(), a.jensenShannon(), a.outsideShare()))
            .isEqualTo(List.of(b.psi(), b.jensenShannon(), b.outsideShare()));
      }
      long rows =
          weighted ? sparse.stream().filter(row -> row.getDouble(1) > 0).count() : sparse.size();
      long fours =
          sparse.stream()
              .filter(row -> !weighted || row.getDouble(1) > 0)
              .filter(row -> ((org.apache.spark.ml.linalg.Vector) row.get(0)).apply(1) == 4)
              .count();
      assertThat(comparison(one, 1).outsideShare()).isEqualTo((double) fours / rows);
    }
  }

  private static Drift.Comparison comparison(ColumnReport report, int feature) {
    return report.columns().get(feature).drift().orElseThrow().comparison().orElseThrow();
  }

  /** However the values are spread, both histograms have all of them. */
  @Test
  void drawnHistogramsAddUp() {
    Random random = new Random(6);
    for (int round = 0; round < 4; round++) {
      int exponents = new int[] {1, 3, 300, 900}[round];
      double[] values =
          sample(
              1500,
              i -> Math.scalb(random.nextGaussian(), random.nextInt(exponents) - exponents / 2));
      FittedValues fitted = new FittedValues(FeatureInputs.histograms(fit(values)).get(0));
      double[] other =
          sample(500, i -> Math.scalb(random.nextGaussian(), random.nextInt(30))).clone();
      Arrays.sort(other);
      for (Histogram drawn : fitted.beside(new SampledValues(other, 500))) {
        long all = drawn.counts().stream().mapToLong(n -> n).sum() + drawn.below() + drawn.above();
        assertThat(all).isIn(1500L, 500L);
        assertThat(drawn.counts()).hasSize(Histogram.BINS).allMatch(n -> n >= 0);
      }
      // Close to what is drawn of the values themselves, where the buckets are fine.
      Arrays.sort(values);
      Histogram[] both = fitted.beside(new SampledValues(values, 1500));
      for (int bin = 0; bin < Histogram.BINS; bin++) {
        assertThat(both[0].counts().get(bin))
            .isCloseTo(both[1].counts().get(bin), within(round == 0 ? 60L : 400L));
      }
    }
  }
}
