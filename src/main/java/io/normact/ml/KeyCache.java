package io.normact.ml;

import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.SparkSession;

/**
 * The table of keys that a model made last, for as long as nothing changes from which it follows:
 * executors have it already.
 */
final class KeyCache {

  private record Made(List<Object> from, KeyNormalization keys) {}

  private volatile Made last;

  /** The table of this model, in this session. */
  KeyNormalization get(BatchNormModel model, SparkSession spark) {
    // Arrays are equal here if they are the same.
    List<Object> from =
        List.of(
            model.getOrDefault(model.fittedParams().mean),
            model.getOrDefault(model.fittedParams().variance),
            model.getOrDefault(model.fittedParams().gamma),
            model.getOrDefault(model.fittedParams().beta),
            model.getOrDefault(model.fittedParams().keyStatistics),
            model.getOrDefault((Param<?>) model.epsilon()),
            model.getWithMean(),
            model.getWithStd(),
            model.isSet(model.clip()) ? model.getClip() : 0.0,
            model.getHandleInvalid(),
            model.getUnknownKey(),
            model.getMinCount(),
            model.getShrinkage(),
            model.getMaxBroadcastInMB());
    Made known = last;
    if (known == null || !known.from.equals(from) || !known.keys.shared().isOf(spark)) {
      known = new Made(from, KeyNormalization.of(model, spark));
      last = known;
    }
    return known.keys;
  }
}
