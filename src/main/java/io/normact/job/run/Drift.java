package io.normact.job.run;

import io.normact.report.ColumnResult;
import io.normact.report.Fitted;
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
 * @param shift how far its mean has moved, in standard deviations of the fit; infinite where it did
 *     not vary then
 * @param varianceRatio its variance over that of the fit
 */
record Drift(String name, double shift, double varianceRatio) {

  /** Half a standard deviation: with normal values a population stability index of 0.25. */
  static final double SHIFT = 0.5;

  /** A variance that has doubled or halved. */
  static final double RATIO = 2;

  /** Fewer values say too little of a mean. */
  static final long ROWS = 30;

  /** The features of a report that have drifted, in its order. */
  static List<Drift> of(PipelineReport report) {
    Stream<Drift> columns =
        report.stages().stream()
            .flatMap(stage -> stage.report().columns().stream())
            .map(Drift::of)
            .flatMap(Optional::stream)
            .filter(Drift::isFar);
    Stream<Drift> keys =
        report.stages().stream()
            .flatMap(stage -> stage.byKey().stream())
            .flatMap(byKey -> byKey.columns().stream())
            .flatMap(Drift::withinKeys);
    return Stream.concat(columns, keys).toList();
  }

  /** The worst keys of a column, as far as it has drifted in them. */
  private static Stream<Drift> withinKeys(KeyReport.KeyedColumn column) {
    return column.worst().stream()
        .filter(KeyReport.KeyedResult::drifted)
        .map(
            key ->
                new Drift(
                    String.format(Locale.ROOT, "%s where %s", column.name(), key.key()),
                    key.shift(),
                    key.varianceRatio()));
  }

  private static Optional<Drift> of(ColumnResult column) {
    if (column.fitted().isEmpty() || column.count() < ROWS) {
      return Optional.empty();
    }
    Fitted fitted = column.fitted().get();
    double deviation = column.before().input().standardDeviation();
    double moved = column.before().input().mean() - fitted.mean();
    double root = Math.sqrt(fitted.variance());
    // Roots, since a variance may be beyond the range of a double.
    double ratio = deviation / root;
    return Optional.of(
        new Drift(
            column.name(), moved == 0 ? 0 : moved / root, deviation == root ? 1 : ratio * ratio));
  }

  private boolean isFar() {
    return !(Math.abs(shift) <= SHIFT) || !(varianceRatio <= RATIO && varianceRatio >= 1 / RATIO);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s (mean by %+.2g standard deviations, variance times %.2g)",
        name,
        shift,
        varianceRatio);
  }
}
