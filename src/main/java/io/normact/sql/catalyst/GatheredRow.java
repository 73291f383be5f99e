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

  private GatheredRow(FeatureFunction function, int[] features, boolean all) {
    this.function = function;
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
   */
  public record Kept(FeatureFunction function, int[] features) implements Serializable {

    /** A row with memory of its own. */
    public GatheredRow row() {
      boolean all =
          function.features() == FeatureFunction.ANY || function.features() == features.length;
      return new GatheredRow(function, features, all);
    }
  }

  /**
   * The values of the features in {@link #x}, good until the next row.
   *
   * @param nulls a bit for each feature, set where it is null
   */
  public ArrayData map(long nulls) {
    if (nulls != 0 && function.readsNull()) {
      for (long rest = nulls; rest != 0; rest &= rest - 1) {
        x[Long.numberOfTrailingZeros(rest)] = Double.NaN;
      }
      return map(0);
    }
    if (nulls != 0) {
      rejectNull(features[Long.numberOfTrailingZeros(nulls)]);
    }
    if (all) {
      function.apply(x);
    } else {
      function.apply(features, x);
    }
    for (int j = 0; j < x.length; j++) {
      // There is one NaN, as in ScalarFunction.
      x[j] = Double.isNaN(x[j]) ? Double.NaN : x[j];
    }
    values.fill(x);
    for (long rest = nulls; rest != 0; rest &= rest - 1) {
      values.setNull(Long.numberOfTrailingZeros(rest));
    }
    return values.array();
  }

  private void rejectNull(int feature) {
    String error = function.nullError(feature);
    if (error != null) {
      throw new IllegalArgumentException(error);
    }
  }
}
