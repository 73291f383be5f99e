package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import java.io.Serializable;

/**
 * A {@link FeatureFunction} of one feature, for a column that holds one a row. Generated code calls
 * it, so it is public; it is no interface for users.
 *
 * @param function the function
 */
public record ScalarFunction(FeatureFunction function) implements Serializable {

  /** The value of a cell. There is one NaN: which one arithmetic gives is up to the processor. */
  public double map(double x) {
    double y = function.value(0, x);
    return Double.isNaN(y) ? Double.NaN : y;
  }

  /** The value of a float cell: computed in double, rounded once. */
  public float map(float x) {
    return (float) map((double) x);
  }

  /** The value of a null that is read as NaN; where it is an error the query ends with that. */
  public double ofNull() {
    if (!function.readsNull()) {
      throw new IllegalArgumentException(function.nullError(0));
    }
    return map(Double.NaN);
  }
}
