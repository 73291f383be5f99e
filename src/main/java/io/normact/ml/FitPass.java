package io.normact.ml;

import io.normact.sql.column.ColumnKind;
import io.normact.sql.pass.FeatureMoments;
import io.normact.sql.pass.FeatureSource;
import io.normact.sql.pass.MomentsAggregation;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/** The pass over the rows for their moments, as a stage's params say. */
final class FitPass {

  private FitPass() {}

  /**
   * The moments of the columns.
   *
   * @param name what the user has called, see {@link MomentsAggregation#run}
   * @param histograms whether histograms are made too
   */
  static FeatureMoments run(
      String name,
      BatchNormParams<?> stage,
      Dataset<?> data,
      List<FeatureColumn> columns,
      boolean histograms) {
    return MomentsAggregation.run(
        name,
        data,
        sources(data, columns),
        weightSource(stage, data),
        InvalidValues.of(stage.getHandleInvalid()) == InvalidValues.SKIP,
        stage.getAggregationDepth(),
        histograms);
  }

  /** Where the features are in the data. */
  static List<FeatureSource> sources(Dataset<?> data, List<FeatureColumn> columns) {
    return columns.stream()
        .map(c -> new FeatureSource(c.field().name(), c.kind(), c.in()))
        .toList();
  }

  /** The same as a source, or null. */
  static FeatureSource weightSource(BatchNormParams<?> stage, Dataset<?> data) {
    Column weight = weight(stage, data.schema());
    return weight == null
        ? null
        : new FeatureSource(stage.getWeightCol(), ColumnKind.DOUBLE, weight);
  }

  /**
   * The column of row weights, or null for 1 a row.
   *
   * @throws IllegalArgumentException if it is missing, ambiguous or no number
   */
  static Column weight(BatchNormParams<?> stage, StructType schema) {
    return stage.isSet(stage.weightCol())
        ? FeatureColumn.weight(schema, stage.getWeightCol())
        : null;
  }
}
