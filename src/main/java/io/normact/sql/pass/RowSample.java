package io.normact.sql.pass;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A uniform sample of rows, without replacement, in bounded memory. Every row comes with a random
 * priority, and the rows of least priority are kept. A row that the sample of the whole keeps is
 * kept by the sample of its part too. So samples of parts merge, in any order, into that of the
 * whole.
 *
 * <p>All rows whose priority is less than {@link #bound} are in the sample, and no others. Whoever
 * drops a row to make room lowers the bound. So the sample stays uniform though tasks keep less
 * than the whole does.
 *
 * <p>Cohen and Kaplan, Summarizing Data using Bottom-k Sketches, PODC 2007.
 */
final class RowSample implements Serializable {

  private static final long serialVersionUID = 1L;

  /** What the rows may take, and a quarter more while they come in, if so many are enough. */
  static final long BUDGET_BYTES = 64L << 20;

  /** However many features there are, quartiles are then off by less than 2.5% of the ranks. */
  static final int FEWEST = 2048;

  /** Enough for 1% of the ranks; more would be sent around for what no histogram shows. */
  static final int MOST = 16_384;

  /** Tasks keep this many times their share, in case they have that many times the rows. */
  private static final int SKEW = 8;

  private final int partitions;

  /** The length of each part of a row, a reader each; 0 while it is unknown. */
  private final int[] widths;

  private final transient List<Sampled> rows = new ArrayList<>();

  private long bound = Long.MAX_VALUE;

  /** How many rows there may be before some are dropped. */
  private transient int room;

  /** A row; a part is null where a vector or array is. */
  private record Sampled(long priority, double[][] parts, double weight) {}

  /**
   * The sample of no rows.
   *
   * @param parts into how many arrays a row is read
   * @param partitions how many tasks have a sample of their own
   */
  RowSample(int parts, int partitions) {
    this.widths = new int[parts];
    this.partitions = partitions;
  }

  /** How many rows a sample of all rows has at most. */
  static int capacity(int features) {
    long affordable = BUDGET_BYTES / Double.BYTES / Math.max(1, features);
    return (int) Math.max(FEWEST, Math.min(MOST, affordable));
  }

  /**
   * How many of them a task keeps: an eighth where there are many tasks. Fewer rows than that fill
   * the sample unless one task has nearly all of them.
   */
  private int share() {
    int capacity = capacity(Arrays.stream(widths).sum());
    return Math.max(capacity / SKEW, (int) Math.min(capacity, (long) SKEW * capacity / partitions));
  }

  /** Makes known how long a part of the rows is; the wider they are, the fewer are kept. */
  void setWidth(int part, int width) {
    widths[part] = width;
    trim(share());
  }

  /** The number of rows in the sample. */
  int size() {
    return rows.size();
  }

  /** The {@link SampledValues#rankError} of a feature that so many rows have, each of them. */
  double rankError(long count) {
    return SampledValues.rankError(
        rows.size(), rows.stream().mapToDouble(Sampled::weight).toArray(), count);
  }

  /** Whether a row of this priority belongs to the sample. */
  boolean accepts(long priority) {
    return priority < bound;
  }

  /** Adds a row that is accepted, and keeps the arrays. */
  void add(long priority, double[][] parts, double weight) {
    rows.add(new Sampled(priority, parts, weight));
    // Now and then, which is faster than to find the one row to drop each time.
    if (rows.size() >= room) {
      trim(share());
    }
  }

  /** Adds the sample of other rows. */
  void merge(RowSample other) {
    for (int part = 0; part < widths.length; part++) {
      widths[part] = Math.max(widths[part], other.widths[part]);
    }
    bound = Math.min(bound, other.bound);
    rows.addAll(other.rows);
    trim(capacity(Arrays.stream(widths).sum()));
  }

  private void trim(int most) {
    if (rows.size() > most) {
      long[] priorities = priorities();
      Arrays.sort(priorities);
      bound = Math.min(bound, priorities[most]);
    }
    rows.removeIf(row -> !accepts(row.priority));
    room = most + most / 4;
  }

  private long[] priorities() {
    return rows.stream().mapToLong(Sampled::priority).toArray();
  }

  /**
   * The values of a feature that are in the sample, NaN left out, with their rows' weights.
   *
   * @param count how many rows have such a value
   */
  SampledValues values(int part, int feature, long count) {
    double[] values = new double[rows.size()];
    double[] weights = new double[rows.size()];
    int n = 0;
    for (Sampled row : rows) {
      double[] x = row.parts[part];
      if (x != null && !Double.isNaN(x[feature])) {
        values[n] = x[feature];
        weights[n++] = row.weight;
      }
    }
    return SampledValues.of(Arrays.copyOf(values, n), Arrays.copyOf(weights, n), count);
  }

  /** Drops what a task has too much of, before it is sent. */
  void trim() {
    trim(share());
  }

  private Object writeReplace() {
    double[][] values = new double[widths.length][];
    for (int part = 0; part < widths.length; part++) {
      int width = widths[part];
      values[part] = new double[rows.size() * width];
      for (int i = 0; i < rows.size(); i++) {
        double[] x = rows.get(i).parts[part];
        if (x == null) {
          Arrays.fill(values[part], i * width, (i + 1) * width, Double.NaN);
        } else {
          System.arraycopy(x, 0, values[part], i * width, width);
        }
      }
    }
    double[] weights = rows.stream().mapToDouble(Sampled::weight).toArray();
    return new Saved(partitions, widths, bound, priorities(), values, weights);
  }

  /** What Java serialisation sends: a few long arrays, not an object a row. */
  private record Saved(
      int partitions,
      int[] widths,
      long bound,
      long[] priorities,
      double[][] values,
      double[] weights)
      implements Serializable {

    private Object readResolve() {
      RowSample sample = new RowSample(widths.length, partitions);
      System.arraycopy(widths, 0, sample.widths, 0, widths.length);
      sample.bound = bound;
      for (int i = 0; i < priorities.length; i++) {
        double[][] parts = new double[widths.length][];
        for (int part = 0; part < widths.length; part++) {
          int from = i * widths[part];
          parts[part] =
              widths[part] == 0
                  ? null
                  : Arrays.copyOfRange(values[part], from, from + widths[part]);
        }
        sample.rows.add(new Sampled(priorities[i], parts, weights[i]));
      }
      return sample;
    }
  }
}
