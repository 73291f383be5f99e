package io.normact.math.histogram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a histogram holds is a property of the values, not of how they came. */
class ValueHistogramTest {

  private record Bucket(double low, double high, long count) {}

  private static List<Bucket> buckets(ValueHistogram histogram) {
    List<Bucket> buckets = new ArrayList<>();
    histogram.buckets((low, high, count) -> buckets.add(new Bucket(low, high, count)));
    return buckets;
  }

  private static DoubleSupplier source(String kind, Random random) {
    return switch (kind) {
      case "normal" -> random::nextGaussian;
      case "far from 0" -> () -> 1.7e9 + random.nextInt(100_000);
      case "few" -> () -> random.nextInt(5) - 2;
      case "whole" -> () -> random.nextInt(700);
      case "zeros" -> () -> random.nextInt(3) > 0 ? (random.nextBoolean() ? 0.0 : -0.0) : 9.9;
      case "tails" -> () -> Math.scalb(random.nextGaussian(), random.nextInt(2000) - 1000);
      case "any" ->
          () -> {
            double x = Double.longBitsToDouble(random.nextLong());
            return Double.isFinite(x)
                ? x
                : random.nextBoolean() ? Double.MAX_VALUE : -Double.MAX_VALUE;
          };
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /** The buckets by the definition, from all values at once. */
  private static List<Bucket> byDefinition(double[] values) {
    TreeSet<Long> keys = new TreeSet<>();
    for (double x : values) {
      keys.add(ValueHistogram.key(x));
    }
    int level = 0;
    while (keys.size() > ValueHistogram.MOST_BUCKETS) {
      TreeSet<Long> shorter = new TreeSet<>();
      keys.forEach(key -> shorter.add(key >> 1));
      keys = shorter;
      level++;
    }
    int by = level;
    double min = Arrays.stream(values).min().orElseThrow() + 0.0;
    double max = Arrays.stream(values).max().orElseThrow() + 0.0;
    Map<Long, Bucket> buckets = new TreeMap<>();
    for (double x : values) {
      long key = ValueHistogram.key(x) >> by;
      double low = Math.max(min, finite(key << by));
      double high = Math.min(max, finite((key << by) | ((1L << by) - 1)));
      buckets.merge(key, new Bucket(low, high, 1), (a, b) -> new Bucket(low, high, a.count + 1));
    }
    return List.copyOf(buckets.values());
  }

  private static double finite(long key) {
    double x = ValueHistogram.value(key);
    return Double.isNaN(x) ? (key < 0 ? -Double.MAX_VALUE : Double.MAX_VALUE) : x;
  }

  @ParameterizedTest
  @ValueSource(strings = {"normal", "far from 0", "few", "whole", "zeros", "tails", "any"})
  void isTheSameInAnyOrderAndPartitioning(String kind) {
    Random random = new Random(kind.hashCode());
    for (int round = 0; round < 8; round++) {
      int n = 1 + random.nextInt(round < 4 ? 300 : 4000);
      DoubleSupplier source = source(kind, random);
      List<Double> values = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        values.add(source.getAsDouble());
      }
      ValueHistogram whole = new ValueHistogram();
      values.forEach(whole::add);
      double[] array = values.stream().mapToDouble(Double::doubleValue).toArray();
      assertThat(buckets(whole)).isEqualTo(byDefinition(array));
      assertThat(whole.count()).isEqualTo(n);
      Collections.shuffle(values, random);
      List<ValueHistogram> parts = new ArrayList<>();
      for (int p = 0; p < 5; p++) {
        parts.add(new ValueHistogram());
      }
      values.forEach(x -> parts.get(Math.min(4, random.nextInt(10))).add(x));
      Collections.shuffle(parts, random);
      ValueHistogram merged = parts.remove(0);
      parts.forEach(merged::merge);
      FeatureHistograms a = new FeatureHistograms(new ValueHistogram[] {whole});
      FeatureHistograms b = new FeatureHistograms(new ValueHistogram[] {merged});
      assertThat(b.toBytes()).isEqualTo(a.toBytes());
      assertThat(FeatureHistograms.fromBytes(a.toBytes()).toBytes()).isEqualTo(a.toBytes());
      assertThat(buckets(FeatureHistograms.fromBytes(a.toBytes()).of(0))).isEqualTo(buckets(whole));
    }
  }

  /** 1,000 normal values a few hundred bytes, and not a bucket in four is wider than an eighth. */
  @Test
  void isSmallAndFine() {
    Random random = new Random(7);
    FeatureHistograms histograms = new FeatureHistograms(1);
    for (int i = 0; i < 100_000; i++) {
      histograms.add(new double[] {100 + 15 * random.nextGaussian()});
    }
    assertThat(histograms.toBytes()).hasSizeLessThan(800);
    assertThat(buckets(histograms.of(0)))
        .hasSizeBetween(ValueHistogram.MOST_BUCKETS / 4, ValueHistogram.MOST_BUCKETS)
        .allMatch(bucket -> bucket.high - bucket.low < 15 / 4.0);
  }

  @Test
  void oneValueFarOutCostsABucketAlone() {
    ValueHistogram histogram = new ValueHistogram();
    for (int i = 0; i < ValueHistogram.MOST_BUCKETS - 2; i++) {
      histogram.add(i);
    }
    histogram.add(1e300);
    histogram.add(-1e300, 3);
    assertThat(buckets(histogram))
        .hasSize(ValueHistogram.MOST_BUCKETS)
        .allMatch(bucket -> bucket.low == bucket.high)
        .startsWith(new Bucket(-1e300, -1e300, 3), new Bucket(0, 0, 1))
        .endsWith(new Bucket(1e300, 1e300, 1));
    assertThat(histogram.min()).isEqualTo(-1e300);
    assertThat(histogram.max()).isEqualTo(1e300);
  }

  @Test
  void nothingIsNothing() {
    ValueHistogram histogram = new ValueHistogram();
    histogram.add(5, 0);
    histogram.merge(new ValueHistogram());
    assertThat(histogram.count()).isZero();
    assertThat(buckets(histogram)).isEmpty();
    assertThat(histogram.min()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(histogram.max()).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @CsvSource({"-0.0, 0", "0.0, 0", "4.9e-324, 1", "1, 4607182418800017408", "-4.9e-324, -2"})
  void doublesAreNumberedInOrder(double x, long key) {
    assertThat(ValueHistogram.key(x)).isEqualTo(key);
    assertThat(ValueHistogram.value(key)).isEqualTo(x + 0.0);
  }
}
