package io.normact.math.key;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Rows, mean and variance of every feature within each key, column by column in plain arrays, with
 * the exact sums behind them where there are any. Immutable; the same keys and numbers are the same
 * bytes, however they came together.
 */
public final class KeyStatistics implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * The most bytes that the statistics of a model may take, on the driver and where it is saved.
   */
  public static final long MOST_BYTES = 512L << 20;

  /** Means that are combined at a time: as entries they take more than in the end. */
  private static final int COMBINED_AT_A_TIME = 1 << 18;

  final List<KeyColumn> columns;
  final int features;
  final KeyIndex keys;

  /** By key, rows of positive weight. */
  final double[] rows;

  /** By key and feature, null, NaN and infinite values; empty where there are none at all. */
  final double[] invalid;

  final double[] mean;
  final double[] variance;

  /** By key, {@code Moments.toBytes} of the key's rows; null where they are unknown. */
  final byte[] sums;

  final int[] sumsFrom;

  KeyStatistics(
      List<KeyColumn> columns,
      int features,
      KeyIndex keys,
      double[] rows,
      double[] invalid,
      double[] mean,
      double[] variance,
      byte[] sums,
      int[] sumsFrom) {
    this.columns = List.copyOf(columns);
    this.features = features;
    this.keys = keys;
    this.rows = rows;
    this.invalid = invalid;
    this.mean = mean;
    this.variance = variance;
    this.sums = sums;
    this.sumsFrom = sumsFrom;
  }

  /**
   * What is known of one key.
   *
   * @param key its bytes
   * @param rows its rows of positive weight
   * @param invalid by feature, null, NaN and infinite values among those
   * @param mean by feature; 0 without a valid value
   * @param variance by feature; 0 without a valid value
   * @param sums the exact sums, or null
   */
  public record Entry(
      byte[] key, double rows, double[] invalid, double[] mean, double[] variance, byte[] sums)
      implements Serializable {}

  /**
   * The statistics of these keys.
   *
   * @param entries one for each key, in any order
   * @throws IllegalArgumentException if a key stands there twice
   */
  public static KeyStatistics of(List<KeyColumn> columns, int features, Collection<Entry> entries) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort((a, b) -> Arrays.compareUnsigned(a.key, b.key));
    KeyStatisticsBuilder builder = new KeyStatisticsBuilder(columns, features, sorted.size());
    for (int k = 0; k < sorted.size(); k++) {
      if (k > 0 && Arrays.equals(sorted.get(k).key, sorted.get(k - 1).key)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Key %s has statistics twice, but must have them once.",
                text(columns, ByteBuffer.wrap(sorted.get(k).key))));
      }
      builder.add(sorted.get(k));
    }
    return builder.build();
  }

  /** The statistics of all keys of these, which are of the same columns; none has a key twice. */
  public static KeyStatistics concat(List<KeyStatistics> parts) {
    return new KeyMerge(parts).merge();
  }

  /** What becomes of the entries of a key in two statistics; either may be null, but not both. */
  public interface Combination {
    Entry of(Entry before, Entry now);
  }

  /** Who is told how much statistics take, and may refuse them. */
  public interface Sizes {
    void take(long keys, int features, long bytes);
  }

  /**
   * The statistics of all keys of this and another one of the same columns.
   *
   * @param combination gives the entry of a key; several threads call it
   * @param sizes is told how much they take, about, before they are put together
   */
  public KeyStatistics combined(KeyStatistics other, Combination combination, Sizes sizes) {
    int[] here = new int[Math.addExact(size(), other.size())];
    int[] there = new int[here.length];
    long keyBytes = keys.keyBytes();
    long sumBytes = sumBytes();
    int n = 0;
    int a = 0;
    int b = 0;
    while (a < size() || b < other.size()) {
      int order = a == size() ? 1 : b == other.size() ? -1 : keys.compare(a, other.keys, b);
      if (order > 0) {
        keyBytes += other.keys.length(b);
        sumBytes += other.sumBytes(b);
      }
      here[n] = order <= 0 ? a++ : -1;
      there[n++] = order >= 0 ? b++ : -1;
    }
    sizes.take(n, features, leastBytes(n, features, keyBytes, sumBytes));
    // Sums of more rows are a little longer.
    KeyStatisticsBuilder builder =
        new KeyStatisticsBuilder(columns, features, n, keyBytes, sumBytes + sumBytes / 16);
    int step = Math.max(COMBINED_AT_A_TIME / (1 + features), 1);
    for (int from = 0; from < n; from += step) {
      IntStream.range(from, Math.min(from + step, n))
          .parallel()
          .mapToObj(
              i ->
                  combination.of(
                      here[i] < 0 ? null : entry(here[i]),
                      there[i] < 0 ? null : other.entry(there[i])))
          .toList()
          .forEach(builder::add);
    }
    return builder.build();
  }

  /** The columns of a key. */
  public List<KeyColumn> columns() {
    return columns;
  }

  /** The number of features. */
  public int features() {
    return features;
  }

  /** The keys. */
  public KeyIndex keys() {
    return keys;
  }

  /** The number of keys. */
  public int size() {
    return keys.size();
  }

  /** The rows of a key that have a positive weight. */
  public double rows(int key) {
    return rows[key];
  }

  /** The rows of a key in which a feature is null, NaN or infinite. */
  public double invalid(int key, int feature) {
    return invalid.length == 0 ? 0 : invalid[key * features + feature];
  }

  /** The rows of a key in which a feature is valid. */
  public double count(int key, int feature) {
    return rows[key] - invalid(key, feature);
  }

  /** The mean of a feature within a key; 0 without a valid row. */
  public double mean(int key, int feature) {
    return mean[key * features + feature];
  }

  /** The population variance of a feature within a key; 0 without a valid row. */
  public double variance(int key, int feature) {
    return variance[key * features + feature];
  }

  /** Whether every mean is 0. */
  public boolean hasZeroMeans() {
    return Arrays.stream(mean).allMatch(value -> value == 0);
  }

  /** Whether the exact sums are there. */
  public boolean hasSums() {
    return sums != null;
  }

  /** All that is known of a key. */
  public Entry entry(int key) {
    int from = key * features;
    int to = from + features;
    return new Entry(
        keys.copy(key),
        rows[key],
        invalid.length == 0 ? new double[features] : Arrays.copyOfRange(invalid, from, to),
        Arrays.copyOfRange(mean, from, to),
        Arrays.copyOfRange(variance, from, to),
        sums == null ? null : Arrays.copyOfRange(sums, sumsFrom[key], sumsFrom[key + 1]));
  }

  /** The same keys with other numbers in place of means and variances, and without sums. */
  public KeyStatistics with(double[] means, double[] variances) {
    return new KeyStatistics(columns, features, keys, rows, invalid, means, variances, null, null);
  }

  /** Some of the keys, one after the other. */
  public KeyStatistics slice(int from, int to) {
    KeyStatisticsBuilder builder = new KeyStatisticsBuilder(columns, features, to - from);
    for (int k = from; k < to; k++) {
      builder.add(this, k);
    }
    return builder.build();
  }

  /** How many keys have fewer valid values of a feature than so many. */
  public int[] below(int minCount) {
    int[] below = new int[features];
    for (int k = 0; k < size(); k++) {
      for (int j = 0; j < features; j++) {
        below[j] += count(k, j) < minCount ? 1 : 0;
      }
    }
    return below;
  }

  /** The bytes that these statistics take in memory. */
  public long bytes() {
    long numbers = (long) rows.length + invalid.length + mean.length + variance.length;
    return keys.bytes()
        + Double.BYTES * numbers
        + (sums == null ? 0 : sums.length + (long) Integer.BYTES * sumsFrom.length);
  }

  /**
   * The bytes that statistics take in memory at least.
   *
   * @param keyBytes of all keys
   * @param sumBytes of the exact sums of all keys
   */
  public static long leastBytes(long keys, int features, long keyBytes, long sumBytes) {
    return keyBytes
        + sumBytes
        + keys * (2 * Integer.BYTES + Double.BYTES)
        + 2L * Double.BYTES * keys * features;
  }

  /** The bytes of the exact sums of all keys; 0 without any. */
  long sumBytes() {
    return sums == null ? 0 : sums.length;
  }

  private long sumBytes(int key) {
    return sums == null ? 0 : sumsFrom[key + 1] - sumsFrom[key];
  }

  /** A key in messages: {@code store=7, day=2024-01-01}. */
  public static String text(List<KeyColumn> columns, ByteBuffer key) {
    List<String> texts = new ArrayList<>();
    for (KeyColumn column : columns) {
      KeyKind kind = column.kind();
      texts.add(column.name() + "=" + kind.text(kind.read(key)));
    }
    return String.join(", ", texts);
  }

  /** These statistics as bytes, in sections none of which is longer than an array may be. */
  public List<byte[]> write() {
    return write(section -> section);
  }

  /** The same, as a function of each section, which is forgotten then. */
  public <T> List<T> write(Function<byte[], T> section) {
    return KeyStatisticsFormat.write(this, section);
  }

  /**
   * The statistics that {@link #write} made the bytes of.
   *
   * @throws IllegalArgumentException if it made none such
   */
  public static KeyStatistics read(List<byte[]> sections) {
    return KeyStatisticsFormat.read(sections);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyStatistics that
        && features == that.features
        && columns.equals(that.columns)
        && keys.equals(that.keys)
        && Arrays.equals(rows, that.rows)
        && Arrays.equals(invalid, that.invalid)
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(variance, that.variance)
        && Arrays.equals(sums, that.sums);
  }

  @Override
  public int hashCode() {
    return 31 * keys.hashCode() + Arrays.hashCode(mean);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "statistics of %d keys, %d features", size(), features);
  }
}
