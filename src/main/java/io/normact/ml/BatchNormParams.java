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
 * The params that {@link BatchNorm} and {@link BatchNormModel} share. Params that Spark's own
 * stages have too come from Spark's traits, where tools look for them.
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
   * {@code none} takes given numbers, else 1 and 0. {@code infomax} needs no label and works with
   * sigmoid and tanh only. {@code supervised} needs a label and works with every elementwise
   * function.
   */
  default Param<String> learn() {
    return batchNormParams().learn;
  }

  /**
   * {@return the param for the label's column: unset by default} Supervised learning needs it, with
   * a number in every row, or a boolean, which counts as 0 or 1, or a text. Texts are classes, 2 to
   * 100 of them, which are numbered from 0 in the order of their UTF-8 bytes; {@link
   * BatchNormSummary#classes} has them.
   */
  @Override
  default Param<String> labelCol() {
    return batchNormParams().labelCol;
  }

  /**
   * {@return the param for the column of row weights, finite and not negative: unset by default}
   * Where it is unset every row weighs 1.
   */
  @Override
  default Param<String> weightCol() {
    return batchNormParams().weightCol;
  }

  /**
   * {@return the param for the loss of supervised learning: auto (default), logistic, softmax or
   * squared} {@code auto} takes logistic for the labels 0 and 1. It takes softmax for the labels 0
   * to K - 1 if there are 3 to 100 classes and all of them occur. Else it takes squared. {@code
   * squared} needs numbers.
   */
  default Param<String> loss() {
    return batchNormParams().loss;
  }

  /**
   * {@return the param for the weight of the penalty in supervised learning: at least 0, default
   * 1e-3} {@code regParam / 2 * (|W|^2 + |gamma - 1|^2 + |beta|^2)} is added to the objective,
   * where W are the weights of the linear head.
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
   * {@code error} ends the fit, or the query over the output, and names the column. {@code skip}
   * drops the row, from the fit and from the output. {@code keep} leaves the value out of the
   * statistics. The output then has null for null, and what the formula gives for NaN and infinity.
   * {@code mean} leaves the value out of the statistics too. In the output it counts as its
   * feature's mean, which maps to f(beta) where {@link #withMean()} is true. With {@link
   * #keyCols()} that is the mean that the row's key goes by.
   */
  @Override
  default Param<String> handleInvalid() {
    return batchNormParams().handleInvalid;
  }

  /**
   * {@return the param for whether the model adds a column {@code <input>_invalid} for each input
   * column: default false} The column is of the output's kind. It has 1 where a value is null, NaN
   * or infinite, else 0, and never null. It also has 1 where a value counts as invalid since its
   * key is unknown, see {@link #unknownKey()}.
   */
  default BooleanParam invalidIndicator() {
    return batchNormParams().invalidIndicator;
  }

  /**
   * {@return the param for how many standard deviations, {@code sqrt(variance + epsilon)}, a value
   * may be from the mean: above 0, unset by default} A value further away is moved to that bound: x
   * becomes {@code min(max(x, mean - clip * deviation), mean + clip * deviation)} before all else.
   * An infinite x is clipped like any other where {@link #handleInvalid()} lets it through.
   * Statistics are those of the values before clipping; learning sees them clipped. With {@link
   * #keyCols()} mean and deviation are those that the row's key goes by, and sparse vectors become
   * dense.
   */
  default DoubleParam clip() {
    return batchNormParams().clip;
  }

  /**
   * {@return the param for whether the model keeps a histogram of each feature and the least and
   * greatest value: false by default} A report then says how far new values are from those of the
   * fit. It takes some hundred bytes a feature in the model, and the fit takes longer, see the
   * README. Rows count without their weights. A model with keyCols keeps none, nor does one of more
   * than 10,000 features in a vector, array or run of numbers.
   */
  default BooleanParam histogram() {
    return batchNormParams().histogram;
  }

  /**
   * {@return the param for the weight of a new batch in {@link BatchNormModel#update}: 0 (default)
   * or above 0 to 1} 0 is for cumulative statistics, which torch.nn.BatchNorm1d calls None. Above 0
   * it means what it means in torch. In torch 0 means that statistics never move; for that, don't
   * call update.
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
   * names the key. {@code invalid} treats the row's features as invalid, so {@link
   * #handleInvalid()} decides: {@code keep} makes them NaN, and {@code mean} counts them as the
   * mean of all rows.
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
   * {@return the value of {@link #loss()}} It is {@code auto} where the label decides; {@link
   * BatchNormSummary#loss} tells what it decided.
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

  /** {@return the value of {@link #histogram()}} */
  default boolean getHistogram() {
    return (boolean) getOrDefault((Param<?>) histogram());
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
