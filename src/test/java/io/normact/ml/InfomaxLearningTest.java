package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InfomaxLearningTest {

  @Test
  void agreesWithTheReference() {
    BatchNormModel model =
        BreastCancer.stage().setActivation("sigmoid").setLearn("infomax").fit(BreastCancer.data());

    double[] gamma = BreastCancer.numbers(BreastCancer.reference().at("/infomax_sigmoid/gamma"));
    double[] beta = BreastCancer.numbers(BreastCancer.reference().at("/infomax_sigmoid/beta"));
    double[] objective =
        BreastCancer.numbers(BreastCancer.reference().at("/infomax_sigmoid/objective_per_column"));
    for (int j = 0; j < gamma.length; j++) {
      assertThat(model.gamma().apply(j)).isCloseTo(gamma[j], withinPercentage(1e-8));
      assertThat(model.beta().apply(j)).isCloseTo(beta[j], withinPercentage(1e-8));
    }
    List<Double> history = model.summary().objectiveHistory();
    assertThat(history).hasSizeLessThanOrEqualTo(8).isSorted();
    assertThat(history.get(history.size() - 1))
        .isCloseTo(Arrays.stream(objective).average().orElseThrow(), within(1e-9));
  }
}
