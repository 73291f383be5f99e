package io.normact.ml;

import io.normact.math.exact.Moments;
import io.normact.math.row.Clipping;
import io.normact.sql.pass.FeatureMoments;
import io.normact.sql.pass.FeatureSource;
import io.normact.sql.pass.RowBlocks;
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
 * @param progress who is told
 */
record LearningTask(
    BatchNorm stage,
    Dataset<?> data,
    List<FeatureSource> sources,
    Column weight,
    FeatureMoments moments,
    BatchNormModel model,
    LearningProgress progress) {

  /**
   * The power of two that row weights are multiplied by to make the weight of all rows about
   * 2^total: a learned gamma and beta don't depend on it, but sums of products with weights of
   * 1e308 or 1e-308 would leave the range of doubles.
   */
  int weightExponent(int total) {
    return weight == null
        ? 0
        : total - moments.parts().stream().mapToInt(Moments::weightExponent).max().orElse(0);
  }

  /** The weight of each feature's valid rows, times a power of two. */
  double[] weights(int exponent) {
    return moments.parts().stream()
        .flatMapToDouble(
            part -> IntStream.range(0, part.features()).mapToDouble(j -> part.weight(j, exponent)))
        .toArray();
  }

  /**
   * The rows, normalised by this shift and scale, and clipped if the stage clips, with weights
   * times this power of two.
   */
  RowBlocks.Packing packing(
      Column label, double[] shift, double[] scale, double[] replacement, int weightExponent) {
    double[][] bounds =
        stage.isSet(stage.clip())
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
        replacement);
  }

  /** Runs passes over the packed rows, all in one SQL execution; the first packs them. */
  <T> T passes(RowBlocks.Packing packing, Function<RowBlocks, T> passes) {
    return RowBlocks.passes("BatchNorm.learn", data, packing, stage.getAggregationDepth(), passes);
  }

  /** What the model subtracts. */
  double[] shift() {
    double[] mean = model.mean().toArray();
    return stage.getWithMean() ? mean : new double[mean.length];
  }
}
