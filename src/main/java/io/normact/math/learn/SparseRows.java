package io.normact.math.learn;

import io.normact.math.exact.CompensatedSums;
import java.util.Arrays;

/**
 * Rows that store few of their features. What a row does not store is 0, and 0 has one normalised
 * value for each feature. What follows from it is computed once for each feature and block, and
 * counts for all rows that store nothing there. So a pass costs no more than the stored values do.
 *
 * <p>A feature that most rows of the block store is filled up, and stored by all of them. For the
 * others 0 is the common value, and not far from the mean. So no digits are lost when it is added
 * for all rows and taken back for those that store another.
 *
 * @param rows how many rows, 1 or more
 * @param from by feature, where its values begin, and at last where they end
 * @param row of each value
 * @param x the values, normalised, feature by feature and row by row; NaN where one is left out
 * @param zero by feature, what 0 is normalised
 * @param absent by feature, the weight of the rows that store no value
 * @param absentLow what {@code absent} lacks of the exact weight; null where all weights are 1
 * @param label one a row, or null
 * @param weight one a row, or null for 1
 */
public record SparseRows(
    int rows,
    int[] from,
    int[] row,
    double[] x,
    double[] zero,
    double[] absent,
    double[] absentLow,
    double[] label,
    double[] weight)
    implements RowBlock {

  /**
   * A block has this many values a feature, since a pass looks at each of its features, besides the
   * values.
   */
  private static final int VALUES_A_FEATURE = 2;

  /** Rows that store no more than one of so many features are sparse. */
  private static final int SHARE = 4;

  /** Whether rows that store so many of their features belong into such a block. */
  public static boolean suit(long stored, int features) {
    return stored <= features / SHARE;
  }

  /** Values, or rows, of a full block. */
  static int capacity(int features) {
    return (int) Math.min(Math.max(VALUES, (long) VALUES_A_FEATURE * features), 1 << 28);
  }

  /** Whether every row stores the feature. */
  private boolean isFull(int feature) {
    return from[feature + 1] - from[feature] == rows;
  }

  /**
   * Gathers rows into blocks. The rows of a block should weigh about the same: a feature's common
   * value is that of most rows, which need not be that of most of the weight.
   */
  public static final class Builder {
    private final double[] zero;
    private final boolean labelled;
    private final int capacity;
    private int[] column = new int[64];
    private double[] x = new double[64];
    private int[] end = new int[16];
    private double[] label = new double[16];
    private double[] weight = new double[16];
    private boolean weighted;
    private int values;
    private int rows;

    /**
     * A builder of blocks.
     *
     * @param zero by feature, what 0 is normalised
     */
    public Builder(double[] zero, boolean labelled) {
      this.zero = zero;
      this.labelled = labelled;
      this.capacity = capacity(zero.length);
    }

    /** Whether the block is to be built before another row comes. */
    public boolean isFull() {
      return values >= capacity || rows >= capacity;
    }

    /** Whether there is no row. */
    public boolean isEmpty() {
      return rows == 0;
    }

    /** Adds a stored value of the row that comes next; NaN to leave it out. */
    public void put(int feature, double value) {
      if (values == x.length) {
        x = Arrays.copyOf(x, 2 * values);
        column = Arrays.copyOf(column, 2 * values);
      }
      column[values] = feature;
      x[values++] = value;
    }

    /** Ends the row whose values were put. */
    public void endRow(double rowLabel, double rowWeight) {
      if (rows == end.length) {
        end = Arrays.copyOf(end, 2 * rows);
        label = Arrays.copyOf(label, 2 * rows);
        weight = Arrays.copyOf(weight, 2 * rows);
      }
      end[rows] = values;
      label[rows] = rowLabel;
      weight[rows] = rowWeight;
      weighted |= rowWeight != 1;
      rows++;
    }

    /** The rows added since the last block, of which there is at least one. */
    public SparseRows build() {
      int features = zero.length;
      int[] from = new int[features + 1];
      for (int v = 0; v < values; v++) {
        from[column[v] + 1]++;
      }
      double[] absent = new double[features];
      for (int j = 0; j < features; j++) {
        int stored = from[j + 1];
        boolean full = 2L * stored > rows;
        absent[j] = full ? 0 : rows - stored;
        from[j + 1] = from[j] + (full ? rows : stored);
      }
      double[] absentLow = weighted ? weigh(absent) : null;
      SparseRows block =
          new SparseRows(
              rows,
              from,
              new int[from[features]],
              new double[from[features]],
              zero,
              absent,
              absentLow,
              labelled ? Arrays.copyOf(label, rows) : null,
              weighted ? Arrays.copyOf(weight, rows) : null);
      fill(block);
      values = 0;
      rows = 0;
      weighted = false;
      return block;
    }

    /** Replaces numbers of rows by their weight, and returns what the doubles lack of it. */
    private double[] weigh(double[] absent) {
      int features = zero.length;
      CompensatedSums sums = new CompensatedSums(features + 1);
      int v = 0;
      for (int i = 0; i < rows; i++) {
        sums.add(features, weight[i]);
        for (; v < end[i]; v++) {
          sums.add(column[v], weight[i]);
        }
      }
      double[] low = new double[features];
      for (int j = 0; j < features; j++) {
        if (absent[j] > 0) {
          absent[j] = sums.difference(features, j, 0);
          low[j] = sums.difference(features, j, absent[j]);
        }
      }
      return low;
    }

    private void fill(SparseRows block) {
      int[] at = Arrays.copyOf(block.from, zero.length);
      for (int j = 0; j < zero.length; j++) {
        if (block.isFull(j)) {
          Arrays.fill(block.x, block.from[j], block.from[j + 1], zero[j]);
          for (int i = 0; i < rows; i++) {
            block.row[block.from[j] + i] = i;
          }
        }
      }
      int v = 0;
      for (int i = 0; i < rows; i++) {
        for (; v < end[i]; v++) {
          int j = column[v];
          int to = block.isFull(j) ? block.from[j] + i : at[j]++;
          block.row[to] = i;
          block.x[to] = x[v];
        }
      }
    }
  }
}
