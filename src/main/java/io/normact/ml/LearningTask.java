package io.normact.ml;

import io.normact.math.exact.Moments;
import io.normact.math.row.Clipping;
import io.normact.math.row.Normalization;
import io.normact.sql.pass.FeatureSource;
import io.normact.sql.pass.RowBlocks;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;

/**
 * What learning starts from: the data of a fit, and a model with its statistics.
 *
 * @param stage the stage with its params
 * @param data the rows
 * @param sources where the features are
 * @param weight the column of row weights, or null
 * @param moments the sums of the fit
 * @param model the fitted model, which gamma and beta go into
 * @param normalized what the rows are like when they are normalised
 * @param progress who is told
 */
record LearningTask(
    BatchNorm stage,
    Dataset<?> data,
    List<FeatureSource> sources,
    Column weight,
    List<Moments> moments,
    BatchNormModel model,
    Normalized normalized,
    LearningProgress progress) {

  /**
   * The rows that gamma and beta are learned on. Where there are statistics by key, rows are
   * normalised by those first. Then shift is 0 and scale is 1.
   *
   * @param mean of each feature
   * @param variance of each feature
   * @param shift what is subtracted from each feature
   * @param scale what the difference is multiplied by
   * @param byKey the column of the statistics by which rows are normalised first, or null
   */
  record Normalized(
      double[] mean, double[] variance, double[] shift, double[] scale, Column byKey) {

    /** Of rows that are normalised by the statistics of all. */
    static Normalized of(BatchNorm stage, BatchNormModel model) {
      double[] mean = model.mean().toArray();
      double[] variance = model.variance().toArray();
      double[] ones = ones(mean.length);
      return new Normalized(
          mean,
          variance,
          stage.getWithMean() ? mean : new double[mean.length],
          stage.getWithStd() ? Normalization.scale(ones, variance, stage.getEpsilon()) : ones,
          null);
    }

    /** Of rows that are normalised by key. */
    static Normalized of(BatchNormModel model, Column byKey) {
      double[][] moments = KeyedFit.normalizedMoments(model);
      int features = moments[0].length;
      return new Normalized(moments[0], moments[1], new double[features], ones(features), byKey);
    }

    private static double[] ones(int features) {
      double[] ones = new double[features];
      Arrays.fill(ones, 1);
      return ones;
    }
  }

  /**
   * The exponent of the power of two that row weights are multiplied by, so that all rows together
   * weigh about 2^total. What is learned does not depend on it. But with weights of 1e308 or 1e-308
   * as they are, sums of products would leave the range of doubles.
   */
  int weightExponent(int total) {
    return weight == null
        ? 0
        : total - moments.stream().mapToInt(Moments::weightExponent).max().orElse(0);
  }

  /** The weight of each feature's valid rows, times a power of two. */
  double[] weights(int exponent) {
    return moments.stream()
        .flatMapToDouble(
            part -> IntStream.range(0, part.features()).mapToDouble(j -> part.weight(j, exponent)))
        .toArray();
  }

  /**
   * The rows, normalised by this shift and scale, and clipped if the stage clips, with weights
   * times this power of two.
   *
   * @param replacement as in {@link RowBlocks.Packing}
   */
  RowBlocks.Packing packing(
      Column label, double[] shift, double[] scale, double[] replacement, int weightExponent) {
    double[][] bounds =
        stage.isSet(stage.clip()) && normalized.byKey == null
            ? Clipping.bounds(
                model.mean().toArray(),
                model.variance().toArray(),
                stage.getEpsilon(),
                stage.getClip(),
                shift,
                scale,
                new double[shift.length])
            : null;
    return new RowBlocks.Packing(
        sources,
        model.widths(sources.size()),
        weight,
        weightExponent,
        label,
        InvalidValues.of(stage.getHandleInvalid()) == InvalidValues.SKIP,
        shift,
        scale,
        bounds,
        replacement,
        normalized.byKey,
        normalized.byKey == null ? null : KeyNormalization.form(model));
  }

  /** Runs passes over the packed rows, all in one SQL execution; the first packs them. */
  <T> T passes(RowBlocks.Packing packing, Function<RowBlocks, T> passes) {
    return RowBlocks.passes("BatchNorm.learn", data, packing, stage.getAggregationDepth(), passes);
  }
}
