package io.normact.math.learn;

import java.util.Arrays;

/**
 * Rows of which every feature is stored.
 *
 * @param rows how many rows, 1 or more
 * @param features how many features
 * @param x the values, column by column: feature j of row i at {@code j * rows + i}; NaN where the
 *     value is left out
 * @param incomplete by feature, whether a value is left out; null if none is
 * @param label one a row, or null
 * @param weight one a row, or null for 1
 */
public record DenseRows(
    int rows, int features, double[] x, boolean[] incomplete, double[] label, double[] weight)
    implements RowBlock {

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
    }

    private void start() {
      x = new double[capacity * features];
      label = new double[capacity];
      weight = new double[capacity];
      incomplete = null;
      weighted = false;
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
      if (rows == 0) {
        start();
      }
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
    public DenseRows build() {
      int n = rows;
      double[] packed = x;
      if (n < capacity) {
        packed = new double[n * features];
        for (int j = 0; j < features; j++) {
          System.arraycopy(x, j * capacity, packed, j * n, n);
        }
      }
      DenseRows block =
          new DenseRows(
              n,
              features,
              packed,
              incomplete,
              labelled ? Arrays.copyOf(label, n) : null,
              weighted ? Arrays.copyOf(weight, n) : null);
      x = null;
      rows = 0;
      return block;
    }
  }
}
