package io.normact.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The params of statistics by key, which {@link BatchNorm} and {@link BatchNormModel} share.
 *
 * @param <S> the stage's own type, which the setters return
 */
public interface HasKeyCols<S> extends Params {

  /** {@return the holder of the params, for the classes of this package} */
  BatchNormParamSet batchNormParams();

  /**
   * {@return the param for the columns of the key: unset by default} Where it is unset there is one
   * mean and variance for all rows. With a key every feature is normalised by the mean and variance
   * of the rows that have the same key, such as those of one store or device. null is a key like
   * others, and so is NaN. Numbers, texts, booleans, dates, timestamps and binary values are
   * allowed. A column can't be both a key and an input.
   */
  default StringArrayParam keyCols() {
    return batchNormParams().keyCols;
  }

  /**
   * {@return the param for how many valid values of a feature a key needs: at least 1, default 2} A
   * key with fewer takes that feature's mean and variance over all rows.
   */
  default IntParam minCount() {
    return batchNormParams().minCount;
  }

  /**
   * {@return the param for what happens to a key that the fit did not see: global (default), error
   * or invalid} {@code global} takes the statistics of all rows. {@code error} ends the query and
   * names the key. {@code invalid} treats the row's features as invalid, so {@code handleInvalid}
   * decides: {@code keep} makes them NaN, and {@code mean} counts them as the mean of all rows.
   */
  default Param<String> unknownKey() {
    return batchNormParams().unknownKey;
  }

  /**
   * The param for how far a key's statistics are drawn to those of all rows: at least 0, default 0.
   * Let a key have n valid values with mean m and variance v, and let M and V be mean and variance
   * of all rows. With s above 0 the key's statistics are those of its n values and s more that have
   * mean M and variance V:
   *
   * <pre>
   *   mean     = (n m + s M) / (n + s)
   *   variance = (n v + s V) / (n + s) + n s (m - M)^2 / (n + s)^2
   * </pre>
   *
   * <p>The mean is the m-estimate of B. Cestnik, Estimating Probabilities, ECAI 1990. The variance
   * is that of two samples put together: T. F. Chan, G. H. Golub, R. J. LeVeque, Algorithms for
   * Computing the Sample Variance, 1983. n counts rows, whatever they weigh.
   *
   * @return the param
   */
  default DoubleParam shrinkage() {
    return batchNormParams().shrinkage;
  }

  /**
   * {@return the param for the size, in megabytes, up to which the whole table of keys is sent to
   * each executor: at least 0, default 256} A key takes some 30 bytes and 16 for each feature. The
   * order of rows and their partitions stay as they are then. A larger table is joined, which
   * shuffles the rows. The results have the same bits.
   */
  default IntParam maxBroadcastInMB() {
    return batchNormParams().maxBroadcastInMB;
  }

  /** {@return the names of the columns of the key; empty where there is none} */
  default String[] getKeyCols() {
    return isSet(keyCols()) ? getOrDefault(keyCols()).clone() : new String[0];
  }

  /** {@return the value of {@link #minCount()}} */
  default int getMinCount() {
    return (int) getOrDefault((Param<?>) minCount());
  }

  /** {@return the value of {@link #unknownKey()}} */
  default String getUnknownKey() {
    return getOrDefault(unknownKey());
  }

  /** {@return the value of {@link #shrinkage()}} */
  default double getShrinkage() {
    return (double) getOrDefault((Param<?>) shrinkage());
  }

  /** {@return the value of {@link #maxBroadcastInMB()}} */
  default int getMaxBroadcastInMB() {
    return (int) getOrDefault((Param<?>) maxBroadcastInMB());
  }

  /**
   * Sets {@link #keyCols()}. A model can read its key from other columns, as many and of the same
   * kinds.
   *
   * @param value names of columns of numbers, texts, booleans, dates, timestamps or binary values;
   *     none for one mean and variance over all rows (default)
   * @return this stage
   */
  default S setKeyCols(String... value) {
    return BatchNormParamSet.with(this, keyCols(), value == null ? null : value.clone());
  }

  /**
   * Sets {@link #minCount()}.
   *
   * @param value at least 1 (default 2); a larger number keeps the statistics of rare keys stable
   * @return this stage
   */
  default S setMinCount(int value) {
    return BatchNormParamSet.with(this, minCount(), value);
  }

  /**
   * Sets {@link #unknownKey()}.
   *
   * @param value global (default), error or invalid
   * @return this stage
   */
  default S setUnknownKey(String value) {
    return BatchNormParamSet.with(this, unknownKey(), value);
  }

  /**
   * Sets {@link #shrinkage()}.
   *
   * @param value a finite number of at least 0 (default 0): how many rows with the statistics of
   *     all rows a key counts besides its own
   * @return this stage
   */
  default S setShrinkage(double value) {
    return BatchNormParamSet.with(this, shrinkage(), value);
  }

  /**
   * Sets {@link #maxBroadcastInMB()}.
   *
   * @param value at least 0 (default 256); with 0 keys are always joined
   * @return this stage
   */
  default S setMaxBroadcastInMB(int value) {
    return BatchNormParamSet.with(this, maxBroadcastInMB(), value);
  }
}
