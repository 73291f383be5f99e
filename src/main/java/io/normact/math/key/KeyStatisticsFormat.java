package io.normact.math.key;

import io.normact.math.exact.ByteOutput;
import io.normact.math.exact.DoublesFormat;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The bytes of {@link KeyStatistics}, in sections: version, columns and features; keys; rows, null
 * and invalid values, means and variances, those by feature; and where there are exact sums, their
 * lengths and they.
 */
final class KeyStatisticsFormat {

  private static final byte VERSION = 1;

  private KeyStatisticsFormat() {}

  /** Writes the sections, and makes something of each. */
  static <T> List<T> write(KeyStatistics statistics, Function<byte[], T> made) {
    List<KeyColumn> columns = statistics.columns;
    int features = statistics.features;
    int size = statistics.size();
    ByteOutput head = new ByteOutput(64);
    head.put(VERSION);
    head.putCount(columns.size());
    for (KeyColumn column : columns) {
      write(head, column.name());
      write(head, column.type());
    }
    head.putCount(features);
    List<Supplier<byte[]>> sections = new ArrayList<>();
    sections.add(head::toArray);
    sections.add(
        () -> {
          ByteOutput index = new ByteOutput(8L * size);
          statistics.keys.write(index);
          return index.end();
        });
    sections.add(() -> DoublesFormat.write(statistics.rows));
    sections.add(() -> DoublesFormat.write(statistics.invalid));
    sections.add(() -> DoublesFormat.write(transposed(statistics.mean, size, features)));
    sections.add(() -> DoublesFormat.write(transposed(statistics.variance, size, features)));
    if (statistics.sums != null) {
      sections.add(
          () -> {
            ByteOutput lengths = new ByteOutput(size);
            for (int k = 0; k < size; k++) {
              lengths.putCount(statistics.sumsFrom[k + 1] - statistics.sumsFrom[k]);
            }
            return lengths.end();
          });
      sections.add(() -> statistics.sums);
    }
    return sideBySide(sections, made);
  }

  /**
   * What is made of each section. Whoever is free takes the next one, from the last on, where the
   * longest are: a parallel stream of so few gives a thread several, however long they are.
   */
  private static <T> List<T> sideBySide(List<Supplier<byte[]>> sections, Function<byte[], T> made) {
    List<T> all = new ArrayList<>(Collections.nCopies(sections.size(), null));
    AtomicInteger left = new AtomicInteger(sections.size());
    IntStream.rangeClosed(0, ForkJoinPool.getCommonPoolParallelism())
        .parallel()
        .forEach(
            thread -> {
              for (int s = left.decrementAndGet(); s >= 0; s = left.decrementAndGet()) {
                all.set(s, made.apply(sections.get(s).get()));
              }
            });
    return all;
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

  /** Rows of a matrix as columns: a feature's numbers side by side are alike. */
  private static double[] transposed(double[] numbers, int rows, int columns) {
    double[] result = new double[numbers.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        result[column * rows + row] = numbers[row * columns + column];
      }
    }
    return result;
  }

  /** Reads what {@link #write} wrote; an IllegalArgumentException says that it wrote none such. */
  static KeyStatistics read(List<byte[]> sections) {
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
    List<double[]> all = sections.subList(2, 6).parallelStream().map(DoublesFormat::read).toList();
    double[] rows = all.get(0);
    double[] invalid = all.get(1);
    double[] mean = all.get(2);
    double[] variance = all.get(3);
    check(
        rows.length == size
            && (invalid.length == 0 || invalid.length == cells)
            && mean.length == cells
            && variance.length == cells,
        "there are more or fewer numbers");
    for (double[] numbers : all) {
      check(Arrays.stream(numbers).allMatch(Double::isFinite), "a number is not finite");
    }
    double[] means = transposed(mean, features, size);
    double[] variances = transposed(variance, features, size);
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
}
