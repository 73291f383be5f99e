package io.normact.ml;

import io.normact.math.ActivationFunction;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.param.shared.HasAggregationDepth;
import org.apache.spark.ml.param.shared.HasHandleInvalid;
import org.apache.spark.ml.param.shared.HasLabelCol;
import org.apache.spark.ml.param.shared.HasMaxIter;
import org.apache.spark.ml.param.shared.HasRegParam;
import org.apache.spark.ml.param.shared.HasTol;
import org.apache.spark.ml.param.shared.HasWeightCol;

/**
 * The params that {@link BatchNorm} and {@link BatchNormModel} share. Those that Spark's own stages
 * have too are of Spark's traits, so that tools which look for them find them.
 *
 * @param <S> the stage's own type
 */
public interface BatchNormParams<S>
    extends HasFeatureColumns<S>,
        HasLabelCol,
        HasWeightCol,
        HasHandleInvalid,
        HasRegParam,
        HasMaxIter,
        HasTol,
        HasAggregationDepth {

  /** {@return the holder of the params, for the classes of this package} */
  BatchNormParamSet batchNormParams();

  /**
   * {@return the param for what is added to the variance: at least 0, default 1e-5} With 0 a
   * constant column maps to f(beta).
   */
  default DoubleParam epsilon() {
    return batchNormParams().epsilon;
  }

  /**
   * {@return the param for whether the mean is subtracted: default true} With false sparse vectors
   * can stay sparse.
   */
  default BooleanParam withMean() {
    return batchNormParams().withMean;
  }

  /**
   * {@return the param for whether columns are divided by sqrt(variance + epsilon): default true}
   */
  default BooleanParam withStd() {
    return batchNormParams().withStd;
  }

  /**
   * {@return the param for the function f that is applied at the end: default identity} Its text is
   * one that {@link ActivationFunction#parse} reads.
   */
  default Param<String> activation() {
    return batchNormParams().activation;
  }

  /**
   * {@return the param for where gamma and beta come from: none (default), infomax or supervised}
   * none takes given numbers, or 1 and 0. infomax needs no label and works with sigmoid and tanh
   * only. supervised needs a label and works with elementwise functions.
   */
  default Param<String> learn() {
    return batchNormParams().learn;
  }

  /**
   * {@return the param for the label's column, which supervised learning needs: a number in every
   * row, unset by default}
   */
  @Override
  default Param<String> labelCol() {
    return batchNormParams().labelCol;
  }

  /**
   * {@return the param for the column of row weights, finite and not negative: unset by default,
   * which is 1 a row}
   */
  @Override
  default Param<String> weightCol() {
    return batchNormParams().weightCol;
  }

  /**
   * {@return the param for the loss of supervised learning: auto (default), logistic, softmax or
   * squared} auto takes logistic for the labels 0 and 1, softmax for 0 to K - 1 with 3 to 100
   * classes that are all there, else squared.
   */
  default Param<String> loss() {
    return batchNormParams().loss;
  }

  /**
   * {@return the param for the weight of the penalty in supervised learning: at least 0, default
   * 1e-3} The objective has {@code regParam / 2 * (|W|^2 + |gamma - 1|^2 + |beta|^2)} added.
   */
  @Override
  default DoubleParam regParam() {
    return batchNormParams().regParam;
  }

  /**
   * {@return the param for the largest number of iterations in learning: at least 1, default 100}
   */
  @Override
  default IntParam maxIter() {
    return batchNormParams().maxIter;
  }

  /**
   * {@return the param for the tolerance at which learning has converged: at least 0, default 1e-6}
   */
  @Override
  default DoubleParam tol() {
    return batchNormParams().tol;
  }

  /**
   * {@return the param for what null, NaN and infinity do: error (default), skip, keep or mean}
   * error ends the fit, or the query over the output, and names the column. skip drops the row,
   * from the fit and from the output. keep leaves the value out of the statistics; the output has
   * null for null, and what the formula gives for NaN and infinity. mean leaves the value out of
   * the statistics too; in the output it counts as its feature's mean, which maps to f(beta) where
   * {@link #withMean()} is true.
   */
  @Override
  default Param<String> handleInvalid() {
    return batchNormParams().handleInvalid;
  }

  /**
   * {@return the param for whether each input column gets another one beside its output, named
   * {@code <input>_invalid}: default false} It is of the output's kind, with 1 where a value is
   * null, NaN or infinite, else 0; it holds no null.
   */
  default BooleanParam invalidIndicator() {
    return batchNormParams().invalidIndicator;
  }

  /**
   * {@return the param for how many standard deviations, {@code sqrt(variance + epsilon)}, a value
   * may be from the mean: above 0, unset by default} What is further away is moved to there: x is
   * {@code min(max(x, mean - clip * deviation), mean + clip * deviation)} before all else. An
   * infinite x is clipped like any other where {@link #handleInvalid()} lets it through. Statistics
   * are those of the values as they are; learning sees them clipped.
   */
  default DoubleParam clip() {
    return batchNormParams().clip;
  }

  /**
   * {@return the param for the weight of a new batch in {@link BatchNormModel#update}: 0 (default)
   * or above 0 to 1} 0 is for cumulative statistics, which torch.nn.BatchNorm1d calls None. Above 0
   * it is what it is in torch. torch's own 0, with which statistics never move, is not to be had:
   * leave update out.
   */
  default DoubleParam momentum() {
    return batchNormParams().momentum;
  }

  /**
   * {@return the param for the depth of the tree in which the results of more than 16 tasks are
   * merged: at least 1, default 2}
   */
  @Override
  default IntParam aggregationDepth() {
    return batchNormParams().aggregationDepth;
  }

  /**
   * {@return the param for the columns of the key: unset by default, which is one mean and variance
   * for all rows} With them every feature is normalised by the mean and variance of the rows that
   * have the same values there, such as those of one store or device. null is a value like others,
   * and so is NaN. Numbers, texts, booleans, dates, timestamps and binary values are allowed.
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
   * {@return the param for what a key gets that the fit did not see: global (default), error or
   * invalid} global is the statistics of all rows. error ends the query and names the key. invalid
   * takes the row's features for invalid ones, so that {@link #handleInvalid()} says what happens:
   * with keep they become NaN.
   */
  default Param<String> unknownKey() {
    return batchNormParams().unknownKey;
  }

  /**
   * The param for how far a key's statistics are drawn to those of all rows: at least 0, default 0.
   * With s above 0 a key of n valid values has the mean and variance that its rows and s more would
   * have, if those had mean M and variance V of all rows:
   *
   * <pre>
   *   mean     = (n m + s M) / (n + s)
   *   variance = (n v + s V) / (n + s) + n s (m - M)^2 / (n + s)^2
   * </pre>
   *
   * <p>The mean is the m-estimate of B. Cestnik, Estimating Probabilities, ECAI 1990; the variance
   * that of two samples put together: T. F. Chan, G. H. Golub, R. J. LeVeque, Algorithms for
   * Computing the Sample Variance, 1983. n counts rows, whatever they weigh.
   *
   * @return the param
   */
  default DoubleParam shrinkage() {
    return batchNormParams().shrinkage;
  }

  /**
   * {@return the param for the megabytes up to which the keys' table is sent to each executor
   * whole: at least 0, default 256} A key takes 16 bytes a feature and some 30. The order of rows
   * and their partitions stay then. A larger table is joined, which shuffles the rows. The results
   * have the same bits.
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

  /** {@return the value of {@link #epsilon()}} */
  default double getEpsilon() {
    return (double) getOrDefault((Param<?>) epsilon());
  }

  /** {@return the value of {@link #withMean()}} */
  default boolean getWithMean() {
    return (boolean) getOrDefault((Param<?>) withMean());
  }

  /** {@return the value of {@link #withStd()}} */
  default boolean getWithStd() {
    return (boolean) getOrDefault((Param<?>) withStd());
  }

  /** {@return the function that {@link #activation()} names} */
  default ActivationFunction getActivation() {
    return ActivationFunction.parse(getOrDefault(activation()));
  }

  /** {@return the value of {@link #learn()}} */
  default String getLearn() {
    return getOrDefault(learn());
  }

  /**
   * {@return the value of {@link #loss()}, so "auto" where the label decides; {@link
   * BatchNormSummary#loss} has what it decided}
   */
  default String getLoss() {
    return getOrDefault(loss());
  }

  /** {@return the value of {@link #invalidIndicator()}} */
  default boolean getInvalidIndicator() {
    return (boolean) getOrDefault((Param<?>) invalidIndicator());
  }

  /** {@return the value of {@link #clip()}, which must be set} */
  default double getClip() {
    return (double) getOrDefault((Param<?>) clip());
  }

  /** {@return the value of {@link #momentum()}} */
  default double getMomentum() {
    return (double) getOrDefault((Param<?>) momentum());
  }

  // As in HasFeatureColumns: the params come from batchNormParams().

  @Override
  default void org$apache$spark$ml$param$shared$HasLabelCol$_setter_$labelCol_$eq(
      Param<String> param) {}

  @Override
  default void org$apache$spark$ml$param$shared$HasWeightCol$_setter_$weightCol_$eq(
      Param<String> param) {}

  @Override
  default void org$apache$spark$ml$param$shared$HasHandleInvalid$_setter_$handleInvalid_$eq(
      Param<String> param) {}

  @Override
  default void org$apache$spark$ml$param$shared$HasRegParam$_setter_$regParam_$eq(
      DoubleParam param) {}

  @Override
  default void org$apache$spark$ml$param$shared$HasMaxIter$_setter_$maxIter_$eq(IntParam param) {}

  @Override
  default void org$apache$spark$ml$param$shared$HasTol$_setter_$tol_$eq(DoubleParam param) {}

  @Override
  default void org$apache$spark$ml$param$shared$HasAggregationDepth$_setter_$aggregationDepth_$eq(
      IntParam param) {}
}
