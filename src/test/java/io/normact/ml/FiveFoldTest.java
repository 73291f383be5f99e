package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the README says of the sample data, at one regParam and in the first of its five folds. */
@Tag("thorough")
class FiveFoldTest {

  @Test
  void normalisationBeforeTheSigmoidIsWhatHelps() {
    FiveFold folds = new FiveFold(BreastCancer.data(), BreastCancer.LABEL);
    double raw = logLoss(folds, FiveFold.Preparation.RAW_SIGMOID);
    assertThat(raw).isGreaterThan(0.2);
    assertThat(logLoss(folds, FiveFold.Preparation.INFOMAX)).isLessThan(0.11);
    assertThat(logLoss(folds, FiveFold.Preparation.SUPERVISED)).isLessThan(0.11);
  }

  private static double logLoss(FiveFold folds, FiveFold.Preparation preparation) {
    return folds.score(preparation, 1e-3, false, 1).logLoss();
  }
}
