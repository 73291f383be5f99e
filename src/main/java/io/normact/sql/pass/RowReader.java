package io.normact.sql.pass;

import io.normact.math.learn.SparseRows;
import io.normact.math.row.KeyNumbers;
import io.normact.text.Counted;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * Reads rows and normalises their features, as a {@link RowBlocks.Packing} says; travels to the
 * tasks.
 *
 * @param widths how many features each reader's column or run of columns holds
 * @param weightField the field of row weights; below 0 for 1 a row
 * @param labelField the field of labels; below 0 for none
 * @param statisticsField the field of the statistics of the row's key; below 0 for none
 */
record RowReader(
    List<FeatureReader> readers,
    int[] widths,
    int weightField,
    int weightExponent,
    int labelField,
    boolean skipInvalidRows,
    double[] shift,
    double[] scale,
    double[][] bounds,
    double[] replacement,
    int statisticsField,
    KeyNumbers.Form form)
    implements Serializable {

  /** Reads a row into cells; false if it is to be left out. */
  boolean read(InternalRow row, FeatureCell[] cells) {
    if (weight(row) == 0) {
      return false;
    }
    for (int r = 0; r < cells.length; r++) {
      cells[r].read(row);
      int width = cells[r].width();
      if (width >= 0 && width != widths[r]) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "Column '%s' holds a row of %s, but held %d when its mean was fitted; learning reads the input twice and needs the same rows each time.",
                readers.get(r).name(),
                Counted.of(width, "feature"),
                widths[r]));
      }
      if (skipInvalidRows && !cells[r].isFinite()) {
        return false;
      }
    }
    return true;
  }

  /** Whether the row that was read is packed by what it stores. */
  boolean isSparse(FeatureCell[] cells) {
    long stored = 0;
    boolean sparse = false;
    for (FeatureCell cell : cells) {
      sparse |= cell.isSparse();
      stored += cell.width() < 0 ? shift.length : cell.values().length;
    }
    return sparse && statisticsField < 0 && SparseRows.suit(stored, shift.length);
  }

  /** Normalises all features of the row that was read. */
  void normalize(InternalRow row, FeatureCell[] cells, double[] x) {
    ArrayData ofKey = statisticsField < 0 ? null : row.getArray(statisticsField);
    int from = 0;
    for (int r = 0; r < cells.length; r++) {
      double[] part = cells[r].width() < 0 ? invalid(widths[r]) : cells[r].dense();
      if (ofKey != null) {
        normalize(part, ofKey, from);
      }
      for (int i = 0; i < part.length; i++) {
        x[from + i] = normalized(part[i], from + i);
      }
      from += widths[r];
    }
  }

  /** Normalises the features that the row that was read stores. */
  void normalize(FeatureCell[] cells, SparseRows.Builder to) {
    int from = 0;
    for (int r = 0; r < cells.length; r++) {
      double[] part = cells[r].values();
      int[] indices = cells[r].isSparse() ? cells[r].indices() : null;
      for (int i = 0; i < part.length; i++) {
        int j = from + (indices == null ? i : indices[i]);
        to.put(j, normalized(part[i], j));
      }
      from += widths[r];
    }
  }

  /** What 0 is normalised, by feature. */
  double[] zeros() {
    double[] zeros = new double[shift.length];
    Arrays.setAll(zeros, j -> normalized(0, j));
    return zeros;
  }

  private static double[] invalid(int width) {
    double[] part = new double[width];
    Arrays.fill(part, Double.NaN);
    return part;
  }

  private void normalize(double[] part, ArrayData ofKey, int from) {
    int features = shift.length;
    int meanFrom = form.ownMean() ? form.size() - features : 0;
    for (int i = 0; i < part.length; i++) {
      int j = from + i;
      boolean valid = Double.isFinite(part[i]);
      double value = valid || replacement != null ? part[i] : ofKey.getDouble(meanFrom + j);
      double z = (value - ofKey.getDouble(j)) * ofKey.getDouble(features + j);
      if (form.clips()) {
        double least = ofKey.getDouble(2 * features + j);
        z = Math.min(Math.max(z, least), ofKey.getDouble(3 * features + j));
      }
      part[i] = valid || replacement == null ? z : Double.NaN;
    }
  }

  private double normalized(double value, int j) {
    if (!Double.isFinite(value) && replacement != null) {
      return replacement[j];
    }
    double z = (value - shift[j]) * scale[j];
    return bounds == null ? z : Math.min(Math.max(z, bounds[0][j]), bounds[1][j]);
  }

  /** The weight of a row, multiplied by the power of two. */
  double weight(InternalRow row) {
    double weight = weightField < 0 ? 1 : row.getDouble(weightField);
    // However little a row weighs, it stays one of those that were fitted.
    return weight > 0 ? Math.max(Math.scalb(weight, weightExponent), Double.MIN_VALUE) : weight;
  }

  /** The label of a row; NaN where it is null or there are none. */
  double label(InternalRow row) {
    boolean none = labelField < 0 || row.isNullAt(labelField);
    return none ? Double.NaN : row.getDouble(labelField);
  }
}
