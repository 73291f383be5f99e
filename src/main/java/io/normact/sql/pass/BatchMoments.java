package io.normact.sql.pass;

import io.normact.math.exact.ColumnMoments;
import io.normact.math.histogram.FeatureHistograms;
import java.util.List;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** The {@link FeatureMoments} of scalar columns that come in batches. */
final class BatchMoments {

  /** Rows to read at a time: few enough that the next step finds them in the nearest cache. */
  private static final int RUN = 512;

  private final FeatureMoments none;

  /** Whether a row may be left out, so that all of its features have to be looked at first. */
  private final boolean choosesRows;

  private final ColumnRun run;
  private final ColumnMoments moments;

  /** Null if none are wanted. */
  private final FeatureHistograms histograms;

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
    choosesRows = none.isWeighted() || none.skipsInvalidRows();
    run = new ColumnRun(fields, none.isWeighted(), RUN, choosesRows);
    moments = new ColumnMoments(run.features());
    histograms = none.scalarHistograms();
  }

  boolean failed() {
    return failure != null;
  }

  void add(ColumnarBatch batch) {
    for (int from = 0; from < batch.numRows() && failure == null; from += RUN) {
      run.start(batch, from, Math.min(RUN, batch.numRows() - from));
      failure = run.weightFailure(none.weightName());
      if (failure == null) {
        addRun();
      }
    }
  }

  private void addRun() {
    if (choosesRows) {
      for (int j = 0; j < run.features(); j++) {
        run.read(j);
      }
      skippedRows += run.leaveOut(none.skipsInvalidRows() ? run.invalid() : null);
      run.leaveOut(run.weightless());
    }
    moments.count(run.weights(), run.rows());
    for (int j = 0; j < run.features(); j++) {
      double[] x = choosesRows ? run.values()[j] : run.read(j);
      moments.add(j, x, run.weights(), run.rows());
      if (histograms != null && histograms.features() > 0) {
        histograms.add(j, x, run.rows());
      }
    }
  }

  /** What all batches came to. */
  FeatureMoments end() {
    return none.with(moments.end(), histograms, skippedRows, failure);
  }
}
