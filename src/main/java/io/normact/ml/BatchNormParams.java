package io.normact.ml;

import io.normact.math.ActivationFunction;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
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
