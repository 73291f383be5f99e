package io.normact.ml;

import io.normact.math.ActivationFunction;
import io.normact.math.row.Activations;
import io.normact.math.row.FeatureFunction;
import io.normact.math.row.InvalidFlags;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that batch normalisation adds to its input: the normalised ones, then those that say
 * where a value is invalid.
 */
final class NormalizedColumns {

  private NormalizedColumns() {}

  /** Those that a model adds. */
  static List<FeatureMapping> of(
      BatchNormModel model, List<FeatureColumn> columns, StructType schema) {
    InvalidValues invalid = InvalidValues.of(model.getHandleInvalid());
    FeatureFunction normalization = new FittedNormalization(model).function();
    int[] widths = model.widths(columns.size());
    List<FeatureMapping> mappings = new ArrayList<>();
    mappings.addAll(FeatureMapping.of(columns, widths, normalization, invalid));
    if (model.getInvalidIndicator()) {
      mappings.addAll(
          FeatureMapping.of(
              FeatureColumn.indicators(columns, schema),
              widths,
              new InvalidFlags(Arrays.stream(widths).sum()),
              InvalidValues.KEEP));
    }
    return mappings;
  }

  /** The schema after a fit on these columns, as far as it is known before. */
  static StructType schemaBeforeFit(
      BatchNorm stage, List<FeatureColumn> columns, StructType schema) {
    InvalidValues invalid = InvalidValues.of(stage.getHandleInvalid());
    FeatureFunction unknown =
        invalid.replace(new double[0], Activations.values(ActivationFunction.parse("identity")));
    Stream<FeatureMapping> outputs =
        columns.stream()
            .map(List::of)
            .map(column -> new FeatureMapping(column, invalid.guard(unknown, column)));
    List<FeatureColumn> indicators =
        stage.getInvalidIndicator() ? FeatureColumn.indicators(columns, schema) : List.of();
    FeatureFunction flags = new InvalidFlags(FeatureFunction.ANY);
    Stream<FeatureMapping> flagged =
        indicators.stream().map(column -> new FeatureMapping(List.of(column), flags));
    return FeatureMapping.schema(schema, Stream.concat(outputs, flagged).toList());
  }
}
