package io.normact.math.histogram;

import java.util.Arrays;

/**
 * A histogram of finite doubles in bounded memory. It is the same for the same values, in whichever
 * order they came and however their parts were merged. Mutable.
 *
 * <p>Every double has a number, made of its bits: the greater the double, the greater the number. A
 * bucket holds the doubles whose numbers are the same without their lowest {@link #level} bits. So
 * a bucket is the wider, the further it lies from 0. At level 0 each value has a bucket of its own.
 *
 * <p>The level is the least at which at most {@value #MOST_BUCKETS} buckets hold a value. It
 * follows from which values there are. Two histograms are merged at the greater of their levels, or
 * at a higher one if there are too many buckets then.
 *
 * <p>A value far out takes a bucket of its own. The others don't become coarser by it, as bins of
 * equal width would. -0.0 counts as 0.
 *
 * <p>UDDSketch merges buckets in the same way, but its buckets are of the logarithm: Epicoco,
 * Melle, Cafaro, Pulimeno and Morleo, UDDSketch: Accurate Tracking of Quantiles in Data Streams,
 * IEEE Access 8, 2020.
 */
public final class ValueHistogram {

  /** The most buckets that hold a value. */
  public static final int MOST_BUCKETS = 256;

  private static final int FIRST_ROOM = 16;

  /** Of Knuth's multiplicative hashing: 2^64 over the golden ratio. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** By hash; a place with the count 0 is free. */
  private long[] keys = new long[FIRST_ROOM];

  private long[] counts = new long[FIRST_ROOM];
  private int used;
  private int level;
  private long count;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  /** The number of a double in ascending order. */
  static long key(double x) {
    long bits = Double.doubleToRawLongBits(x + 0.0);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  /** The double of this number. */
  static double value(long key) {
    return Double.longBitsToDouble(key ^ ((key >> 63) & Long.MAX_VALUE));
  }

  /** Adds a finite value. */
  public void add(double x) {
    add(x, 1);
  }

  /** Adds a finite value so many times, 0 or more. */
  public void add(double x, long times) {
    if (times > 0) {
      see(x, x, times);
      put(key(x) >> level, times);
    }
  }

  private void see(double least, double greatest, long times) {
    if (least < min) {
      min = least + 0.0;
    }
    if (greatest > max) {
      max = greatest + 0.0;
    }
    count += times;
  }

  /** Adds the values of another one. */
  public void merge(ValueHistogram other) {
    if (other.count == 0) {
      return;
    }
    coarsen(other.level);
    see(other.min, other.max, other.count);
    for (int i = 0; i < other.keys.length; i++) {
      if (other.counts[i] > 0) {
        // The level may rise on the way.
        put(other.keys[i] >> (level - other.level), other.counts[i]);
      }
    }
  }

  private void put(long key, long times) {
    int mask = keys.length - 1;
    int i = place(key, mask);
    while (counts[i] != 0 && keys[i] != key) {
      i = (i + 1) & mask;
    }
    if (counts[i] == 0) {
      keys[i] = key;
      used++;
    }
    counts[i] += times;
    if (used > MOST_BUCKETS) {
      coarsen(level + leastToMerge());
    } else if (2 * used > keys.length) {
      rehash(2 * keys.length, 0);
    }
  }

  /**
   * Where a key is looked for first: by the product's top bits, since keys may all end in zeros.
   */
  private static int place(long key, int mask) {
    return (int) ((key * GOLDEN) >>> Long.numberOfLeadingZeros(mask));
  }

  /** By how many bits keys have to be shortened for the first two to be the same. */
  private int leastToMerge() {
    long[] sorted = sortedKeys();
    int least = Long.SIZE;
    for (int i = 1; i < sorted.length; i++) {
      least = Math.min(least, Long.SIZE - Long.numberOfLeadingZeros(sorted[i - 1] ^ sorted[i]));
    }
    return least;
  }

  private void coarsen(int to) {
    if (to > level) {
      int by = to - level;
      level = to;
      rehash(keys.length, by);
    }
  }

  private void rehash(int room, int shift) {
    long[] oldKeys = keys;
    long[] oldCounts = counts;
    keys = new long[room];
    counts = new long[room];
    used = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldCounts[i] > 0) {
        put(oldKeys[i] >> shift, oldCounts[i]);
      }
    }
  }

  /** The keys of the buckets, without the bits that they leave out, in ascending order. */
  long[] sortedKeys() {
    long[] sorted = new long[used];
    int n = 0;
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] > 0) {
        sorted[n++] = keys[i];
      }
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /** How many values there are. */
  public long count() {
    return count;
  }

  /** The least value; infinity without any. */
  public double min() {
    return min;
  }

  /** The greatest value; minus infinity without any. */
  public double max() {
    return max;
  }

  /** How many of the lowest bits of a value its bucket leaves out. */
  int level() {
    return level;
  }

  /** What {@link #buckets} sees. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * A bucket.
     *
     * @param low its least double, or the least of all values
     * @param high its greatest double, or the greatest of all values
     * @param count how many values it holds, above 0
     */
    void bucket(double low, double high, long count);
  }

  /** Shows the buckets that hold a value, in ascending order. */
  public void buckets(Visitor visitor) {
    for (long key : sortedKeys()) {
      long first = key << level;
      long last = first | ((1L << level) - 1);
      // Bits of no number stand beyond the infinities only.
      visitor.bucket(
          value(Math.max(first, key(min))), value(Math.min(last, key(max))), countOf(key));
    }
  }

  /** How many values a bucket holds that is there. */
  long countOf(long key) {
    int mask = keys.length - 1;
    int i = place(key, mask);
    while (keys[i] != key) {
      i = (i + 1) & mask;
    }
    return counts[i];
  }

  /** What was saved. */
  static ValueHistogram of(int level, double min, double max, long[] keys, long[] counts) {
    ValueHistogram histogram = new ValueHistogram();
    histogram.level = level;
    for (int i = 0; i < keys.length; i++) {
      histogram.count = Math.addExact(histogram.count, counts[i]);
      histogram.put(keys[i], counts[i]);
    }
    histogram.min = min;
    histogram.max = max;
    return histogram;
  }
}
