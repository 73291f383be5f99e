package io.normact.math.key;

import io.normact.math.exact.ByteOutput;
import io.normact.math.exact.DoublesFormat;
import java.io.Serializable;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.function.IntUnaryOperator;
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

  private static final byte VERSION = 1;
  private static final double[] NONE = {};

  private final List<KeyColumn> columns;
  private final int features;
  private final KeyIndex keys;

  /** By key, rows of positive weight. */
  private final double[] rows;

  /** By key and feature, null, NaN and infinite values; empty where there are none at all. */
  private final double[] invalid;

  private final double[] mean;
  private final double[] variance;

  /** By key, {@code Moments.toBytes} of the key's rows; null where they are unknown. */
  private final byte[] sums;

  private final int[] sumsFrom;

  private KeyStatistics(
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
    boolean summed = sorted.stream().allMatch(entry -> entry.sums != null);
    Builder builder = new Builder(columns, features, sorted.size(), summed);
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
    record Head(KeyStatistics part, int key) {}
    PriorityQueue<Head> heads =
        new PriorityQueue<>((a, b) -> a.part.keys.compare(a.key, b.part.keys, b.key));
    int size = 0;
    boolean summed = true;
    for (KeyStatistics part : parts) {
      size = Math.addExact(size, part.size());
      summed &= part.sums != null;
      if (part.size() > 0) {
        heads.add(new Head(part, 0));
      }
    }
    KeyStatistics first = parts.get(0);
    Builder builder = new Builder(first.columns, first.features, size, summed);
    while (!heads.isEmpty()) {
      Head head = heads.poll();
      builder.add(head.part.entry(head.key));
      if (head.key + 1 < head.part.size()) {
        heads.add(new Head(head.part, head.key + 1));
      }
    }
    return builder.build();
  }

  /** What becomes of the entries of a key in two statistics; either may be null, but not both. */
  public interface Combination {
    Entry of(Entry before, Entry now);
  }

  /** The statistics of all keys of this and another one of the same columns. */
  public KeyStatistics combined(KeyStatistics other, Combination combination) {
    int[] here = new int[size() + other.size()];
    int[] there = new int[here.length];
    int n = 0;
    int a = 0;
    int b = 0;
    while (a < size() || b < other.size()) {
      int order = a == size() ? 1 : b == other.size() ? -1 : keys.compare(a, other.keys, b);
      here[n] = order <= 0 ? a++ : -1;
      there[n++] = order >= 0 ? b++ : -1;
    }
    List<Entry> entries =
        IntStream.range(0, n)
            .parallel()
            .mapToObj(
                i ->
                    combination.of(
                        here[i] < 0 ? null : entry(here[i]),
                        there[i] < 0 ? null : other.entry(there[i])))
            .toList();
    return of(columns, features, entries);
  }

  /** Takes in entries in the keys' order. */
  private static final class Builder {
    final List<KeyColumn> columns;
    final int features;
    final List<byte[]> keys;
    final double[] rows;
    final double[] mean;
    final double[] variance;
    final int[] sumsFrom;
    final ByteOutput sums;
    double[] invalid = NONE;

    Builder(List<KeyColumn> columns, int features, int size, boolean summed) {
      this.columns = columns;
      this.features = features;
      keys = new ArrayList<>(size);
      rows = new double[size];
      mean = new double[Math.multiplyExact(size, features)];
      variance = new double[mean.length];
      sums = summed ? new ByteOutput(size) : null;
      sumsFrom = summed ? new int[size + 1] : null;
    }

    void add(Entry entry) {
      int k = keys.size();
      int at = k * features;
      keys.add(entry.key);
      rows[k] = entry.rows;
      System.arraycopy(entry.mean, 0, mean, at, features);
      System.arraycopy(entry.variance, 0, variance, at, features);
      for (int j = 0; j < features; j++) {
        if (entry.invalid[j] != 0) {
          if (invalid.length == 0) {
            invalid = new double[mean.length];
          }
          invalid[at + j] = entry.invalid[j];
        }
      }
      if (sums != null) {
        sums.put(entry.sums, 0, entry.sums.length);
        sumsFrom[k + 1] = sums.size();
      }
    }

    KeyStatistics build() {
      return new KeyStatistics(
          columns,
          features,
          KeyIndex.of(keys),
          rows,
          invalid,
          mean,
          variance,
          sums == null ? null : sums.toArray(),
          sumsFrom);
    }
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
    Builder builder = new Builder(columns, features, to - from, sums != null);
    for (int k = from; k < to; k++) {
      builder.add(entry(k));
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
    ByteOutput head = new ByteOutput(64);
    head.put(VERSION);
    head.putCount(columns.size());
    for (KeyColumn column : columns) {
      write(head, column.name());
      write(head, column.type());
    }
    head.putCount(features);
    ByteOutput index = new ByteOutput(8 * size());
    keys.write(index);
    List<byte[]> sections = new ArrayList<>();
    sections.add(head.toArray());
    sections.add(index.toArray());
    for (double[] numbers : List.of(rows, invalid, byFeature(mean), byFeature(variance))) {
      sections.add(DoublesFormat.write(numbers));
    }
    if (sums != null) {
      ByteOutput lengths = new ByteOutput(size());
      for (int k = 0; k < size(); k++) {
        lengths.putCount(sumsFrom[k + 1] - sumsFrom[k]);
      }
      sections.add(lengths.toArray());
      sections.add(sums);
    }
    return sections;
  }

  private static void write(ByteOutput out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putCount(bytes.length);
    out.put(bytes, 0, bytes.length);
  }

  private static String readText(ByteBuffer in) {
    byte[] bytes = new byte[Math.min(Math.toIntExact(ByteOutput.readCount(in)), in.remaining())];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A feature's numbers side by side, which are alike. */
  private double[] byFeature(double[] numbers) {
    return reordered(numbers, at -> at / features + at % features * size());
  }

  private static double[] reordered(double[] numbers, IntUnaryOperator place) {
    double[] result = new double[numbers.length];
    for (int at = 0; at < numbers.length; at++) {
      result[place.applyAsInt(at)] = numbers[at];
    }
    return result;
  }

  /**
   * The statistics that {@link #write} made the bytes of.
   *
   * @throws IllegalArgumentException if it made none such
   */
  public static KeyStatistics read(List<byte[]> sections) {
    try {
      return readContent(sections);
    } catch (BufferUnderflowException
        | ArithmeticException
        | IllegalArgumentException
        | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Saved statistics by key are damaged, expected the format version %d.",
              VERSION),
          e);
    }
  }

  private static KeyStatistics readContent(List<byte[]> sections) {
    ByteBuffer head = ByteBuffer.wrap(sections.get(0));
    check(head.get() == VERSION, "the format version is another");
    int width = Math.toIntExact(ByteOutput.readCount(head));
    List<KeyColumn> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      KeyColumn column = new KeyColumn(readText(head), readText(head));
      column.kind(); // A type that no key is made of is damage, too.
      columns.add(column);
    }
    int features = Math.toIntExact(ByteOutput.readCount(head));
    KeyIndex keys = KeyIndex.read(ByteBuffer.wrap(sections.get(1)));
    int size = keys.size();
    int cells = Math.multiplyExact(size, features);
    double[] rows = DoublesFormat.read(sections.get(2));
    double[] invalid = DoublesFormat.read(sections.get(3));
    double[] mean = DoublesFormat.read(sections.get(4));
    double[] variance = DoublesFormat.read(sections.get(5));
    check(
        rows.length == size
            && (invalid.length == 0 || invalid.length == cells)
            && mean.length == cells
            && variance.length == cells,
        "there are more or fewer numbers");
    for (double[] numbers : List.of(rows, invalid, mean, variance)) {
      check(Arrays.stream(numbers).allMatch(Double::isFinite), "a number is not finite");
    }
    IntUnaryOperator place = at -> at / size + at % size * features;
    double[] means = reordered(mean, place);
    double[] variances = reordered(variance, place);
    if (sections.size() == 6) {
      return new KeyStatistics(
          columns, features, keys, rows, invalid, means, variances, null, null);
    }
    ByteBuffer lengths = ByteBuffer.wrap(sections.get(6));
    byte[] sums = sections.get(7);
    int[] sumsFrom = new int[size + 1];
    for (int k = 0; k < size; k++) {
      sumsFrom[k + 1] = Math.addExact(sumsFrom[k], Math.toIntExact(ByteOutput.readCount(lengths)));
    }
    check(sumsFrom[size] == sums.length, "the sums are longer or shorter");
    return new KeyStatistics(
        columns, features, keys, rows, invalid, means, variances, sums, sumsFrom);
  }

  private static void check(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
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
