package io.normact.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The numbers that a fit leaves in a {@link BatchNormModel}. They are params like all others, so
 * they are saved, loaded and copied with them.
 */
public interface FittedParams {

  /** {@return the holder of the params, for the classes of this package} */
  FittedParamSet fittedParams();

  /**
   * {@return the param for how many features each input column holds; unset in a model made by
   * {@link BatchNormModel#of}}
   */
  default IntArrayParam fittedWidths() {
    return fittedParams().widths;
  }

  /** {@return the param behind {@link BatchNormModel#count()}} */
  default DoubleArrayParam fittedCount() {
    return fittedParams().count;
  }

  /** {@return the param behind {@link BatchNormModel#mean()}} */
  default DoubleArrayParam fittedMean() {
    return fittedParams().mean;
  }

  /** {@return the param behind {@link BatchNormModel#variance()}} */
  default DoubleArrayParam fittedVariance() {
    return fittedParams().variance;
  }

  /** {@return the param behind {@link BatchNormModel#gamma()}} */
  default DoubleArrayParam fittedGamma() {
    return fittedParams().gamma;
  }

  /** {@return the param behind {@link BatchNormModel#beta()}} */
  default DoubleArrayParam fittedBeta() {
    return fittedParams().beta;
  }

  /**
   * {@return the param for how many values of each feature were null, NaN or infinite in the fit}
   */
  default DoubleArrayParam fittedInvalid() {
    return fittedParams().invalid;
  }

  /** {@return the param for how many rows the fit dropped for an invalid value} */
  default LongParam fittedSkippedRows() {
    return fittedParams().skippedRows;
  }

  /**
   * {@return the param for the exact sums behind the statistics, as texts; unset in a model made by
   * {@link BatchNormModel#of}} Only {@link BatchNormModel#update} reads them.
   */
  default StringArrayParam fittedMoments() {
    return fittedParams().moments;
  }

  /**
   * {@return the param for the objective after each iteration of learning; unset where nothing was
   * learned}
   */
  default DoubleArrayParam fittedObjectiveHistory() {
    return fittedParams().objectiveHistory;
  }

  /** {@return the param for whether learning converged; unset where nothing was learned} */
  default BooleanParam fittedConverged() {
    return fittedParams().converged;
  }

  /**
   * {@return the param for the loss of supervised learning, as {@code auto} or the user chose it;
   * unset without supervised learning}
   */
  default Param<String> fittedLoss() {
    return fittedParams().loss;
  }

  /**
   * {@return the param for the classes of a label of texts, in the order in which learning numbered
   * them from 0; unset where the label has numbers}
   */
  default StringArrayParam fittedLabelClasses() {
    return fittedParams().labelClasses;
  }

  /**
   * {@return the param for the slopes below zero that supervised learning found for a prelu; else
   * unset} There is one for each feature, in place of prelu's alpha.
   */
  default DoubleArrayParam fittedSlopes() {
    return fittedParams().slopes;
  }

  /**
   * {@return the param for count, mean and variance within each key, with the exact sums behind
   * them, as texts; unset in a model without keys}
   */
  default StringArrayParam fittedKeyStatistics() {
    return fittedParams().keyStatistics;
  }

  /**
   * {@return the param for the histograms of the features' values, as texts; unset where {@link
   * BatchNormParams#histogram()} was false in the fit, with keys, and after an update with a
   * momentum above 0}
   */
  default StringArrayParam fittedHistograms() {
    return fittedParams().histograms;
  }

  /**
   * {@return the param for the number of the last batch that {@link
   * BatchNormModel#update(org.apache.spark.sql.Dataset, long)} took in; unset before any}
   */
  default LongParam fittedLastBatch() {
    return fittedParams().lastBatch;
  }

  /**
   * The param for what a transform returns in place of transformed rows: {@code statistics}, {@code
   * summary}, {@code params} or {@code inverse} of the model, as rows. Where it is unset, rows are
   * transformed. A client of Spark Connect needs it, since it can call nothing but transform.
   *
   * @return the param
   */
  default Param<String> result() {
    return fittedParams().result;
  }
}
