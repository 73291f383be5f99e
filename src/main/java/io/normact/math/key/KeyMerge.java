package io.normact.math.key;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Statistics of different keys as one, in the keys' order. Ranges of keys are merged side by side:
 * how many keys and bytes stand before a range is known, so each is written to its place.
 */
final class KeyMerge {

  /** Fewer are not worth another range. */
  private static final int KEYS_A_RANGE = 1 << 10;

  private static final int MOST_RANGES = 64;

  private final List<KeyStatistics> parts;
  private final int features;

  /** By range, and for the end, the first key of each part. */
  private final int[][] bounds;

  private final byte[] keys;
  private final int[] keysFrom;
  private final double[] rows;
  private final double[] invalid;
  private final double[] mean;
  private final double[] variance;
  private final byte[] sums;
  private final int[] sumsFrom;

  KeyMerge(List<KeyStatistics> parts) {
    this.parts = parts;
    features = parts.get(0).features;
    int size = 0;
    long keyBytes = 0;
    long sumBytes = 0;
    boolean summed = true;
    boolean valid = true;
    for (KeyStatistics part : parts) {
      size = Math.addExact(size, part.size());
      keyBytes += part.keys.keyBytes();
      sumBytes += part.sumBytes();
      summed &= part.sums != null;
      valid &= part.invalid.length == 0;
    }
    bounds = bounds(Math.max(Math.min(size / KEYS_A_RANGE, MOST_RANGES), 1));
    keys = new byte[Math.toIntExact(keyBytes)];
    keysFrom = new int[size + 1];
    rows = new double[size];
    mean = new double[Math.multiplyExact(size, features)];
    variance = new double[mean.length];
    invalid = new double[valid ? 0 : mean.length];
    sums = summed ? new byte[Math.toIntExact(sumBytes)] : null;
    sumsFrom = summed ? new int[size + 1] : null;
  }

  /** Where ranges begin: at keys of the largest part that are the same number of keys apart. */
  private int[][] bounds(int ranges) {
    KeyStatistics largest =
        parts.stream().max(Comparator.comparingInt(KeyStatistics::size)).orElseThrow();
    int[][] result = new int[ranges + 1][parts.size()];
    for (int p = 0; p < parts.size(); p++) {
      KeyIndex part = parts.get(p).keys;
      for (int r = 1; r < ranges; r++) {
        int splitter = (int) ((long) largest.size() * r / ranges);
        result[r][p] = first(part, result[r - 1][p], largest.keys, splitter);
      }
      result[ranges][p] = part.size();
    }
    return result;
  }

  /** The first key of a part, from one on, that is not below a key of another part. */
  private static int first(KeyIndex part, int from, KeyIndex other, int key) {
    int low = from;
    int high = part.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (part.compare(middle, other, key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  KeyStatistics merge() {
    IntStream.range(0, bounds.length - 1).parallel().forEach(this::merge);
    return new KeyStatistics(
        parts.get(0).columns,
        features,
        KeyIndex.of(keys, keysFrom),
        rows,
        invalid,
        mean,
        variance,
        sums,
        sumsFrom);
  }

  private void merge(int range) {
    PriorityQueue<Head> heads = new PriorityQueue<>();
    int at = 0;
    int keysAt = 0;
    int sumsAt = 0;
    for (int p = 0; p < parts.size(); p++) {
      KeyStatistics part = parts.get(p);
      int from = bounds[range][p];
      at += from;
      keysAt += part.keys.from(from);
      sumsAt += sums == null ? 0 : part.sumsFrom[from];
      if (from < bounds[range + 1][p]) {
        heads.add(new Head(part, from, bounds[range + 1][p]));
      }
    }
    while (!heads.isEmpty()) {
      Head head = heads.poll();
      KeyStatistics part = head.part;
      int key = head.key;
      keysAt = part.keys.copy(key, keys, keysAt);
      rows[at] = part.rows[key];
      System.arraycopy(part.mean, key * features, mean, at * features, features);
      System.arraycopy(part.variance, key * features, variance, at * features, features);
      if (part.invalid.length > 0) {
        System.arraycopy(part.invalid, key * features, invalid, at * features, features);
      }
      if (sums != null) {
        int length = part.sumsFrom[key + 1] - part.sumsFrom[key];
        System.arraycopy(part.sums, part.sumsFrom[key], sums, sumsAt, length);
        sumsAt += length;
        sumsFrom[at + 1] = sumsAt;
      }
      keysFrom[++at] = keysAt;
      if (++head.key < head.end) {
        heads.add(head);
      }
    }
  }

  /** The next key of a part. */
  private static final class Head implements Comparable<Head> {
    final KeyStatistics part;
    final int end;
    int key;

    Head(KeyStatistics part, int key, int end) {
      this.part = part;
      this.key = key;
      this.end = end;
    }

    @Override
    public int compareTo(Head other) {
      return part.keys.compare(key, other.part.keys, other.key);
    }
  }
}
