package io.normact.sql.pass;

import io.normact.math.array.FiniteValues;
import io.normact.math.exact.ByteOutput;
import io.normact.math.exact.Moments;
import io.normact.math.key.KeyStatistics;
import io.normact.math.key.KeyStatisticsBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Makes the statistics of one key, with the exact sums behind them, out of moments, and reads the
 * moments back from these sums.
 */
public final class KeyEntries {

  private final double[] invalid;
  private final double[] mean;
  private final double[] variance;
  private final ByteOutput sums;
  private final ByteOutput part = new ByteOutput(256);
  private double rows;

  /** Features of the key so far. */
  private int taken;

  /** Memory for the statistics of one key after the other. */
  KeyEntries(int features) {
    invalid = new double[features];
    mean = new double[features];
    variance = new double[features];
    sums = new ByteOutput(64 + 32L * features);
  }

  /** Adds a key, which stands in a part of an array, with the statistics that were taken last. */
  void addTo(KeyStatisticsBuilder builder, byte[] key, int from, int length) {
    builder.add(key, from, length, rows, invalid, mean, variance, sums);
  }

  /** The length of the sums that were taken last. */
  int sumBytes() {
    return sums.size();
  }

  /**
   * The statistics of one key.
   *
   * @param parts the moments of its rows, as {@link FeatureMoments#parts}
   * @param nullCells the rows in which a part's vector or array was null
   */
  public static KeyStatistics.Entry of(
      byte[] key, List<Moments> parts, IntToLongFunction nullCells) {
    KeyEntries own = new KeyEntries(parts.stream().mapToInt(Moments::features).sum());
    own.take(parts, nullCells);
    return new KeyStatistics.Entry(
        key, own.rows, own.invalid, own.mean, own.variance, own.sums.toArray());
  }

  /** Takes the statistics of one key, as {@link #of}. */
  private void take(List<Moments> parts, IntToLongFunction nullCells) {
    begin();
    for (int p = 0; p < parts.size(); p++) {
      take(parts.get(p), nullCells.applyAsLong(p));
    }
  }

  /** Takes the statistics of one key; the widths of all parts are known. */
  void take(KeySums ofKey, KeySums.Spaces spaces) {
    begin();
    for (int p = 0; p < spaces.size(); p++) {
      double[] row = ofKey.onlyRow(p);
      if (row != null && FiniteValues.all(row)) {
        take(row, ofKey.nullCells(p));
      } else {
        take(ofKey.part(p, spaces), ofKey.nullCells(p));
      }
    }
  }

  private void begin() {
    sums.clear();
    rows = 0;
    taken = 0;
  }

  private void take(Moments moments, long nulls) {
    for (int j = 0; j < moments.features(); j++, taken++) {
      long count = moments.count(j);
      invalid[taken] = moments.invalid(j) + nulls;
      rows = Math.max(rows, count + invalid[taken]);
      mean[taken] = count == 0 ? 0 : moments.mean(j);
      variance[taken] = count == 0 ? 0 : moments.variance(j);
    }
    part.clear();
    moments.writeBytes(part);
    takePart(nulls);
  }

  /** What moments have of one row of weight 1, which is finite. */
  private void take(double[] row, long nulls) {
    for (double value : row) {
      invalid[taken] = nulls;
      // A sum begins with 0, so that it is never -0.
      mean[taken] = value + 0.0;
      variance[taken++] = 0;
    }
    rows = Math.max(rows, row.length == 0 ? 0 : 1.0 + nulls);
    part.clear();
    Moments.writeRow(row, part);
    takePart(nulls);
  }

  private void takePart(long nulls) {
    sums.putCount(nulls);
    sums.putCount(part.size());
    sums.put(part.array(), 0, part.size());
  }

  /** The statistics of the rows of two entries of one key; both have their sums. */
  public static KeyStatistics.Entry merged(KeyStatistics.Entry a, KeyStatistics.Entry b) {
    List<Moments> parts = new ArrayList<>();
    List<Long> nulls = new ArrayList<>();
    ByteBuffer first = ByteBuffer.wrap(a.sums());
    ByteBuffer second = ByteBuffer.wrap(b.sums());
    while (first.hasRemaining()) {
      nulls.add(ByteOutput.readCount(first) + ByteOutput.readCount(second));
      parts.add(next(first).merge(next(second)));
    }
    return of(a.key(), parts, nulls::get);
  }

  /**
   * Statistics whose parts are so wide. Those of parts that were empty may have been narrower; what
   * has the widths already stays as it is.
   */
  public static KeyStatistics widened(KeyStatistics statistics, int[] widths) {
    int features = Arrays.stream(widths).sum();
    return statistics.features() == features
        ? statistics
        : KeyStatistics.of(
            statistics.columns(),
            features,
            IntStream.range(0, statistics.size())
                .mapToObj(k -> widened(statistics.entry(k), widths))
                .toList());
  }

  private static KeyStatistics.Entry widened(KeyStatistics.Entry entry, int[] widths) {
    List<Moments> parts = new ArrayList<>();
    List<Long> nulls = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(entry.sums());
    for (int width : widths) {
      nulls.add(ByteOutput.readCount(in));
      Moments part = next(in);
      parts.add(part.features() == 0 ? new Moments(width) : part);
    }
    return of(entry.key(), parts, nulls::get);
  }

  /** The moments of an entry, one for each part. */
  public static List<Moments> parts(KeyStatistics.Entry entry) {
    List<Moments> parts = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(entry.sums());
    while (in.hasRemaining()) {
      ByteOutput.readCount(in);
      parts.add(next(in));
    }
    return parts;
  }

  private static Moments next(ByteBuffer in) {
    byte[] bytes = new byte[(int) ByteOutput.readCount(in)];
    in.get(bytes);
    return Moments.fromBytes(bytes);
  }
}
