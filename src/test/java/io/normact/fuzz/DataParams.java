package io.normact.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Params of a batch normalisation, as a stage and as a spec take them.
 *
 * @param gamma null for the default
 * @param beta null for the default
 */
record DataParams(
    double epsilon,
    boolean withMean,
    boolean withStd,
    String activation,
    String handleInvalid,
    double[] gamma,
    double[] beta) {

  static DataParams random(int features, SplittableRandom random) {
    return new DataParams(
        Texts.one(List.of(0.0, 1e-5, 1.0, 1e-300), random),
        random.nextInt(4) > 0,
        random.nextInt(4) > 0,
        Texts.one(PlainBatchNorm.FUNCTIONS.keySet().stream().sorted().toList(), random),
        Texts.one(List.of("error", "skip", "keep"), random),
        random.nextBoolean() ? numbers(features, random) : null,
        random.nextBoolean() ? numbers(features, random) : null);
  }

  private static double[] numbers(int count, SplittableRandom random) {
    double[] numbers = new double[count];
    for (int j = 0; j < count; j++) {
      numbers[j] = Texts.one(List.of(0.0, 1.0, -1.5, 0.25, 100.0), random);
    }
    return numbers;
  }

  /** As a mapping in YAML. */
  String yaml() {
    List<String> entries =
        new ArrayList<>(
            List.of(
                "epsilon: " + epsilon,
                "withMean: " + withMean,
                "withStd: " + withStd,
                "activation: '" + activation + "'",
                "handleInvalid: " + handleInvalid));
    if (gamma != null) {
      entries.add("gamma: " + Arrays.toString(gamma));
    }
    if (beta != null) {
      entries.add("beta: " + Arrays.toString(beta));
    }
    return "{" + String.join(", ", entries) + "}";
  }
}
