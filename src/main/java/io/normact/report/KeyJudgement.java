package io.normact.report;

import io.normact.ml.BatchNormModel;
import io.normact.ml.KeyComparison;
import io.normact.report.KeyReport.KeyedColumn;
import io.normact.report.KeyReport.KeyedResult;
import io.normact.report.KeyReport.UnknownKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Judges the keys of the rows, in one walk over them: which are unknown, and in which a column has
 * drifted. {@link KeyReport} has the formulas. The limits are those of {@link Drift}, and chance.
 */
final class KeyJudgement {

  /** What lies within so many standard errors is put down to chance. */
  private static final double STANDARD_ERRORS = 3;

  /** A key of the rows, and how bad it is in one column. */
  private record Candidate(
      int key, long count, double mean, double deviation, double shift, double ratio, boolean far) {

    /** Worst first. */
    static final Comparator<Candidate> ORDER =
        Comparator.comparing((Candidate c) -> !c.far)
            .thenComparing(c -> -Math.abs(c.shift))
            .thenComparing(c -> -Math.abs(Math.log(c.ratio)))
            .thenComparing(c -> c.key);
  }

  private final KeyComparison compared;
  private final int worst;
  private final int features;
  private final List<PriorityQueue<Candidate>> candidates = new ArrayList<>();
  private final PriorityQueue<int[]> unknown;
  private final long[] judged;
  private final long[] below;
  private final long[] constant;
  private final long[] drifted;
  private long rows;
  private long known;
  private long unknownKeys;
  private long unknownRows;

  KeyJudgement(KeyComparison compared, int worst) {
    this.compared = compared;
    this.worst = worst;
    features = compared.features().size();
    judged = new long[features];
    below = new long[features];
    constant = new long[features];
    drifted = new long[features];
    for (int j = 0; j < features; j++) {
      candidates.add(new PriorityQueue<>(Candidate.ORDER.reversed()));
    }
    Comparator<int[]> order =
        Comparator.comparing((int[] k) -> -compared.rows(k[0])).thenComparing(k -> k[0]);
    unknown = new PriorityQueue<>(order.reversed());
  }

  /** Walks over the keys and judges them. */
  KeyReport report(BatchNormModel model) {
    double[] mean = new double[features];
    double[] variance = new double[features];
    for (int k = 0; k < compared.size(); k++) {
      int fitted = compared.fitted(k);
      rows += compared.rows(k);
      if (fitted < 0) {
        unknownKeys++;
        unknownRows += compared.rows(k);
        keep(unknown, new int[] {k});
      } else {
        known++;
        compared.fill(fitted, mean, variance);
        for (int j = 0; j < features; j++) {
          judge(k, fitted, j, mean[j], variance[j]);
        }
      }
    }
    return new KeyReport(
        List.of(model.getKeyCols()),
        model.getUnknownKey(),
        model.getMinCount(),
        rows,
        compared.skippedRows(),
        compared.size(),
        compared.fittedKeys() - known,
        unknownKeys,
        unknownRows,
        sorted(unknown).stream()
            .map(k -> new UnknownKey(compared.text(k[0]), compared.rows(k[0])))
            .toList(),
        IntStream.range(0, features).mapToObj(this::column).toList());
  }

  private void judge(int key, int fitted, int j, double mean, double variance) {
    long n = compared.count(key, j);
    if (n == 0) {
      return;
    }
    if (!compared.hasOwn(fitted, j)) {
      below[j]++;
      return;
    }
    judged[j]++;
    constant[j] += variance == 0 ? 1 : 0;
    double deviation = Math.sqrt(variance);
    double moved = compared.mean(key, j) - mean;
    double shift = moved == 0 ? 0 : moved / deviation;
    // Roots, since a variance may be beyond the range of a double when it is squared.
    double ratio = Math.sqrt(compared.variance(key, j)) / deviation;
    long fittedCount = compared.fittedCount(fitted, j);
    boolean far =
        isShifted(shift, (double) n, (double) fittedCount)
            || isSpread(ratio * ratio, n - 1.0, fittedCount - 1.0);
    drifted[j] += far ? 1 : 0;
    keep(candidates.get(j), new Candidate(key, n, mean, deviation, shift, ratio * ratio, far));
  }

  private static boolean isShifted(double shift, double n, double fittedCount) {
    double size = Math.abs(shift);
    return size > Drift.SHIFT && size > STANDARD_ERRORS * Math.sqrt(1 / n + 1 / fittedCount);
  }

  /**
   * Whether variances differ by more than chance; one value tells nothing: c is infinite, z NaN.
   */
  private static boolean isSpread(double ratio, double freedom, double fittedFreedom) {
    double c = 2 / (9 * freedom);
    double fittedC = 2 / (9 * fittedFreedom);
    double unbiased = ratio * ((1 + 1 / freedom) / (1 + 1 / fittedFreedom));
    double root = Math.cbrt(unbiased);
    double z =
        Double.isInfinite(root)
            ? root
            : ((1 - fittedC) * root - (1 - c)) / Math.sqrt(fittedC * root * root + c);
    return (ratio > Drift.RATIO || ratio < 1 / Drift.RATIO) && Math.abs(z) > STANDARD_ERRORS;
  }

  private <T> void keep(PriorityQueue<T> queue, T candidate) {
    queue.add(candidate);
    if (queue.size() > worst) {
      queue.remove();
    }
  }

  private static <T> List<T> sorted(PriorityQueue<T> queue) {
    List<T> sorted = new ArrayList<>(queue);
    sorted.sort(queue.comparator().reversed());
    return sorted;
  }

  private KeyedColumn column(int j) {
    return new KeyedColumn(
        j,
        compared.features().get(j),
        judged[j],
        below[j],
        constant[j],
        drifted[j],
        sorted(candidates.get(j)).stream().map(candidate -> result(candidate, j)).toList());
  }

  private KeyedResult result(Candidate of, int j) {
    return new KeyedResult(
        compared.text(of.key),
        of.count,
        compared.rows(of.key) - of.count,
        compared.mean(of.key, j),
        Math.sqrt(compared.variance(of.key, j)),
        of.mean,
        of.deviation,
        of.shift,
        of.ratio,
        of.far);
  }
}
