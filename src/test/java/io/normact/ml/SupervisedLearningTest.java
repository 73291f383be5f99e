package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SupervisedLearningTest {

  static Stream<String> references() {
    List<String> names = new ArrayList<>();
    BreastCancer.reference().get("learned").fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  /** The objective that is reached from the start is no worse than scipy's L-BFGS-B's. */
  @ParameterizedTest
  @MethodSource("references")
  void reachesTheReferenceObjective(String name) {
    String[] parts = name.split("\\|", -1);
    JsonNode reference = BreastCancer.reference().get("learned").get(name);
    BatchNormModel model =
        BreastCancer.stage()
            .setActivation(parts[0])
            .setRegParam(Double.parseDouble(parts[1]))
            .setLearn("supervised")
            .setLabelCol(BreastCancer.LABEL)
            .fit(BreastCancer.data());

    List<Double> history = model.summary().objectiveHistory();
    double reached = history.get(history.size() - 1);
    double expected = reference.get("objective_from_default_start").doubleValue();
    System.out.println(name + " " + reached / expected + " " + history.size());
    assertThat(reached).isLessThanOrEqualTo(expected * (parts[0].equals("relu") ? 1.01 : 1.001));
  }
}
