package io.normact.ml;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** The params of {@link FittedParams}, created when the model has its uid. */
final class FittedParamSet {
  final IntArrayParam widths;
  final DoubleArrayParam count;
  final DoubleArrayParam mean;
  final DoubleArrayParam variance;
  final DoubleArrayParam gamma;
  final DoubleArrayParam beta;
  final DoubleArrayParam invalid;
  final LongParam skippedRows;
  final StringArrayParam moments;
  final DoubleArrayParam objectiveHistory;
  final BooleanParam converged;
  final Param<String> loss;
  final StringArrayParam labelClasses;
  final DoubleArrayParam slopes;
  final LongParam lastBatch;
  final StringArrayParam keyStatistics;
  final StringArrayParam histograms;

  /** Set by a client of Spark Connect, for a call. */
  final Param<String> result;

  FittedParamSet(Params model) {
    widths = new IntArrayParam(model, "widths", "features each input column holds");
    count = new FeatureArrayParam(model, "count", "valid rows of each feature");
    mean = new FeatureArrayParam(model, "mean", "mean of each feature");
    variance = new FeatureArrayParam(model, "variance", "population variance of each feature");
    gamma = new FeatureArrayParam(model, "gamma", "scale of each feature");
    beta = new FeatureArrayParam(model, "beta", "shift of each feature");
    invalid = new FeatureArrayParam(model, "invalid", "invalid values of each feature");
    skippedRows = new LongParam(model, "skippedRows", "rows dropped for an invalid value");
    moments = new LongTextsParam(model, "moments", "exact sums that an update continues from");
    objectiveHistory =
        new DoubleArrayParam(model, "objectiveHistory", "objective of learning, by iteration");
    converged = new BooleanParam(model, "converged", "whether learning converged");
    loss =
        new Param<>(
            model,
            "learnedLoss",
            "loss of supervised learning",
            Expect.oneOf("learnedLoss", "logistic", "softmax", "squared"));
    labelClasses =
        new StringArrayParam(model, "labelClasses", "classes of a label of texts, in order");
    keyStatistics = new LongTextsParam(model, "keyStatistics", "statistics within each key");
    histograms = new LongTextsParam(model, "histograms", "histogram of each feature's values");
    lastBatch = new LongParam(model, "lastBatch", "number of the last batch of a stream");
    slopes =
        new FeatureArrayParam(
            model, "slopes", "prelu's slope below zero, learned for each feature");
    result =
        new Param<>(
            model,
            "result",
            "what transform returns in place of transformed rows: "
                + String.join(", ", ModelRows.names()),
            Expect.oneOf("result", ModelRows.names()));
  }

  /** Checks the fitted params against one another; a loaded or given model may be anything. */
  void check(BatchNormModel model) {
    for (DoubleArrayParam param : List.of(mean, variance, gamma, beta, count, invalid)) {
      if (!model.isSet(param)) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "Model %s has no %s.", model.uid(), param.name()));
      }
      checkNumbers(model, param);
    }
    if (model.isSet(slopes)) {
      checkNumbers(model, slopes);
    }
    if (model.isSet(labelClasses)
        && Arrays.stream(model.getOrDefault(labelClasses)).distinct().count() < 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Param labelClasses is %s, but must hold two different texts at least.",
              Arrays.toString(model.getOrDefault(labelClasses))));
    }
    for (double value : model.getOrDefault(variance)) {
      if (value < 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "Param variance holds %s, but variances are at least 0.", value));
      }
    }
    int features = model.getOrDefault(mean).length;
    if (model.isSet(widths)) {
      checkWidths(model, features);
    }
    KeyedFit.check(model, features);
  }

  private void checkWidths(BatchNormModel model, int features) {
    int[] perColumn = model.getOrDefault(widths);
    boolean positive = Arrays.stream(perColumn).allMatch(width -> width > 0);
    boolean named = model.isSet(model.inputCol()) || model.isSet(model.inputCols());
    int columns = named ? FeatureColumn.inputs(model).length : perColumn.length;
    if (!positive
        || Arrays.stream(perColumn).asLongStream().sum() != features
        || perColumn.length != columns) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Param widths is %s, but there are %d features in %d columns.",
              Arrays.toString(perColumn),
              features,
              columns));
    }
  }

  private void checkNumbers(BatchNormModel model, DoubleArrayParam param) {
    double[] values = model.getOrDefault(param);
    int features = model.getOrDefault(mean).length;
    FeatureCountException.check(param, values, features);
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Param %s holds %s, but must hold finite numbers.",
                param.name(),
                value));
      }
    }
  }
}
