package io.normact.ml;

import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyStatistics;
import io.normact.math.key.Shrinkage;
import io.normact.math.row.Normalization;
import io.normact.sql.catalyst.KeyTable;
import io.normact.sql.catalyst.KeyedStatistics;
import io.normact.sql.catalyst.SharedKeys;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;

/**
 * What a stage subtracts and multiplies by within each key, as its params say, and what unknown
 * keys get. It is made once for the same params, since executors keep the table that it sends.
 *
 * @param columns the key's columns
 * @param table the numbers by key
 * @param shared the table that executors have: this one, or where it is too large one without keys
 * @param joins whether this one is too large
 * @param dropUnknown whether rows of unknown keys are dropped
 */
record KeyNormalization(
    List<KeyColumn> columns,
    KeyTable table,
    SharedKeys shared,
    boolean joins,
    boolean dropUnknown) {

  /** The statistics of every row's key; the columns are those of the key in the rows. */
  KeyedStatistics of(List<Column> key) {
    return new KeyedStatistics(key, shared, joins ? table : null, dropUnknown);
  }

  /** What unknown keys meet. */
  private record Unknown(KeyTable.Unknown table, String setting, boolean drops) {

    static Unknown of(String unknownKey, String handleInvalid) {
      String setting = "unknownKey=" + unknownKey;
      if (unknownKey.equals(BatchNormParamSet.UNKNOWN_GLOBAL)) {
        return new Unknown(KeyTable.Unknown.OTHERS, setting, false);
      }
      if (unknownKey.equals(BatchNormParamSet.UNKNOWN_ERROR)) {
        return new Unknown(KeyTable.Unknown.ERROR, setting, false);
      }
      return switch (handleInvalid) {
        case BatchNormParamSet.INVALID_ERROR ->
            new Unknown(KeyTable.Unknown.ERROR, setting + " with handleInvalid=error", false);
        case BatchNormParamSet.INVALID_SKIP -> new Unknown(KeyTable.Unknown.NULL, setting, true);
        default -> new Unknown(KeyTable.Unknown.NULL, setting, false);
      };
    }
  }

  /** A model's. */
  static KeyNormalization of(BatchNormModel model, SparkSession spark) {
    KeyStatistics statistics = model.byKey();
    Unknown unknown = Unknown.of(model.getUnknownKey(), model.getHandleInvalid());
    Numbers numbers = new Numbers(model, statistics);
    KeyTable.Filling filling = numbers::fill;
    return of(statistics, unknown, model.getMaxBroadcastInMB(), filling, spark);
  }

  /** An inverse's, whose means and scales are those of its statistics. */
  static KeyNormalization of(BatchNormInverse inverse, KeyStatistics numbers, SparkSession spark) {
    Unknown unknown = Unknown.of(inverse.getUnknownKey(), BatchNormParamSet.INVALID_KEEP);
    double[] mean = inverse.getOrDefault(inverse.mean());
    double[] scale = inverse.getOrDefault(inverse.scale());
    KeyTable.Filling filling =
        (k, means, scales) -> {
          for (int j = 0; j < means.length; j++) {
            means[j] = k == numbers.size() ? mean[j] : numbers.mean(k, j);
            scales[j] = k == numbers.size() ? scale[j] : numbers.variance(k, j);
          }
        };
    return of(numbers, unknown, inverse.getMaxBroadcastInMB(), filling, spark);
  }

  private static KeyNormalization of(
      KeyStatistics statistics,
      Unknown unknown,
      int maxBroadcastInMB,
      KeyTable.Filling filling,
      SparkSession spark) {
    KeyTable table =
        new KeyTable(
            statistics.columns(),
            statistics.keys(),
            statistics.features(),
            unknown.table,
            unknown.setting,
            filling);
    boolean joins = table.bytes() > (long) maxBroadcastInMB << 20;
    return new KeyNormalization(
        statistics.columns(),
        table,
        SharedKeys.of(joins ? table.unknownAlone() : table, spark),
        joins,
        unknown.drops);
  }

  /** What a model subtracts within a key, and what it multiplies by. */
  static final class Numbers {
    private final Shrinkage shrinkage;
    private final double[] gamma;
    private final double[] variance;
    private final double epsilon;
    private final boolean withMean;
    private final boolean withStd;

    Numbers(BatchNormModel model, KeyStatistics statistics) {
      epsilon = model.getEpsilon();
      withMean = model.getWithMean();
      withStd = model.getWithStd();
      shrinkage =
          new Shrinkage(
              statistics,
              model.getOrDefault(model.fittedParams().mean),
              model.getOrDefault(model.fittedParams().variance),
              model.getMinCount(),
              model.getShrinkage());
      gamma = model.getOrDefault(model.fittedParams().gamma);
      variance = new double[gamma.length];
    }

    /** Fills in those of a key; for the number of keys those of all rows. */
    void fill(int key, double[] mean, double[] scale) {
      shrinkage.fill(key, mean, variance);
      double[] scales = withStd ? Normalization.scale(gamma, variance, epsilon) : gamma;
      System.arraycopy(scales, 0, scale, 0, scale.length);
      if (!withMean) {
        Arrays.fill(mean, 0);
      }
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "normalization by %s", columns);
  }
}
