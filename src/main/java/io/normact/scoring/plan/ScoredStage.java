package io.normact.scoring.plan;

import io.normact.math.ActivationFunction;
import io.normact.math.key.KeyStatistics;
import io.normact.math.key.Shrinkage;
import io.normact.math.row.Clipping;
import io.normact.math.row.Normalization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A saved stage as a scorer needs it. What the params of each class of stage are called, and what
 * their defaults are, is known here; those of columns in {@link StageColumns}, those of keys in
 * {@link RowKey} too.
 *
 * @param columns the columns
 * @param widths how many features each column holds; empty where the stage doesn't know
 * @param functions the function of all columns, or one for each
 * @param invalid what becomes of invalid values
 * @param indicators the columns that say where an input column is invalid, one each, or none
 * @param flags what these columns hold
 */
record ScoredStage(
    StageColumns columns,
    int[] widths,
    List<StageFunction> functions,
    InvalidRows invalid,
    List<String> indicators,
    StageFunction flags) {

  private static final String PACKAGE = "io.normact.ml.";
  private static final double[] NONE = {};
  private static final StageFunction FLAGS = new StageFunction.Flagged();
  private static final String MEAN = "mean";
  private static final String HANDLE_INVALID = "handleInvalid";

  /** Params of a model that have no part in what it gives. */
  private static final List<String> OF_THE_FIT =
      List.of(
          "learn",
          "labelCol",
          "labelClasses",
          "weightCol",
          "loss",
          "regParam",
          "maxIter",
          "tol",
          "momentum",
          "histogram",
          "histograms",
          "aggregationDepth",
          "count",
          "invalid",
          "skippedRows",
          "moments",
          "objectiveHistory",
          "converged",
          "learnedLoss",
          "lastBatch",
          "maxBroadcastInMB");

  private static final List<String> COLUMNS =
      List.of("inputCol", "inputCols", "outputCol", "outputCols", "formatVersion");

  private static final List<String> OF_THE_MODEL =
      List.of(
          "epsilon",
          "withMean",
          "withStd",
          "activation",
          "handleInvalid",
          "invalidIndicator",
          "clip",
          "widths",
          "mean",
          "variance",
          "gamma",
          "beta",
          "slopes",
          "keyCols",
          "minCount",
          "unknownKey",
          "shrinkage",
          "keyStatistics");

  /**
   * What a stage says.
   *
   * @param key the key of the rows
   * @throws IllegalArgumentException if it is none that can be scored, or its params are damaged
   */
  static ScoredStage of(SavedStage stage, RowKey key) {
    return switch (stage.type()) {
      case PACKAGE + "BatchNormModel" -> model(stage, key);
      case PACKAGE + "BatchNormInverse" -> inverse(stage, key);
      case PACKAGE + "Activation" -> activation(stage);
      case "org.apache.spark.ml.feature.VectorAssembler" -> assembler(stage);
      default ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "%s is a %s, but only BatchNormModel, BatchNormInverse, Activation and VectorAssembler can be scored without Spark; save a pipeline of those alone.",
                  stage.place(),
                  stage.type()));
    };
  }

  private static ScoredStage model(SavedStage stage, RowKey key) {
    check(stage, OF_THE_MODEL, OF_THE_FIT);
    double[] mean = finite(stage, MEAN, -1);
    double[] variance = finite(stage, "variance", mean.length);
    double[] gamma = finite(stage, "gamma", mean.length);
    double[] beta = finite(stage, "beta", mean.length);
    double epsilon = stage.number("epsilon", 1e-5);
    if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)
        || Arrays.stream(variance).anyMatch(value -> value < 0)) {
      throw new IllegalArgumentException(
          stage.place() + " has an epsilon or a variance below 0, but both are finite from 0 on.");
    }
    ActivationFunction activation =
        stage.function("activation", stage.text("activation", "identity"));
    boolean learned = stage.isSet("slopes") && activation.name().equals("prelu");
    boolean withMean = stage.flag("withMean", true);
    boolean withStd = stage.flag("withStd", true);
    double[] shift = withMean ? mean : new double[mean.length];
    double[] scale = withStd ? Normalization.scale(gamma, variance, epsilon) : gamma;
    KeyStatistics byKey = key.statistics(stage);
    double[] means = mean;
    double[] variances = variance;
    boolean unknown = false;
    if (byKey != null) {
      checkFeatures(stage, byKey, mean.length);
      means = new double[mean.length];
      variances = new double[mean.length];
      int number = key.number(stage);
      new Shrinkage(
              byKey,
              mean,
              variance,
              (int) stage.number("minCount", 2),
              stage.number("shrinkage", 0))
          .fill(number, means, variances);
      shift = withMean ? means : new double[mean.length];
      scale = withStd ? Normalization.scale(gamma, variances, epsilon) : gamma;
      unknown = isInvalid(stage, key, number, stage.text(HANDLE_INVALID, "error"));
    }
    double[][] bounds = {};
    if (stage.isSet("clip")) {
      double clip = stage.number("clip", 0);
      if (!(clip > 0 && clip < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s has the param clip %s, but it must be a finite number above 0.",
                stage.place(),
                clip));
      }
      bounds = Clipping.bounds(means, variances, epsilon, clip, shift, scale, beta);
    }
    boolean replaces = stage.text(HANDLE_INVALID, "error").equals(MEAN);
    StageFunction function =
        new StageFunction.Normalized(
            new StageFunction.Numbers(
                shift,
                scale,
                beta,
                activation,
                learned ? finite(stage, "slopes", mean.length) : NONE),
            bounds,
            replaces ? means : NONE);
    StageColumns columns = StageColumns.of(stage);
    return new ScoredStage(
        columns,
        widths(stage, columns.inputs().size(), mean.length),
        List.of(unknown ? new StageFunction.Invalid(function) : function),
        replaces
            ? InvalidRows.KEEP
            : policy(stage, InvalidRows.REJECT, unknown ? InvalidRows.DROP_ALL : InvalidRows.DROP),
        stage.flag("invalidIndicator", false)
            ? columns.inputs().stream().map(name -> name + "_invalid").toList()
            : List.of(),
        unknown ? new StageFunction.Invalid(new StageFunction.Flagged()) : FLAGS);
  }

  private static void checkFeatures(SavedStage stage, KeyStatistics byKey, int features) {
    if (byKey.features() != features) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has statistics of %d features by key, but %d features.",
              stage.place(),
              byKey.features(),
              features));
    }
  }

  /** Whether a key makes the features invalid: an unknown one, as in Spark. */
  private static boolean isInvalid(SavedStage stage, RowKey key, int number, String handleInvalid) {
    String unknownKey = stage.text("unknownKey", "global");
    String setting = "unknownKey=" + unknownKey;
    if (number >= 0 || !key.isGiven() || unknownKey.equals("global")) {
      return false;
    }
    if (unknownKey.equals("error")) {
      throw key.unknown(stage, setting);
    }
    if (!unknownKey.equals("invalid")) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has the param unknownKey '%s', but it must be global, error or invalid.",
              stage.place(),
              unknownKey));
    }
    if (handleInvalid.equals("error")) {
      throw key.unknown(stage, setting + " with handleInvalid=error");
    }
    return true;
  }

  private static ScoredStage inverse(SavedStage stage, RowKey key) {
    check(
        stage,
        List.of(
            "activation",
            "widths",
            "mean",
            "scale",
            "beta",
            "slopes",
            "keyCols",
            "unknownKey",
            "keyNumbers"),
        List.of("maxBroadcastInMB"));
    double[] mean = finite(stage, MEAN, -1);
    double[] scale = finite(stage, "scale", mean.length);
    KeyStatistics byKey = key.statistics(stage);
    if (byKey != null) {
      checkFeatures(stage, byKey, mean.length);
      int number = key.number(stage);
      if (isInvalid(stage, key, number, "keep")) {
        Arrays.fill(mean, Double.NaN);
        Arrays.fill(scale, 1);
      }
      for (int j = 0; number >= 0 && j < mean.length; j++) {
        mean[j] = byKey.mean(number, j);
        scale[j] = byKey.variance(number, j);
      }
    }
    StageFunction function =
        new StageFunction.Restored(
            new StageFunction.Numbers(
                mean,
                scale,
                finite(stage, "beta", mean.length),
                stage.function("activation", stage.text("activation", null)),
                stage.isSet("slopes") ? finite(stage, "slopes", mean.length) : NONE));
    StageColumns columns = StageColumns.of(stage);
    return new ScoredStage(
        columns,
        widths(stage, columns.inputs().size(), mean.length),
        List.of(function),
        InvalidRows.KEEP,
        List.of(),
        FLAGS);
  }

  private static ScoredStage activation(SavedStage stage) {
    check(stage, List.of("function", "functions", "output"), List.of());
    StageColumns columns = StageColumns.of(stage);
    if (stage.isSet("function") == stage.isSet("functions")) {
      throw new IllegalArgumentException(
          stage.place()
              + " must have either function or functions set, but has "
              + (stage.isSet("function") ? "both." : "neither."));
    }
    String output = stage.text("output", "value");
    if (!List.of("value", "slope").contains(output)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has the param output '%s', but it must be value or slope.",
              stage.place(),
              output));
    }
    List<String> texts =
        stage.isSet("function") ? List.of(stage.text("function", null)) : stage.texts("functions");
    if (!stage.isSet("function") && texts.size() != columns.inputs().size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has %d functions for %d columns; it needs one for each.",
              stage.place(),
              texts.size(),
              columns.inputs().size()));
    }
    List<StageFunction> functions =
        texts.stream()
            .<StageFunction>map(
                text ->
                    new StageFunction.Activated(
                        stage.function(stage.isSet("function") ? "function" : "functions", text),
                        output.equals("slope")))
            .toList();
    return new ScoredStage(columns, new int[0], functions, InvalidRows.KEEP, List.of(), FLAGS);
  }

  private static ScoredStage assembler(SavedStage stage) {
    return new ScoredStage(
        StageColumns.ofAssembler(stage),
        new int[0],
        List.of(new StageFunction.Assembly()),
        policy(stage, InvalidRows.REJECT_NAN, InvalidRows.DROP_NAN),
        List.of(),
        FLAGS);
  }

  private static void check(SavedStage stage, List<String> known, List<String> ofTheFit) {
    stage.checkFormat();
    List<String> all = new ArrayList<>(COLUMNS);
    all.addAll(known);
    all.addAll(ofTheFit);
    stage.checkParams(all);
  }

  private static InvalidRows policy(SavedStage stage, InvalidRows error, InvalidRows skip) {
    String name = stage.text(HANDLE_INVALID, "error");
    return switch (name) {
      case "error" -> error;
      case "skip" -> skip;
      case "keep" -> InvalidRows.KEEP;
      default ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "%s has the param handleInvalid '%s', but it must be error, skip or keep.",
                  stage.place(),
                  name));
    };
  }

  private static double[] finite(SavedStage stage, String name, int features) {
    double[] numbers = stage.numbers(name);
    if (features >= 0 && numbers.length != features) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has %d numbers in its param %s, but %d features.",
              stage.place(),
              numbers.length,
              name,
              features));
    }
    for (double number : numbers) {
      if (!Double.isFinite(number)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s has %s in its param %s, but it must hold finite numbers.",
                stage.place(),
                number,
                name));
      }
    }
    return numbers;
  }

  /** As fitted, or one column for all features, or a number for each column. */
  private static int[] widths(SavedStage stage, int columns, int features) {
    int[] widths = new int[columns];
    if (stage.isSet("widths")) {
      widths = stage.integers("widths");
    } else {
      Arrays.fill(widths, columns == 1 ? features : 1);
    }
    if (widths.length != columns
        || Arrays.stream(widths).anyMatch(width -> width <= 0)
        || Arrays.stream(widths).asLongStream().sum() != features) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has %d features, which don't fit its %d columns of widths %s.",
              stage.place(),
              features,
              columns,
              Arrays.toString(widths)));
    }
    return widths;
  }
}
