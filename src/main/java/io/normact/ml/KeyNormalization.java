package io.normact.ml;

import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyStatistics;
import io.normact.math.key.Shrinkage;
import io.normact.math.row.Clipping;
import io.normact.math.row.KeyNumbers;
import io.normact.math.row.Normalization;
import io.normact.sql.catalyst.JoinedKeys;
import io.normact.sql.catalyst.KeyTable;
import io.normact.sql.catalyst.KeyedStatistics;
import io.normact.sql.catalyst.SharedKeys;
import io.normact.sql.pass.DriverHeap;
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
 * @param shared the table that executors have, without keys where it is too large
 * @param joined the table to join where it is too large, else null
 * @param dropUnknown whether rows of unknown keys are dropped
 * @param form which numbers a key has
 */
record KeyNormalization(
    List<KeyColumn> columns,
    SharedKeys shared,
    JoinedKeys joined,
    boolean dropUnknown,
    KeyNumbers.Form form) {

  /** As it is made, as it is sent, and as a task on this virtual machine has it; reckoned. */
  private static final int COPIES = 3;

  /** The statistics of every row's key; the columns are those of the key in the rows. */
  KeyedStatistics of(List<Column> key) {
    return new KeyedStatistics(key, shared, joined, dropUnknown, form);
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
    Numbers numbers = new Numbers(model);
    return of(statistics, unknown, model.getMaxBroadcastInMB(), form(model), numbers::fill, spark);
  }

  /** Which numbers a model has of each key. */
  static KeyNumbers.Form form(BatchNormModel model) {
    return new KeyNumbers.Form(
        model.byKey().features(),
        model.isSet(model.clip()),
        InvalidValues.of(model.getHandleInvalid()) == InvalidValues.MEAN && !model.getWithMean());
  }

  /** Fills in the numbers of a key, or for the number of keys those of unknown ones. */
  private interface Filling {
    void fill(int key, KeyNumbers numbers);
  }

  /** An inverse's, whose means and scales are those of its statistics. */
  static KeyNormalization of(BatchNormInverse inverse, KeyStatistics numbers, SparkSession spark) {
    Unknown unknown = Unknown.of(inverse.getUnknownKey(), BatchNormParamSet.INVALID_KEEP);
    double[] mean = inverse.getOrDefault(inverse.mean());
    double[] scale = inverse.getOrDefault(inverse.scale());
    Filling filling =
        (k, ofKey) -> {
          for (int j = 0; j < mean.length; j++) {
            ofKey.shift()[j] = k == numbers.size() ? mean[j] : numbers.mean(k, j);
            ofKey.scale()[j] = k == numbers.size() ? scale[j] : numbers.variance(k, j);
          }
        };
    KeyNumbers.Form form = new KeyNumbers.Form(mean.length, false, false);
    return of(numbers, unknown, inverse.getMaxBroadcastInMB(), form, filling, spark);
  }

  private static KeyNormalization of(
      KeyStatistics statistics,
      Unknown unknown,
      int maxBroadcastInMB,
      KeyNumbers.Form form,
      Filling filling,
      SparkSession spark) {
    // The table takes two halves of the same length.
    int half = (form.size() + 1) / 2;
    double[] all = new double[2 * half];
    KeyNumbers ofKey = form.zeros();
    checkSize(statistics, half, DriverHeap.present());
    KeyTable table =
        new KeyTable(
            statistics.columns(),
            statistics.keys(),
            half,
            unknown.table,
            unknown.setting,
            (k, first, second) -> {
              filling.fill(k, ofKey);
              ofKey.write(all);
              System.arraycopy(all, 0, first, 0, half);
              System.arraycopy(all, half, second, 0, half);
            });
    boolean joins = table.bytes() > (long) maxBroadcastInMB << 20;
    return new KeyNormalization(
        statistics.columns(),
        SharedKeys.of(joins ? table.unknownAlone() : table, spark),
        joins ? JoinedKeys.of(table) : null,
        unknown.drops,
        form);
  }

  /** Refuses a table that is too large for the heap of the driver that makes and sends it. */
  static void checkSize(KeyStatistics statistics, int half, DriverHeap heap) {
    long bytes = KeyTable.bytes(statistics.keys(), half);
    if (!heap.holds(bytes, COPIES)) {
      throw heap.refusal(
          String.format(
              Locale.ROOT,
              "The table of %d keys and %d numbers each takes %d MB",
              statistics.size(),
              2 * half,
              bytes >> 20),
          bytes,
          COPIES,
          "sends");
    }
  }

  /** The mean and variance that a model goes by within each key. */
  static Shrinkage shrinkage(BatchNormModel model) {
    return new Shrinkage(
        model.byKey(),
        model.getOrDefault(model.fittedParams().mean),
        model.getOrDefault(model.fittedParams().variance),
        model.getMinCount(),
        model.getShrinkage());
  }

  /** What a model goes by within a key. */
  static final class Numbers {
    private final Shrinkage shrinkage;
    private final double[] gamma;
    private final double[] beta;
    private final double[] mean;
    private final double[] variance;
    private final double epsilon;
    private final double clip;
    private final boolean withMean;
    private final boolean withStd;

    Numbers(BatchNormModel model) {
      epsilon = model.getEpsilon();
      clip = model.isSet(model.clip()) ? model.getClip() : Double.POSITIVE_INFINITY;
      withMean = model.getWithMean();
      withStd = model.getWithStd();
      shrinkage = shrinkage(model);
      gamma = model.getOrDefault(model.fittedParams().gamma);
      beta = model.getOrDefault(model.fittedParams().beta);
      mean = new double[gamma.length];
      variance = new double[gamma.length];
    }

    /** Fills in those of a key; for the number of keys those of all rows. */
    void fill(int key, KeyNumbers numbers) {
      shrinkage.fill(key, mean, variance);
      double[] scales = withStd ? Normalization.scale(gamma, variance, epsilon) : gamma;
      copy(scales, numbers.scale());
      copy(mean, numbers.mean());
      if (withMean) {
        copy(mean, numbers.shift());
      } else {
        Arrays.fill(numbers.shift(), 0);
      }
      if (numbers.lower().length > 0) {
        double[][] bounds =
            Clipping.bounds(mean, variance, epsilon, clip, numbers.shift(), numbers.scale(), beta);
        copy(bounds[0], numbers.lower());
        copy(bounds[1], numbers.upper());
      }
    }

    private static void copy(double[] from, double[] to) {
      System.arraycopy(from, 0, to, 0, to.length);
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "normalization by %s", columns);
  }
}
