package io.normact.math.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Index.atIndex;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.math.ExactReference;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every statistic is the double nearest to the exact one, and no order or partitioning changes it.
 *
 * <p>moments.json: exact rational arithmetic (Python 3 fractions) on the doubles, rounded once.
 * NumAcc1 to NumAcc4 are univariate sets of the NIST Statistical Reference Datasets; the running
 * statistics are torch.nn.BatchNorm1d's, torch 2.13.
 */
class MomentsTest {
  /** Kinds of data: ordinary, of many scales, and the hardest that doubles can be. */
  enum Data {
    NORMAL,
    OFFSET,
    LOGNORMAL,
    INTEGERS,
    CONSTANT,
    ANY_BITS,
    SUBNORMAL,
    HUGE,
    CANCELLING,
    BORDERS,
    SPARSE;

    double next(Random random) {
      double z = random.nextGaussian();
      return switch (this) {
        case NORMAL -> z;
        case OFFSET -> 1e9 + z;
        case LOGNORMAL -> Math.exp(5 * z);
        case INTEGERS -> Math.rint(10 * z);
        case CONSTANT -> 0.1;
        case ANY_BITS -> Double.longBitsToDouble(random.nextLong());
        case SUBNORMAL -> random.nextInt(1000) * Double.MIN_VALUE * Math.signum(z);
        case HUGE -> Double.MAX_VALUE * Math.signum(z) * (random.nextBoolean() ? 1 : 0.5);
        case CANCELLING -> random.nextInt(3) == 0 ? z : Math.copySign(1e200, z);
        case BORDERS -> Math.scalb(z, random.nextBoolean() ? 464 : -428);
        case SPARSE -> random.nextInt(10) == 0 ? z : -0.0;
      };
    }
  }

  private static final int[] WIDTHS = {1, 3, 40, 300};

  private static JsonNode golden() throws IOException {
    try (InputStream in = MomentsTest.class.getResourceAsStream("moments.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static List<double[]> rows(Data data, int count, int features, long seed) {
    Random random = new Random(seed);
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] row = new double[features];
      Arrays.setAll(row, j -> data.next(random));
      rows.add(row);
    }
    return rows;
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static Moments moments(List<double[]> rows, double[] weights) {
    Moments moments = new Moments(rows.get(0).length);
    for (int i = 0; i < rows.size(); i++) {
      moments.add(rows.get(i), weights[i]);
    }
    return moments;
  }

  private static void assertExact(Moments moments, List<double[]> rows, double[] weights) {
    double[] means = moments.means();
    double[] variances = moments.variances();
    // Ten of many features: decimals of a thousand digits take their time.
    for (int j = 0; j < moments.features(); j += 1 + moments.features() / 10) {
      ExactReference.of(rows, weights, j).assertMatches(moments, j);
      assertThat(means).contains(moments.mean(j), atIndex(j));
      assertThat(variances).contains(moments.variance(j), atIndex(j));
    }
  }

  @Test
  void reproducesTheExactAndCertifiedValues() throws IOException {
    for (var set : golden().get("exact").properties()) {
      JsonNode expected = set.getValue();
      int count = expected.get("count").asInt();
      JsonNode values = expected.path("values");
      JsonNode first = expected.path("first3");
      Moments moments = new Moments(1);
      for (int i = 0; i < count; i++) {
        JsonNode value =
            first.isMissingNode() ? values.get(i) : first.get(i == 0 ? 0 : 1 + (i - 1) % 2);
        moments.add(new double[] {value.asDouble()});
      }
      assertThat(moments.mean(0)).as(set.getKey()).isEqualTo(expected.get("mean").asDouble());
      assertThat(moments.variance(0))
          .as(set.getKey())
          .isEqualTo(expected.get("variance").asDouble());
      if (!first.isMissingNode()) {
        // Certified for the decimal data, of which the doubles are the nearest.
        double certified = expected.get("certified_sample_std").asDouble();
        assertThat(Math.sqrt(moments.sampleVariance(0))).isCloseTo(certified, within(1e-8));
      }
    }
  }

  @Test
  void poolsTheBatchesOfRunningStatistics() throws IOException {
    JsonNode golden = golden();
    Moments pooled = new Moments(4);
    Moments first = null;
    for (JsonNode batch : golden.get("batches")) {
      Moments moments = new Moments(4);
      for (JsonNode row : batch) {
        double[] values = new double[4];
        Arrays.setAll(values, j -> row.get(j).asDouble());
        moments.add(values);
      }
      pooled.merge(moments);
      first = first == null ? moments : first;
    }
    JsonNode running = golden.get("running").get("cumulative").get(0);
    for (int j = 0; j < 4; j++) {
      JsonNode expected = golden.get("pooled").get(j);
      assertThat(pooled.count(j)).isEqualTo(expected.get("count").asLong());
      assertThat(pooled.mean(j)).isEqualTo(expected.get("mean").asDouble());
      assertThat(pooled.variance(j)).isEqualTo(expected.get("variance").asDouble());
      double unbiased = running.get("running_var").get(j).asDouble();
      assertThat(first.sampleVariance(j)).isCloseTo(unbiased, within(4 * Math.ulp(unbiased)));
    }
  }

  static Stream<Data> data() {
    return Stream.of(Data.values());
  }

  @ParameterizedTest
  @MethodSource("data")
  void roundsOnce(Data data) {
    for (int features : WIDTHS) {
      List<double[]> rows = rows(data, 60, features, 1 + features);
      Moments moments = moments(rows, ones(60));
      assertExact(moments, rows, ones(60));
      assertExact(Moments.fromBytes(moments.toBytes()), rows, ones(60));
    }
  }

  /** What tasks send is read, merged and read again: wide sums are rounded the quick way then. */
  @ParameterizedTest
  @MethodSource("data")
  void roundsOnceWhatCameFromTasks(Data data) {
    List<double[]> rows = rows(data, 60, 300, 5);
    double[] weights = ones(60);
    // As many as there are rows, but not one each.
    weights[3] = 0.5;
    weights[7] = 1.5;
    for (double[] each : List.of(ones(60), weights)) {
      Moments total = new Moments(300);
      for (int from = 0; from < 60; from += 20) {
        Moments part = new Moments(300);
        for (int i = from; i < from + 20; i++) {
          part.add(rows.get(i), each[i]);
        }
        total.merge(Moments.fromBytes(part.toBytes()));
      }
      assertExact(total, rows, each);
      assertThat(total.toBytes()).isEqualTo(moments(rows, each).toBytes());
    }
  }

  @ParameterizedTest
  @MethodSource("data")
  void roundsWeightedStatisticsOnce(Data data) {
    Random random = new Random(7);
    DoubleSupplier[] kinds = {
      random::nextDouble,
      () -> random.nextInt(4),
      () -> 0,
      () -> Math.scalb(random.nextDouble(), random.nextInt(2000) - 1050),
      () -> Double.MIN_VALUE
    };
    for (int features : WIDTHS) {
      for (DoubleSupplier kind : kinds) {
        List<double[]> rows = rows(data, 40, features, 2 + features);
        double[] weights = new double[40];
        Arrays.setAll(weights, i -> kind.getAsDouble());
        assertExact(moments(rows, weights), rows, weights);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("data")
  void dependsOnNeitherOrderNorPartitions(Data data) {
    Random random = new Random(3);
    for (int features : WIDTHS) {
      List<double[]> rows = new ArrayList<>(rows(data, 90, features, 3));
      byte[] expected = moments(rows, ones(90)).toBytes();
      for (int trial = 0; trial < 5; trial++) {
        Collections.shuffle(rows, random);
        List<Moments> parts = new ArrayList<>();
        for (int from = 0; from < 90; ) {
          int to = Math.min(90, from + 1 + random.nextInt(40));
          parts.add(moments(rows.subList(from, to), ones(90)));
          from = to;
        }
        // A random merge tree, some of its branches through bytes.
        while (parts.size() > 1) {
          Moments one = parts.remove(random.nextInt(parts.size()));
          Moments other = parts.remove(random.nextInt(parts.size()));
          parts.add((random.nextBoolean() ? one : Moments.fromBytes(one.toBytes())).merge(other));
        }
        assertThat(parts.get(0).toBytes()).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("data")
  void sparseRowsAreDenseRowsWithZeros(Data data) {
    for (double weight : new double[] {1, 0.3, 0, 1e-300}) {
      Moments dense = new Moments(20);
      Moments sparse = new Moments(20);
      Random random = new Random(4);
      for (int i = 0; i < 50; i++) {
        int[] indices = random.ints(0, 20).distinct().limit(6).toArray();
        double[] values = new double[6];
        double[] row = new double[20];
        // The last one is beyond the active ones.
        for (int k = 0; k < 5; k++) {
          values[k] = k == 4 ? 0 : data.next(random);
          row[indices[k]] = values[k];
        }
        values[5] = 42;
        dense.add(row, weight);
        sparse.add(indices, values, 5, weight);
      }
      assertThat(sparse.toBytes()).isEqualTo(dense.toBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void wholeWeightIsSoManyRows(int weight) {
    List<double[]> rows = rows(Data.LOGNORMAL, 50, 5, 5);
    Moments weighted = new Moments(5);
    Moments repeated = new Moments(5);
    for (double[] row : rows) {
      weighted.add(row, weight);
      for (int k = 0; k < weight; k++) {
        repeated.add(row);
      }
    }
    assertThat(weighted.means()).isEqualTo(repeated.means());
    assertThat(weighted.variances()).isEqualTo(repeated.variances());
    assertThat(weighted.weight(0)).isEqualTo(repeated.weight(0)).isEqualTo(50.0 * weight);
    assertThat(weighted.count(0)).isEqualTo(50);
    assertThat(repeated.count(0)).isEqualTo(50L * weight);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,0.25", "300,1", "300,1e200"})
  void leavesInvalidValuesOutAndCountsThem(int features, double weight) {
    double[] nan = new double[features];
    double[] infinite = new double[features];
    double[] two = new double[features];
    double[] three = new double[features];
    Arrays.fill(nan, 5);
    nan[0] = Double.NaN;
    Arrays.fill(infinite, Double.NEGATIVE_INFINITY);
    Arrays.fill(two, 2);
    Arrays.fill(three, 3);
    List<double[]> rows = List.of(two, nan, infinite, three);
    double[] weights = {weight, weight, weight, weight};
    Moments moments = moments(rows, weights);
    assertExact(moments, rows, weights);
    assertThat(moments.invalid(0)).isEqualTo(2);
    assertThat(moments.count(0)).isEqualTo(2);
    assertThat(moments.weight(0)).isEqualTo(2 * weight);
    assertThat(moments.mean(0)).isEqualTo(2.5);
    assertThat(moments.variance(0)).isEqualTo(0.25);
    Moments sum = moments(rows, weights).merge(new Moments(features)).merge(moments);
    assertThat(sum.invalid(0)).isEqualTo(4);
    assertThat(sum.invalid(features - 1)).isEqualTo(features == 1 ? 4 : 2);
    assertThat(sum.merge(sum).invalid(0)).isEqualTo(8);
    assertThat(sum.weight(0)).isEqualTo(8 * weight);
    assertThat(sum.mean(0)).isEqualTo(2.5);
  }

  @Test
  void mergesWhatIsLeftOutOfSomeFeaturesOnly() {
    Moments moments = new Moments(2);
    moments.merge(moments(List.of(new double[] {Double.NaN, 1}), ones(1)));
    assertThat(moments.invalid(0)).isEqualTo(1);
    assertThat(moments.invalid(1)).isZero();
    assertThat(moments.mean(0)).isNaN();
    assertThat(moments.mean(1)).isEqualTo(1);
  }

  @Test
  void survivesCancellationAndOverflowOfTheSums() {
    double max = Double.MAX_VALUE;
    Moments moments = new Moments(3);
    moments.add(new double[] {1e200, max, Double.MIN_VALUE});
    moments.add(new double[] {1, max, -0.0});
    moments.add(new double[] {-1e200, max, Double.MIN_VALUE});
    assertThat(moments.mean(0)).isEqualTo(1.0 / 3);
    assertThat(moments.variance(0)).isInfinite();
    assertThat(moments.mean(1)).isEqualTo(max);
    assertThat(moments.variance(1)).isZero();
    assertThat(moments.mean(2)).isEqualTo(Double.MIN_VALUE);
    assertThat(moments.variance(2)).isZero();
  }

  @Test
  void emptyMomentsAreNaN() {
    Moments moments = new Moments(2);
    moments.add(new double[] {1, 2}, 0);
    moments.add(new int[] {1}, new double[] {3}, 1, 0);
    assertThat(moments.features()).isEqualTo(2);
    assertThat(moments.count(0)).isZero();
    assertThat(moments.weight(0)).isZero();
    assertThat(moments.means()).containsOnly(Double.NaN);
    assertThat(moments.variances()).containsOnly(Double.NaN);
    assertThat(moments.toBytes()).isEqualTo(new Moments(2).toBytes());
  }

  @Test
  void takesNoFeaturesAndAMillion() {
    Moments none = new Moments(0);
    none.add(new double[0]);
    assertThat(none.merge(Moments.fromBytes(none.toBytes())).means()).isEmpty();
    int million = 1_000_000;
    Moments many = new Moments(million);
    many.add(new int[] {7, million - 1}, new double[] {3, 4}, 2, 1);
    many.add(new int[0], new double[0], 0, 1);
    assertThat(many.toBytes()).hasSizeLessThan(50);
    assertThat(Moments.fromBytes(many.toBytes()).toBytes()).isEqualTo(many.toBytes());
    double[] means = many.means();
    double[] variances = many.variances();
    assertThat(means[7]).isEqualTo(1.5);
    assertThat(variances[million - 1]).isEqualTo(4);
    assertThat(Arrays.stream(means).sum()).isEqualTo(3.5);
    assertThat(many.sampleVariance(7)).isEqualTo(4.5);
    assertThat(many.sampleVariance(8)).isZero();
  }

  @Test
  void refusesWhatDoesNotFit() {
    Moments moments = new Moments(3);
    assertThatThrownBy(() -> new Moments(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Number of features is -1, expected 0 or more");
    assertThatThrownBy(() -> moments.add(new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Row has 2 values, expected 3");
    for (double weight : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> moments.add(new double[3], weight))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Weight is " + weight + ", expected a finite number of 0 or more");
    }
    assertThatThrownBy(() -> moments.merge(new Moments(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Moments to merge have 4 features, expected 3");
    assertThatThrownBy(() -> moments.add(new int[] {0, 3}, new double[2], 2, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> moments.mean(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(moments.toBytes()).isEqualTo(new Moments(3).toBytes());
  }

  /** Few rows of few features wait in a buffer; what is read and saved must know of them. */
  @Test
  void invalidValuesOfWaitingRowsAreSeen() {
    Moments moments = new Moments(1);
    moments.add(new double[] {Double.NaN});
    moments.add(new double[] {Double.POSITIVE_INFINITY});
    assertThat(Moments.fromBytes(moments.toBytes()).invalid(0)).isEqualTo(2);
    Moments counted = new Moments(1);
    counted.add(new double[] {Double.NaN});
    assertThat(counted.invalid(0)).isEqualTo(1);
    Moments valid = new Moments(1);
    valid.add(new double[] {Double.NaN});
    valid.add(new double[] {3});
    assertThat(valid.count(0)).isEqualTo(1);
    assertThat(valid.mean(0)).isEqualTo(3);
  }

  @Test
  void theWeightOfAllRowsHasAnExponent() {
    Moments moments = new Moments(1);
    assertThat(moments.weightExponent()).isZero();
    moments.add(new double[] {1}, 6);
    assertThat(moments.weightExponent()).isEqualTo(2);
    moments.add(new double[] {1}, 2);
    assertThat(moments.weightExponent()).isEqualTo(3);
  }
}
