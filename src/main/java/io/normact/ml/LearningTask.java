package io.normact.ml;

import io.normact.sql.FeatureSource;
import io.normact.sql.RowBlocks;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;

/**
 * What learning starts from: the data of a fit, and a model with its statistics.
 *
 * @param stage the stage with its params
 * @param data the rows
 * @param sources where the features are
 * @param weight the column of row weights, or null
 * @param weights the weight of each feature's valid rows
 * @param model the fitted model, which gamma and beta go into
 * @param progress who is told
 */
record LearningTask(
    BatchNorm stage,
    Dataset<?> data,
    List<FeatureSource> sources,
    Column weight,
    double[] weights,
    BatchNormModel model,
    LearningProgress progress) {

  /** The rows, normalised by this shift and scale. */
  RowBlocks.Packing packing(Column label, double[] shift, double[] scale, double replacement) {
    return new RowBlocks.Packing(
        sources,
        model.widths(sources.size()),
        weight,
        label,
        InvalidValues.of(stage.getHandleInvalid()) == InvalidValues.SKIP,
        shift,
        scale,
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
