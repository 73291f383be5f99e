package io.normact.job.run;

import io.normact.report.Drift;
import io.normact.report.KeyReport;
import io.normact.report.PipelineReport;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A feature whose values are no longer those that a model was fitted on.
 *
 * @param name the feature, with the key within which it has drifted where there is one
 * @param drift how far
 */
record DriftedFeature(String name, Drift drift) {

  private static final String WITHIN_KEY =
      "mean or variance within the key further from the fit than chance explains";

  /** The features of a report that have drifted, in its order. */
  static List<DriftedFeature> of(PipelineReport report) {
    Stream<DriftedFeature> columns =
        report.stages().stream()
            .flatMap(stage -> stage.report().columns().stream())
            .filter(column -> column.drift().filter(Drift::drifted).isPresent())
            .map(column -> new DriftedFeature(column.name(), column.drift().orElseThrow()));
    Stream<DriftedFeature> keys =
        report.stages().stream()
            .flatMap(stage -> stage.byKey().stream())
            .flatMap(byKey -> byKey.columns().stream())
            .flatMap(DriftedFeature::withinKeys);
    return Stream.concat(columns, keys).toList();
  }

  /** The worst keys of a column, as far as it has drifted in them. */
  private static Stream<DriftedFeature> withinKeys(KeyReport.KeyedColumn column) {
    return column.worst().stream()
        .filter(KeyReport.KeyedResult::drifted)
        .map(
            key ->
                new DriftedFeature(
                    String.format(Locale.ROOT, "%s where %s", column.name(), key.key()),
                    new Drift(
                        key.shift(), key.varianceRatio(), Optional.empty(), List.of(WITHIN_KEY))));
  }

  @Override
  public String toString() {
    return name + " (" + drift + ")";
  }
}
