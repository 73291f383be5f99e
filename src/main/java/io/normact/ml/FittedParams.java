package io.normact.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * What a fit leaves in a {@link BatchNormModel}, as params like all others, so that it is saved,
 * loaded and copied with them.
 */
public interface FittedParams {

  /** The holder of the params. */
  FittedParamSet fittedParams();

  /**
   * How many features each input column holds; unset in a model made by {@link BatchNormModel#of}.
   */
  default IntArrayParam fittedWidths() {
    return fittedParams().widths;
  }

  /** The param behind {@link BatchNormModel#count()}. */
  default DoubleArrayParam fittedCount() {
    return fittedParams().count;
  }

  /** The param behind {@link BatchNormModel#mean()}. */
  default DoubleArrayParam fittedMean() {
    return fittedParams().mean;
  }

  /** The param behind {@link BatchNormModel#variance()}. */
  default DoubleArrayParam fittedVariance() {
    return fittedParams().variance;
  }

  /** The param behind {@link BatchNormModel#gamma()}. */
  default DoubleArrayParam fittedGamma() {
    return fittedParams().gamma;
  }

  /** The param behind {@link BatchNormModel#beta()}. */
  default DoubleArrayParam fittedBeta() {
    return fittedParams().beta;
  }

  /** Null, NaN and infinite values of each feature in the fit. */
  default DoubleArrayParam fittedInvalid() {
    return fittedParams().invalid;
  }

  /** Rows that the fit dropped for an invalid value. */
  default LongParam fittedSkippedRows() {
    return fittedParams().skippedRows;
  }

  /** The exact sums behind the statistics; unset in a model made by {@link BatchNormModel#of}. */
  default StringArrayParam fittedMoments() {
    return fittedParams().moments;
  }

  /** What learning reached in each of its iterations; unset where nothing was learned. */
  default DoubleArrayParam fittedObjectiveHistory() {
    return fittedParams().objectiveHistory;
  }

  /** Whether learning converged; unset where nothing was learned. */
  default BooleanParam fittedConverged() {
    return fittedParams().converged;
  }

  /** The loss of supervised learning, as {@code auto} or the user chose it; else unset. */
  default Param<String> fittedLoss() {
    return fittedParams().loss;
  }

  /**
   * The slopes below zero that supervised learning found where the activation is a prelu, one a
   * feature and in place of that function's alpha; else unset.
   */
  default DoubleArrayParam fittedSlopes() {
    return fittedParams().slopes;
  }

  /**
   * The number of the last batch that {@link BatchNormModel#update(org.apache.spark.sql.Dataset,
   * long)} took; else unset.
   */
  default LongParam fittedLastBatch() {
    return fittedParams().lastBatch;
  }

  /**
   * What a transform returns in place of transformed rows: {@code statistics}, {@code summary},
   * {@code params} or {@code inverse}, the model's own as rows. It is how a client of Spark Connect
   * asks, which can call nothing else; unset, rows are transformed.
   */
  default Param<String> result() {
    return fittedParams().result;
  }
}
