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
 * The params that {@link BatchNorm} and {@link BatchNormModel} share. A model has those of its fit.
 * Params that Spark's own stages have too come from Spark's traits, where tools look for them.
 *
 * @param <S> the stage's own type, which the setters return
 */
public interface BatchNormParams<S>
    extends HasFeatureColumns<S>,
        HasKeyCols<S>,
        HasLabelCol,
        HasWeightCol,
        HasHandleInvalid,
        HasRegParam,
        HasMaxIter,
        HasTol,
        HasAggregationDepth {

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

  /**
   * Sets {@link #epsilon()}. For the numbers of another framework take that framework's epsilon.
   *
   * @param value a finite number of at least 0 (default 1e-5); it should be far below the variances
   *     of the features, else the variance of their output is well below 1
   * @return this stage
   */
  default S setEpsilon(double value) {
    return BatchNormParamSet.with(this, epsilon(), value);
  }

  /**
   * Sets {@link #activation()}. A model learns nothing anew: its gamma and beta belong to the
   * function of the fit.
   *
   * @param value a text such as {@code "elu(alpha=0.5)"} (default identity)
   * @return this stage
   * @throws IllegalArgumentException if {@link ActivationFunction#parse} can't read the text
   */
  default S setActivation(String value) {
    return BatchNormParamSet.with(this, activation(), value);
  }

  /**
   * Sets {@link #handleInvalid()} for the fit, or for a model's transform and update.
   *
   * @param value error (default), skip, keep or mean
   * @return this stage
   */
  default S setHandleInvalid(String value) {
    return BatchNormParamSet.with(this, handleInvalid(), value);
  }

  /**
   * Sets {@link #invalidIndicator()}.
   *
   * @param value true if the model is to add a column {@code <input>_invalid} for each input column
   *     (default false)
   * @return this stage
   */
  default S setInvalidIndicator(boolean value) {
    return BatchNormParamSet.with(this, invalidIndicator(), value);
  }

  /**
   * Sets {@link #clip()}. A model learns nothing anew.
   *
   * @param value standard deviations, a finite number above 0 (default: unset)
   * @return this stage
   */
  default S setClip(double value) {
    return BatchNormParamSet.with(this, clip(), value);
  }

  /**
   * Sets {@link #momentum()}, which only a model's update looks at.
   *
   * @param value 0 (default) for cumulative statistics, or above 0 to 1
   * @return this stage
   */
  default S setMomentum(double value) {
    return BatchNormParamSet.with(this, momentum(), value);
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
