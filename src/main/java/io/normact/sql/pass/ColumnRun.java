package io.normact.sql.pass;

import io.normact.math.array.FiniteValues;
import io.normact.sql.column.ColumnValues;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * A run of rows of scalar columns out of a batch, feature by feature: so few that the next step
 * finds them in a near cache. Rows may be left out; those behind them then move up.
 */
final class ColumnRun {

  private final List<ScannedColumns.Field> features;

  /** Null where all rows weigh the same. */
  private final ScannedColumns.Field weight;

  private final double[][] values;
  private final double[] weights;

  /** Where each row is in the batch. */
  private final int[] places;

  private ColumnarBatch batch;
  private int rows;

  /**
   * No rows yet.
   *
   * @param fields the features, and after them the weight if rows have one
   * @param most how many rows there are at most
   * @param together whether all features are held at once; else each is read over the one before
   */
  ColumnRun(List<ScannedColumns.Field> fields, boolean weighted, int most, boolean together) {
    weight = weighted ? fields.get(fields.size() - 1) : null;
    features = weighted ? fields.subList(0, fields.size() - 1) : fields;
    values = new double[features.size()][];
    double[] shared = new double[most];
    Arrays.setAll(values, j -> together ? new double[most] : shared);
    weights = weighted ? new double[most] : null;
    places = new int[most];
  }

  /** How many features there are. */
  int features() {
    return values.length;
  }

  /** How many rows there are at most. */
  int most() {
    return places.length;
  }

  /** How many rows there are. */
  int rows() {
    return rows;
  }

  /** Becomes these rows of a batch, whose features have then to be read. */
  void start(ColumnarBatch source, int from, int n) {
    batch = source;
    rows = n;
    for (int i = 0; i < n; i++) {
      places[i] = from + i;
    }
    if (weight != null) {
      ColumnValues.read(batch.column(weight.place()), weight.type(), from, weights, n);
    }
  }

  /** What is wrong with the weights, in a column of this name; null if nothing is. */
  String weightFailure(String name) {
    String failure = null;
    for (int i = 0; weight != null && i < rows && failure == null; i++) {
      boolean isNull = batch.column(weight.place()).isNullAt(places[i]);
      failure = FeatureMoments.weightFailure(name, weights[i], isNull);
    }
    return failure;
  }

  /** Reads a feature, NaN for null, while no row is left out. */
  double[] read(int feature) {
    ScannedColumns.Field field = features.get(feature);
    ColumnVector column = batch.column(field.place());
    ColumnValues.read(column, field.type(), places[0], values[feature], rows);
    return values[feature];
  }

  /** The rows' values of each feature that was read. */
  double[][] values() {
    return values;
  }

  /** The rows' weights; null where all weigh the same. */
  double[] weights() {
    return weights;
  }

  /** The features of a row, in an array of its own. */
  double[] row(int row) {
    double[] x = new double[values.length];
    Arrays.setAll(x, j -> values[j][row]);
    return x;
  }

  /** The weight of a row. */
  double weight(int row) {
    return weights == null ? 1 : weights[row];
  }

  /** Whether a feature is null there in the batch. */
  boolean isNull(int feature, int row) {
    return batch.column(features.get(feature).place()).isNullAt(places[row]);
  }

  /** Where a row is in the batch. */
  int place(int row) {
    return places[row];
  }

  /** Which rows have the weight 0; null if none has. */
  boolean[] weightless() {
    boolean[] found = null;
    for (int i = 0; weights != null && i < rows; i++) {
      if (weights[i] == 0) {
        found = found == null ? new boolean[rows] : found;
        found[i] = true;
      }
    }
    return found;
  }

  /** Which rows hold a feature that is not finite; null if none does. */
  boolean[] invalid() {
    boolean[] found = null;
    for (double[] column : values) {
      if (!FiniteValues.all(column, rows)) {
        found = found == null ? new boolean[rows] : found;
        for (int i = 0; i < rows; i++) {
          found[i] |= !Double.isFinite(column[i]);
        }
      }
    }
    return found;
  }

  /** Leaves out these rows, null for none, and says how many they are. */
  int leaveOut(boolean[] out) {
    if (out == null) {
      return 0;
    }
    for (double[] column : values) {
      moveUp(column, out);
    }
    if (weights != null) {
      moveUp(weights, out);
    }
    int kept = 0;
    for (int i = 0; i < rows; i++) {
      places[kept] = places[i];
      kept += out[i] ? 0 : 1;
    }
    int left = rows - kept;
    rows = kept;
    return left;
  }

  private void moveUp(double[] column, boolean[] out) {
    int kept = 0;
    for (int i = 0; i < rows; i++) {
      column[kept] = column[i];
      kept += out[i] ? 0 : 1;
    }
  }
}
