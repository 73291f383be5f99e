package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.UnsafeDoubles;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * The scalars of one row under a {@link FeatureFunction}, row after row, in memory that a task
 * keeps, like a {@link CellMapper} and under the same terms.
 */
public final class GatheredRow {

  /** Where the features of a row are put before they are mapped. */
  public final double[] x;

  private final FeatureFunction function;
  private final int[] features;
  private final boolean all;
  private final UnsafeDoubles values;
  private final KeyedSlice.Statistics statistics;

  private GatheredRow(
      FeatureFunction function, int[] features, boolean all, KeyedSlice.Statistics statistics) {
    this.function = function;
    this.statistics = statistics;
    this.features = features;
    this.all = all;
    x = new double[features.length];
    values = new UnsafeDoubles(0, features.length);
  }

  /**
   * What travels to the tasks.
   *
   * @param function the function
   * @param features which of its features are gathered, ascending
   * @param slice the function again, where it goes by the row's key, else null
   */
  public record Kept(FeatureFunction function, int[] features, KeyedSlice slice)
      implements Serializable {

    /** A row with memory of its own. */
    public GatheredRow row() {
      boolean all =
          function.features() == FeatureFunction.ANY || function.features() == features.length;
      KeyedSlice.Statistics statistics = slice == null ? null : slice.open();
      return new GatheredRow(function, features, all, statistics);
    }
  }

  /**
   * As {@link #map(long)}, by the statistics of the row's key.
   *
   * @param ofKey the array of the statistics; null for an unknown key
   */
  public ArrayData map(long nulls, ArrayData ofKey) {
    return map(nulls, statistics.take(ofKey));
  }

  /**
   * The values of the features in {@link #x}, good until the next row.
   *
   * @param nulls a bit for each feature, set where it is null
   */
  public ArrayData map(long nulls) {
    return map(nulls, function);
  }

  private ArrayData map(long nulls, FeatureFunction ofRow) {
    long left = apply(nulls, ofRow);
    values.fill(x);
    for (long rest = left; rest != 0; rest &= rest - 1) {
      values.setNull(Long.numberOfTrailingZeros(rest));
    }
    return values.array();
  }

  /** Puts the values into {@link #x} and says which of them are null, as {@link #map(long)}. */
  long apply(long nulls) {
    return apply(nulls, function);
  }

  private long apply(long nulls, FeatureFunction ofRow) {
    long left = nulls;
    if (nulls != 0 && ofRow.readsNull()) {
      for (long rest = nulls; rest != 0; rest &= rest - 1) {
        x[Long.numberOfTrailingZeros(rest)] = Double.NaN;
      }
      left = 0;
    } else if (nulls != 0) {
      rejectNull(features[Long.numberOfTrailingZeros(nulls)]);
    }
    if (all) {
      ofRow.apply(x);
    } else {
      ofRow.apply(features, x);
    }
    for (int j = 0; j < x.length; j++) {
      // There is one NaN, as in ScalarFunction.
      x[j] = Double.isNaN(x[j]) ? Double.NaN : x[j];
    }
    return left;
  }

  private void rejectNull(int feature) {
    String error = function.nullError(feature);
    if (error != null) {
      throw new IllegalArgumentException(error);
    }
  }
}
