package io.normact.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The params of {@link BatchNormParams} with their defaults, created when the stage has its uid.
 * {@link #setDefaults} comes after, since Spark finds a stage's params by asking the stage.
 */
final class BatchNormParamSet {
  static final String LEARN_NONE = "none";
  static final String LEARN_INFOMAX = "infomax";
  static final String LEARN_SUPERVISED = "supervised";
  static final String LOSS_AUTO = "auto";
  static final String INVALID_ERROR = "error";
  static final String INVALID_SKIP = "skip";
  static final String INVALID_KEEP = "keep";
  static final String INVALID_MEAN = "mean";
  static final String UNKNOWN_GLOBAL = "global";
  static final String UNKNOWN_ERROR = "error";
  static final String UNKNOWN_INVALID = "invalid";
  static final int MAX_BROADCAST_IN_MB = 256;

  final DoubleParam epsilon;
  final BooleanParam withMean;
  final BooleanParam withStd;
  final Param<String> activation;
  final Param<String> learn;
  final Param<String> labelCol;
  final Param<String> weightCol;
  final Param<String> loss;
  final DoubleParam regParam;
  final IntParam maxIter;
  final DoubleParam tol;
  final Param<String> handleInvalid;
  final BooleanParam invalidIndicator;
  final DoubleParam clip;
  final BooleanParam histogram;
  final DoubleParam momentum;
  final IntParam aggregationDepth;
  final StringArrayParam keyCols;
  final IntParam minCount;
  final Param<String> unknownKey;
  final DoubleParam shrinkage;
  final IntParam maxBroadcastInMB;

  /** Sets a param of a stage, and gives the stage back as what it is. */
  @SuppressWarnings("unchecked")
  static <S> S with(HasKeyCols<S> stage, Param<?> param, Object value) {
    stage.set((Param<Object>) param, value);
    return (S) stage;
  }

  BatchNormParamSet(Params stage) {
    epsilon =
        new DoubleParam(stage, "epsilon", "added to the variance", Expect.atLeastZero("epsilon"));
    withMean = new BooleanParam(stage, "withMean", "whether to subtract the mean");
    withStd = new BooleanParam(stage, "withStd", "whether to divide by sqrt(variance + epsilon)");
    activation =
        new FunctionParam(
            stage, "activation", "activation function applied after gamma * x + beta");
    learn =
        new Param<>(
            stage,
            "learn",
            "where gamma and beta come from: none, infomax, supervised",
            Expect.oneOf("learn", LEARN_NONE, LEARN_INFOMAX, LEARN_SUPERVISED));
    labelCol =
        new Param<>(
            stage, "labelCol", "label column for supervised learning", Expect.name("labelCol"));
    weightCol = new Param<>(stage, "weightCol", "column of row weights", Expect.name("weightCol"));
    loss =
        new Param<>(
            stage,
            "loss",
            "loss of supervised learning: auto, logistic, softmax, squared",
            Expect.oneOf("loss", LOSS_AUTO, "logistic", "softmax", "squared"));
    regParam =
        new DoubleParam(stage, "regParam", "weight of the penalty", Expect.atLeastZero("regParam"));
    maxIter =
        new IntParam(stage, "maxIter", "largest number of iterations", Expect.positive("maxIter"));
    tol = new DoubleParam(stage, "tol", "convergence tolerance", Expect.atLeastZero("tol"));
    handleInvalid =
        new Param<>(
            stage,
            "handleInvalid",
            "what happens to null, NaN and infinity: error, skip (drop the row), keep (leave them"
                + " out of the statistics and pass them through), mean (leave them out of the"
                + " statistics and count them as the mean, with keyCols as that of the row's key)",
            Expect.oneOf("handleInvalid", INVALID_ERROR, INVALID_SKIP, INVALID_KEEP, INVALID_MEAN));
    invalidIndicator =
        new BooleanParam(
            stage,
            "invalidIndicator",
            "whether to add a column <input>_invalid that is 1 where a value is null, NaN or"
                + " infinite, or counts as such by unknownKey, else 0");
    clip =
        new DoubleParam(
            stage,
            "clip",
            "how many standard deviations from the mean a value may be before it is clipped; with"
                + " keyCols mean and standard deviation are those of the row's key",
            Expect.positive("clip"));
    histogram =
        new BooleanParam(
            stage,
            "histogram",
            "whether the model keeps a histogram of each feature, with which drift is measured");
    momentum =
        new DoubleParam(
            stage,
            "momentum",
            "weight of a new batch in update, above 0 to 1 as in torch; 0 for cumulative statistics,"
                + " which torch calls None",
            Expect.momentum("momentum"));
    aggregationDepth =
        new IntParam(
            stage,
            "aggregationDepth",
            "depth of the merge tree",
            Expect.positive("aggregationDepth"));
    keyCols =
        new NamesParam(
            stage,
            "keyCols",
            "columns such as store: each feature is normalised by the mean and variance of the rows"
                + " that have the same values in these columns; without keyCols by those of all rows",
            Expect.names("keyCols"));
    minCount =
        new IntParam(
            stage,
            "minCount",
            "with keyCols: a key in which the fit saw fewer valid values of a feature is normalised"
                + " by the feature's mean and variance over all rows",
            Expect.positive("minCount"));
    unknownKey = unknownKey(stage);
    shrinkage =
        new DoubleParam(
            stage,
            "shrinkage",
            "with keyCols: draws a key's mean and variance towards those of all rows, the more the"
                + " fewer rows the key has; 10 does it as if the key had 10 rows more, which are like"
                + " all rows on average; 0 takes the key's own as they are",
            Expect.atLeastZero("shrinkage"));
    maxBroadcastInMB = maxBroadcastInMB(stage);
  }

  /** What a key gets that the fit did not see. */
  static Param<String> unknownKey(Params stage) {
    return new Param<>(
        stage,
        "unknownKey",
        "with keyCols: what happens to a row whose key the fit did not see: global (it is normalised"
            + " by the mean and variance of all rows), error (the job ends and names the key), invalid"
            + " (all its features count as invalid, so that handleInvalid decides)",
        Expect.oneOf("unknownKey", UNKNOWN_GLOBAL, UNKNOWN_ERROR, UNKNOWN_INVALID));
  }

  /** How large a table of keys may be that each executor gets. */
  static IntParam maxBroadcastInMB(Params stage) {
    return new IntParam(
        stage,
        "maxBroadcastInMB",
        "with keyCols: up to so many megabytes the table of keys is sent to each executor; a larger"
            + " one is joined to the rows, which shuffles them",
        Expect.atLeastZero("maxBroadcastInMB"));
  }

  void setDefaults(Params stage) {
    stage.setDefault(epsilon, 1e-5);
    stage.setDefault(withMean, true);
    stage.setDefault(withStd, true);
    stage.setDefault(activation, "identity");
    stage.setDefault(learn, LEARN_NONE);
    stage.setDefault(loss, LOSS_AUTO);
    stage.setDefault(regParam, 1e-3);
    stage.setDefault(maxIter, 100);
    stage.setDefault(tol, 1e-6);
    stage.setDefault(handleInvalid, INVALID_ERROR);
    stage.setDefault(invalidIndicator, false);
    stage.setDefault(histogram, false);
    stage.setDefault(momentum, 0.0);
    stage.setDefault(aggregationDepth, 2);
    stage.setDefault(minCount, 2);
    stage.setDefault(unknownKey, UNKNOWN_GLOBAL);
    stage.setDefault(shrinkage, 0.0);
    stage.setDefault(maxBroadcastInMB, MAX_BROADCAST_IN_MB);
  }
}
