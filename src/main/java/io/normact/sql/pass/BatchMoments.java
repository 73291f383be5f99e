package io.normact.sql.pass;

import io.normact.math.exact.ColumnMoments;
import io.normact.math.histogram.FeatureHistograms;
import io.normact.sql.column.ColumnValues;
import java.util.List;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** The {@link FeatureMoments} of scalar columns that come in batches. */
final class BatchMoments {

  /** Rows to read at a time: few enough that the next step finds them in the nearest cache. */
  private static final int RUN = 512;

  private final FeatureMoments none;
  private final List<ScannedColumns.Field> features;
  private final ScannedColumns.Field weight;
  private final ColumnMoments moments;

  /** Null if none are wanted. */
  private final FeatureHistograms histograms;

  /** The rows that are at work, an array a feature. */
  private final double[][] values;

  private final double[] weights;
  private long skippedRows;
  private String failure;

  /**
   * No rows yet.
   *
   * @param none what says how rows are taken
   * @param fields the features, and after them the weight if rows have one
   */
  BatchMoments(FeatureMoments none, List<ScannedColumns.Field> fields) {
    this.none = none;
    weight = none.isWeighted() ? fields.get(fields.size() - 1) : null;
    features = weight == null ? fields : fields.subList(0, fields.size() - 1);
    moments = new ColumnMoments(features.size());
    histograms = none.scalarHistograms();
    values = new double[features.size()][RUN];
    weights = weight == null ? null : new double[RUN];
  }

  boolean failed() {
    return failure != null;
  }

  void add(ColumnarBatch batch) {
    for (int from = 0; from < batch.numRows() && failure == null; from += RUN) {
      add(batch, from, Math.min(RUN, batch.numRows() - from));
    }
  }

  private void add(ColumnarBatch batch, int from, int rows) {
    if (weight != null) {
      readWeights(batch.column(weight.place()), from, rows);
      if (failure != null) {
        return;
      }
    }
    if (weight == null && !none.skipsInvalidRows()) {
      moments.count(null, rows);
      for (int j = 0; j < values.length; j++) {
        read(batch, j, from, values[0], rows);
        add(j, values[0], rows);
      }
      return;
    }
    for (int j = 0; j < values.length; j++) {
      read(batch, j, from, values[j], rows);
    }
    int kept = kept(rows);
    moments.count(weights, kept);
    for (int j = 0; j < values.length; j++) {
      add(j, values[j], kept);
    }
  }

  private void add(int feature, double[] x, int rows) {
    moments.add(feature, x, weights, rows);
    if (histograms != null && histograms.features() > 0) {
      histograms.add(feature, x, rows);
    }
  }

  private void read(ColumnarBatch batch, int feature, int from, double[] x, int rows) {
    ScannedColumns.Field field = features.get(feature);
    ColumnValues.read(batch.column(field.place()), field.type(), from, x, rows);
  }

  private void readWeights(ColumnVector column, int from, int rows) {
    ColumnValues.read(column, weight.type(), from, weights, rows);
    for (int i = 0; i < rows && failure == null; i++) {
      failure = none.weightFailure(weights[i], column.isNullAt(from + i));
    }
  }

  /** Moves the rows that count to the front, and says how many they are. */
  private int kept(int rows) {
    boolean[] invalid = none.skipsInvalidRows() ? invalidRows(rows) : null;
    int kept = 0;
    for (int i = 0; i < rows; i++) {
      if (invalid != null && invalid[i]) {
        skippedRows++;
      } else if (weights == null || weights[i] > 0) {
        for (double[] column : values) {
          column[kept] = column[i];
        }
        if (weights != null) {
          weights[kept] = weights[i];
        }
        kept++;
      }
    }
    return kept;
  }

  /** Which rows hold a feature that is not finite; null if none does. */
  private boolean[] invalidRows(int rows) {
    boolean[] invalid = null;
    for (double[] column : values) {
      for (int i = 0; i < rows; i++) {
        if (!Double.isFinite(column[i])) {
          invalid = invalid == null ? new boolean[rows] : invalid;
          invalid[i] = true;
        }
      }
    }
    return invalid;
  }

  /** What all batches came to. */
  FeatureMoments end() {
    return none.with(moments.end(), histograms, skippedRows, failure);
  }
}
