package io.normact;

import io.normact.math.ActivationBenchmark;
import io.normact.math.exact.MomentsBenchmark;
import io.normact.ml.FiveFold;
import io.normact.ml.LearningBenchmark;
import io.normact.report.WideReport;
import io.normact.scoring.ScoringBenchmark;

/**
 * Everything that is measured, one after the other; it takes hours.
 *
 * <p>Argument: folder for data and results.
 */
public final class AllBenchmarks {

  private AllBenchmarks() {}

  /** Runs them. */
  public static void main(String[] args) throws Exception {
    String[] folder = {args[0]};
    PeerBenchmark.main(folder);
    ScalingBenchmark.main(folder);
    KeyedBenchmark.main(folder);
    LearningBenchmark.main(folder);
    ScoringBenchmark.main(folder);
    FiveFold.main(folder);
    WideReport.main(folder);
    ReportBenchmark.main(folder);
    ActivationBenchmark.main(folder);
    MomentsBenchmark.main(folder);
  }
}
