package io.normact.sql.pass;

import io.normact.math.exact.ByteOutput;
import io.normact.math.exact.Moments;
import io.normact.math.key.KeyStatistics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/** The statistics of one key and the exact sums behind them: each is made of the other here. */
public final class KeyEntries {

  private KeyEntries() {}

  /**
   * The statistics of one key.
   *
   * @param parts the moments of its rows, as {@link FeatureMoments#parts}
   * @param nullCells the rows in which a part's vector or array was null
   */
  public static KeyStatistics.Entry of(
      byte[] key, List<Moments> parts, IntToLongFunction nullCells) {
    int features = parts.stream().mapToInt(Moments::features).sum();
    double[] invalid = new double[features];
    double[] mean = new double[features];
    double[] variance = new double[features];
    ByteOutput sums = new ByteOutput(64 + 32 * features);
    double rows = 0;
    int from = 0;
    for (int p = 0; p < parts.size(); p++) {
      Moments part = parts.get(p);
      long nulls = nullCells.applyAsLong(p);
      for (int j = 0; j < part.features(); j++) {
        long count = part.count(j);
        invalid[from + j] = part.invalid(j) + nulls;
        rows = Math.max(rows, count + invalid[from + j]);
        mean[from + j] = count == 0 ? 0 : part.mean(j);
        variance[from + j] = count == 0 ? 0 : part.variance(j);
      }
      from += part.features();
      byte[] bytes = part.toBytes();
      sums.putCount(nulls);
      sums.putCount(bytes.length);
      sums.put(bytes, 0, bytes.length);
    }
    return new KeyStatistics.Entry(key, rows, invalid, mean, variance, sums.toArray());
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
