package io.normact.ml;

import io.normact.text.Counted;
import java.util.Locale;
import org.apache.spark.ml.param.Param;

/**
 * Thrown where a param does not have one number for each feature. The schema may not say how many
 * features a vector or array holds. So this may be known only once the data are read.
 */
public final class FeatureCountException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private FeatureCountException(String message) {
    super(message);
  }

  /** Checks that there is a number for each feature. */
  static void check(Param<?> param, double[] values, int features) {
    if (values.length != features) {
      throw new FeatureCountException(
          String.format(
              Locale.ROOT,
              "Param %s has %s for %s; it needs one for each.",
              param.name(),
              Counted.of(values.length, "value"),
              Counted.of(features, "feature")));
    }
  }
}
