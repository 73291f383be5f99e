package io.normact.math.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.ActivationFunction;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for each function of a row of features. */
class FeatureFunctionTest {

  private static final int FEATURES = 3;

  private static Stream<FeatureFunction> functions() {
    Random random = new Random(3);
    double[] mean = random.doubles(FEATURES, -2, 2).toArray();
    double[] scale = {0.7, 0, -3};
    double[] beta = random.doubles(FEATURES, -1, 1).toArray();
    ActivationFunction gelu = ActivationFunction.parse("gelu");
    return Stream.of(
        Activations.values(gelu),
        Activations.slopes(gelu),
        new FeaturePrelu(new double[] {0, 0.25, -2}),
        new Normalization(mean, scale, beta, Activations.values(gelu)),
        new Normalization(mean, scale, beta, new FeaturePrelu(new double[] {0.5, 0, 3})),
        new Denormalization(mean, scale, beta, ActivationFunction.parse("sigmoid")),
        new InvalidRow(new InvalidFlags(FEATURES)),
        new MeanOfKey(
            new Normalization(mean, scale, beta, Activations.values(gelu)),
            new MeanForInvalid(
                mean, new Normalization(mean, scale, beta, Activations.values(gelu)))));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void columnHasTheBitsOfEachValue(FeatureFunction function) {
    Random random = new Random(4);
    double[] odd = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -0.0, Double.MIN_VALUE
    };
    for (int rows : new int[] {0, 1, 7, 64, 1001}) {
      double[] x =
          random
              .doubles(rows, -9, 9)
              .map(value -> random.nextInt(9) == 0 ? odd[random.nextInt(odd.length)] : value)
              .toArray();
      for (int feature = 0; feature < FEATURES; feature++) {
        double[] column = x.clone();
        function.column(feature, column);
        for (int i = 0; i < rows; i++) {
          assertThat(Double.doubleToLongBits(column[i]))
              .as("%s of %s", function, x[i])
              .isEqualTo(Double.doubleToLongBits(function.value(feature, x[i])));
        }
      }
    }
  }
}
