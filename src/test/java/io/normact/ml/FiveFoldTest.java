package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the README says of the sample data, at one regParam. */
class FiveFoldTest {

  @Test
  void normalisationBeforeTheSigmoidIsWhatHelps() {
    FiveFold folds = new FiveFold(BreastCancer.data(), BreastCancer.LABEL);
    double regParam = 1e-3;
    double raw = folds.score(FiveFold.Preparation.RAW_SIGMOID, regParam, false).logLoss();
    double infomax = folds.score(FiveFold.Preparation.INFOMAX, regParam, false).logLoss();
    double supervised = folds.score(FiveFold.Preparation.SUPERVISED, regParam, false).logLoss();
    assertThat(raw).isGreaterThan(0.2);
    assertThat(infomax).isLessThan(0.11);
    assertThat(supervised).isLessThan(0.11);
  }
}
