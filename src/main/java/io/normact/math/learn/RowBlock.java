package io.normact.math.learn;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Rows of normalised features, packed for loops over a column: what learning reads again and again.
 *
 * <p>Doubles, not floats: half the size would save memory only, since the loops compute in double,
 * and what is learned would belong to other values than those that are transformed.
 *
 * @param rows how many rows, 1 or more
 * @param features how many features
 * @param x the values, column by column: feature j of row i at {@code j * rows + i}; NaN where the
 *     value is left out
 * @param incomplete by feature, whether a value is left out; null if none is
 * @param label one a row, or null
 * @param weight one a row, or null for 1
 */
public record RowBlock(
    int rows, int features, double[] x, boolean[] incomplete, double[] label, double[] weight)
    implements Serializable {

  /**
   * About this many values go into a block: with what is computed of them they fit into a cache.
   */
  private static final int VALUES = 32_000;

  /** Wide rows come in blocks of so many at least, for the sake of the vector loops. */
  private static final int MIN_ROWS = 32;

  /** Rows of a full block. */
  public static int capacity(int features) {
    return Math.max(MIN_ROWS, VALUES / Math.max(1, features));
  }

  /** Whether some value of a feature is left out. */
  public boolean isIncomplete(int feature) {
    return incomplete != null && incomplete[feature];
  }

  /** Gathers rows into blocks. */
  public static final class Builder {
    private final int features;
    private final boolean labelled;
    private final int capacity;
    private double[] x;
    private double[] label;
    private double[] weight;
    private boolean[] incomplete;
    private boolean weighted;
    private int rows;

    /** A builder of blocks of so many features. */
    public Builder(int features, boolean labelled) {
      this.features = features;
      this.labelled = labelled;
      this.capacity = capacity(features);
      reset();
    }

    private void reset() {
      x = new double[capacity * features];
      label = new double[capacity];
      weight = new double[capacity];
      incomplete = null;
      weighted = false;
      rows = 0;
    }

    /** Whether there is no room for another row. */
    public boolean isFull() {
      return rows == capacity;
    }

    /** Whether there is no row. */
    public boolean isEmpty() {
      return rows == 0;
    }

    /** Adds a row; NaN stands for a value to leave out. */
    public void add(double[] row, double rowLabel, double rowWeight) {
      for (int j = 0; j < features; j++) {
        x[j * capacity + rows] = row[j];
        if (Double.isNaN(row[j])) {
          if (incomplete == null) {
            incomplete = new boolean[features];
          }
          incomplete[j] = true;
        }
      }
      label[rows] = rowLabel;
      weight[rows] = rowWeight;
      weighted |= rowWeight != 1;
      rows++;
    }

    /** The rows added since the last block, of which there is at least one. */
    public RowBlock build() {
      int n = rows;
      double[] packed = x;
      if (n < capacity) {
        packed = new double[n * features];
        for (int j = 0; j < features; j++) {
          System.arraycopy(x, j * capacity, packed, j * n, n);
        }
      }
      RowBlock block =
          new RowBlock(
              n,
              features,
              packed,
              incomplete,
              labelled ? Arrays.copyOf(label, n) : null,
              weighted ? Arrays.copyOf(weight, n) : null);
      reset();
      return block;
    }
  }
}
