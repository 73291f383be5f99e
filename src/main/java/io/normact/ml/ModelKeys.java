package io.normact.ml;

import io.normact.math.key.KeyStatistics;
import io.normact.sql.catalyst.KeyedStatistics;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The keys of a model and of its copies: statistics by key, read from the texts of a param, and the
 * table of them that executors have. Both are kept for as long as nothing changes from which they
 * follow.
 */
final class ModelKeys {

  private record Made(Object[] from, KeyNormalization table) {}

  private final KeyTexts texts = new KeyTexts();
  private volatile Made last;

  private static boolean areFitted(BatchNormModel model) {
    return model.isSet(model.fittedParams().keyStatistics);
  }

  /** The statistics by key of a model that has them. */
  KeyStatistics statistics(BatchNormModel model) {
    return texts.get(model, model.fittedParams().keyStatistics);
  }

  /** Sets a model's statistics by key. */
  void set(BatchNormModel model, KeyStatistics statistics) {
    String[] encoded = KeyTexts.encode(statistics);
    model.setFitted(model.fittedParams().keyStatistics, encoded);
    texts.put(encoded, statistics);
  }

  /** The bytes that a model's statistics by key take; 0 where it has none. */
  long bytes(BatchNormModel model) {
    return areFitted(model) ? statistics(model).bytes() : 0;
  }

  /**
   * The columns of a model's key in these rows; none where the model has none.
   *
   * @param inputs the model's input columns, which are no key
   */
  static List<Column> columns(BatchNormModel model, StructType schema, List<FeatureColumn> inputs) {
    return areFitted(model)
        ? KeyedFit.readable(model.getKeyCols(), model.byKey().columns(), schema, inputs)
        : List.of();
  }

  /** The statistics of each row's key; null where the model has none by key. */
  KeyedStatistics ofRows(BatchNormModel model, Dataset<?> rows) {
    if (!areFitted(model)) {
      return null;
    }
    List<FeatureColumn> inputs = FeatureColumn.resolve(model, rows.schema());
    List<Column> columns = columns(model, rows.schema(), inputs);
    return table(model, rows.sparkSession()).of(columns);
  }

  /** The table of a model's keys in this session. */
  private KeyNormalization table(BatchNormModel model, SparkSession spark) {
    Object[] from = {
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
      model.getMaxBroadcastInMB()
    };
    Made known = last;
    if (known == null
        || !Arrays.deepEquals(known.from, from)
        || !known.table.shared().isOf(spark)) {
      known = new Made(from, KeyNormalization.of(model, spark));
      last = known;
    }
    return known.table;
  }
}
