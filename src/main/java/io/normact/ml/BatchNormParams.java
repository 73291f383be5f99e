package io.normact.ml;

import io.normact.math.ActivationFunction;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/**
 * The params that {@link BatchNorm} and {@link BatchNormModel} share.
 *
 * @param <S> the stage's own type
 */
public interface BatchNormParams<S> extends HasFeatureColumns<S> {

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
  default Param<String> labelCol() {
    return batchNormParams().labelCol;
  }

  /** The weight of each row, finite and not negative (default: 1 a row). */
  default Param<String> weightCol() {
    return batchNormParams().weightCol;
  }

  /** The loss of supervised learning: auto (default, decided by the label) or its name. */
  default Param<String> loss() {
    return batchNormParams().loss;
  }

  /** The weight of the penalty in supervised learning, at least 0 (default 1e-3). */
  default DoubleParam regParam() {
    return batchNormParams().regParam;
  }

  /** The largest number of iterations in learning (default 100). */
  default IntParam maxIter() {
    return batchNormParams().maxIter;
  }

  /** The tolerance at which learning has converged, at least 0 (default 1e-6). */
  default DoubleParam tol() {
    return batchNormParams().tol;
  }

  /** What happens to null, NaN and infinity: error (default), skip or keep. */
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

  /** The value of {@link #labelCol()}. */
  default String getLabelCol() {
    return getOrDefault(labelCol());
  }

  /** The value of {@link #weightCol()}. */
  default String getWeightCol() {
    return getOrDefault(weightCol());
  }

  /** The value of {@link #loss()}. */
  default String getLoss() {
    return getOrDefault(loss());
  }

  /** The value of {@link #regParam()}. */
  default double getRegParam() {
    return (double) getOrDefault((Param<?>) regParam());
  }

  /** The value of {@link #maxIter()}. */
  default int getMaxIter() {
    return (int) getOrDefault((Param<?>) maxIter());
  }

  /** The value of {@link #tol()}. */
  default double getTol() {
    return (double) getOrDefault((Param<?>) tol());
  }

  /** The value of {@link #handleInvalid()}. */
  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  /** The value of {@link #momentum()}. */
  default double getMomentum() {
    return (double) getOrDefault((Param<?>) momentum());
  }

  /** The value of {@link #aggregationDepth()}. */
  default int getAggregationDepth() {
    return (int) getOrDefault((Param<?>) aggregationDepth());
  }
}
