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

  /** The holder of the params. */
  BatchNormParamSet batchNormParams();

  /** Added to the variance, at least 0 (default 1e-5); with 0 a constant column maps to beta. */
  default DoubleParam epsilon() {
    return batchNormParams().epsilon;
  }

  /** Whether the mean is subtracted (default true); without it sparse vectors stay sparse. */
  default BooleanParam withMean() {
    return batchNormParams().withMean;
  }

  /** Whether columns are divided by sqrt(variance + epsilon) (default true). */
  default BooleanParam withStd() {
    return batchNormParams().withStd;
  }

  /** The function applied after gamma * x + beta (default identity). */
  default Param<String> activation() {
    return batchNormParams().activation;
  }

  /** Where gamma and beta come from: none (default), infomax or supervised. */
  default Param<String> learn() {
    return batchNormParams().learn;
  }

  /** The label for supervised learning. */
  @Override
  default Param<String> labelCol() {
    return batchNormParams().labelCol;
  }

  /** The weight of each row, finite and not negative (default: 1 a row). */
  @Override
  default Param<String> weightCol() {
    return batchNormParams().weightCol;
  }

  /** The loss of supervised learning: auto (default, decided by the label) or its name. */
  default Param<String> loss() {
    return batchNormParams().loss;
  }

  /** The weight of the penalty in supervised learning, at least 0 (default 1e-3). */
  @Override
  default DoubleParam regParam() {
    return batchNormParams().regParam;
  }

  /** The largest number of iterations in learning (default 100). */
  @Override
  default IntParam maxIter() {
    return batchNormParams().maxIter;
  }

  /** The tolerance at which learning has converged, at least 0 (default 1e-6). */
  @Override
  default DoubleParam tol() {
    return batchNormParams().tol;
  }

  /** What happens to null, NaN and infinity: error (default), skip or keep. */
  @Override
  default Param<String> handleInvalid() {
    return batchNormParams().handleInvalid;
  }

  /**
   * The momentum of {@link BatchNormModel#update}: 0 (default) for cumulative statistics, which
   * torch.nn.BatchNorm1d calls None, else above 0 to 1, the weight of a new batch as in torch.
   * torch's 0, with which statistics never move, is not to be had: leave update out.
   */
  default DoubleParam momentum() {
    return batchNormParams().momentum;
  }

  /** The depth of the tree in which the results of more than 16 tasks are merged (default 2). */
  @Override
  default IntParam aggregationDepth() {
    return batchNormParams().aggregationDepth;
  }

  /** The value of {@link #epsilon()}. */
  default double getEpsilon() {
    return (double) getOrDefault((Param<?>) epsilon());
  }

  /** The value of {@link #withMean()}. */
  default boolean getWithMean() {
    return (boolean) getOrDefault((Param<?>) withMean());
  }

  /** The value of {@link #withStd()}. */
  default boolean getWithStd() {
    return (boolean) getOrDefault((Param<?>) withStd());
  }

  /** The function that {@link #activation()} names. */
  default ActivationFunction getActivation() {
    return ActivationFunction.parse(getOrDefault(activation()));
  }

  /** The value of {@link #learn()}. */
  default String getLearn() {
    return getOrDefault(learn());
  }

  /** The value of {@link #loss()}. */
  default String getLoss() {
    return getOrDefault(loss());
  }

  /** The value of {@link #momentum()}. */
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
