package io.normact.ml;

import io.normact.math.exact.Moments;
import io.normact.math.histogram.FeatureHistograms;
import io.normact.math.key.KeyStatistics;
import io.normact.sql.column.FeatureLayout;
import io.normact.sql.pass.FeatureMoments;
import io.normact.sql.pass.KeyEntries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The exact sums of a stream's batches so far, as long as there is too little in them for a model.
 * Immutable: adding a batch makes new sums.
 *
 * @param parts as {@link FeatureMoments#parts}; one without features where a vector's or array's
 *     width is still unknown
 * @param nullCells as {@link FeatureMoments#nullCells}
 * @param skippedRows rows dropped for an invalid value
 * @param byKey the sums by key, or null
 * @param histograms as {@link FeatureMoments#histograms}
 */
record PendingSums(
    List<Moments> parts,
    long[] nullCells,
    long skippedRows,
    KeyStatistics byKey,
    List<FeatureHistograms> histograms) {

  /** These and the sums of one more batch. */
  PendingSums plus(PendingSums batch, List<FeatureColumn> columns) {
    BatchNormUpdate.checkForm(columns, parts, batch.parts);
    List<Moments> sums = new ArrayList<>();
    for (int p = 0; p < parts.size(); p++) {
      Moments before = parts.get(p);
      Moments now = batch.parts.get(p);
      boolean both = before.features() > 0 && now.features() > 0;
      sums.add(
          both
              ? Moments.fromBytes(before.toBytes()).merge(now)
              : before.features() > 0 ? before : now);
    }
    long[] nulls = new long[nullCells.length];
    Arrays.setAll(nulls, p -> nullCells[p] + batch.nullCells[p]);
    List<FeatureHistograms> all = new ArrayList<>();
    for (int p = 0; p < histograms.size(); p++) {
      // A copy, since a merge changes it.
      FeatureHistograms before = FeatureHistograms.fromBytes(histograms.get(p).toBytes());
      all.add(before.merge(batch.histograms.get(p)));
    }
    return new PendingSums(
        sums,
        nulls,
        skippedRows + batch.skippedRows,
        byKey == null ? null : byKey(batch, sums),
        all);
  }

  /** By key, in the widths that are known now. */
  private KeyStatistics byKey(PendingSums batch, List<Moments> sums) {
    int[] widths = sums.stream().mapToInt(Moments::features).toArray();
    return KeyedFit.pooled(
        KeyEntries.widened(byKey, widths), KeyEntries.widened(batch.byKey, widths));
  }

  /**
   * The statistics of these columns, as far as they are known.
   *
   * @throws IllegalArgumentException if there is an invalid value that the policy rejects
   */
  FittedStatistics statistics(List<FeatureColumn> columns, InvalidValues policy) {
    List<FeatureLayout.Part> layout = FeatureColumn.layout(columns).parts();
    for (int p = 0; p < nullCells.length; p++) {
      if (policy == InvalidValues.ERROR && parts.get(p).features() == 0 && nullCells[p] > 0) {
        String column = columns.get(layout.get(p).start()).field().name();
        throw FittedStatistics.rejected(
            List.of(String.format(Locale.ROOT, "'%s' (%d)", column, nullCells[p])));
      }
    }
    FittedStatistics statistics = FittedStatistics.read(columns, parts, nullCells, skippedRows);
    statistics.rejectInvalid(columns, policy);
    return statistics;
  }

  /** Whether every feature is known and some feature has a valid value. */
  boolean suffice() {
    return parts.stream().allMatch(part -> part.features() > 0)
        && parts.stream().anyMatch(part -> counts(part).anyMatch(n -> n > 0));
  }

  /** Whether every feature has a valid value. */
  boolean sufficeForAll() {
    return suffice() && parts.stream().allMatch(part -> counts(part).allMatch(n -> n > 0));
  }

  private static java.util.stream.LongStream counts(Moments part) {
    return IntStream.range(0, part.features()).mapToLong(part::count);
  }
}
