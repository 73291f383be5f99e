package io.normact.math.histogram;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A few bins that fitted values fall into about evenly, to compare other values with them. The
 * first and the last one have no end, so that each value falls into one. Immutable.
 *
 * <p>A bin ends where the buckets of a {@link ValueHistogram} reach another {@value #SHARES}th of
 * all values. A bucket that holds as much by itself, such as that of a frequent value, has a bin of
 * its own. So there are at most twice as many bins. A value between two buckets goes to the bin
 * below.
 */
public final class ReferenceBins implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Into so many parts values are divided. Deciles and twenty parts are usual. */
  static final int SHARES = 16;

  private final double min;
  private final double max;

  /** The least value of each bin but the first. */
  private final double[] edges;

  private final long[] counts;

  /** The bins of fitted values; none where there are no values. */
  public ReferenceBins(ValueHistogram histogram) {
    min = histogram.min();
    max = histogram.max();
    Cutter cutter = new Cutter(histogram.count());
    histogram.buckets(cutter);
    edges = cutter.starts.stream().skip(1).mapToDouble(Double::doubleValue).toArray();
    counts = cutter.counts.stream().mapToLong(Long::longValue).toArray();
  }

  /** Puts buckets together to bins. */
  private static final class Cutter implements ValueHistogram.Visitor {

    private final long all;
    private final List<Double> starts = new ArrayList<>();
    private final List<Long> counts = new ArrayList<>();
    private long before;
    private boolean open;

    Cutter(long all) {
      this.all = all;
    }

    @Override
    public void bucket(double low, double high, long count) {
      boolean alone = count >= (double) all / SHARES;
      if (open && !alone) {
        int last = counts.size() - 1;
        counts.set(last, counts.get(last) + count);
      } else {
        starts.add(low);
        counts.add(count);
      }
      open = !alone && share(before) == share(before + count);
      before += count;
    }

    private int share(long upTo) {
      return (int) ((double) upTo / all * SHARES);
    }
  }

  /** The number of bins. */
  public int size() {
    return counts.length;
  }

  /** How many fitted values are in each bin, above 0. */
  public long[] counts() {
    return counts.clone();
  }

  /** How many fitted values there are. */
  public long count() {
    return Arrays.stream(counts).sum();
  }

  /** The bin of a value. */
  int bin(double x) {
    int found = Arrays.binarySearch(edges, x + 0.0);
    return found >= 0 ? found + 1 : -1 - found;
  }

  /** Whether a value is less than all fitted ones, or greater. */
  boolean isOutside(double x) {
    return x < min || x > max;
  }
}
