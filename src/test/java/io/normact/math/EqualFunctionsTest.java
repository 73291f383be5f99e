package io.normact.math;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.row.Activations;
import io.normact.math.row.Clipping;
import io.normact.math.row.Denormalization;
import io.normact.math.row.FeatureFunction;
import io.normact.math.row.FeaturePrelu;
import io.normact.math.row.InvalidFlags;
import io.normact.math.row.InvalidRow;
import io.normact.math.row.MeanForInvalid;
import io.normact.math.row.MeanOfKey;
import io.normact.math.row.Normalization;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions are values: equal where they give the same, whatever object they are. */
class EqualFunctionsTest {

  private static final double[] MEAN = {0.5, -0.0};
  private static final double[] SCALE = {2, 3};
  private static final double[] BETA = {0, Double.MIN_VALUE};

  private static FeatureFunction elu(double alpha) {
    return Activations.values(ActivationFunction.of("elu", alpha));
  }

  private static ActivationFunction[] tanhs(String second) {
    return new ActivationFunction[] {ActivationFunction.of("tanh"), ActivationFunction.of(second)};
  }

  /** No two of them are equal. */
  static List<FeatureFunction> functions() {
    double[] zero = {0.5, 0.0};
    double[] other = {2, 4};
    return List.of(
        elu(0.5),
        elu(0.25),
        Activations.values(ActivationFunction.of("celu", 0.5)),
        Activations.slopes(ActivationFunction.of("elu", 0.5)),
        Activations.slopes(ActivationFunction.of("elu", 0.25)),
        new FeaturePrelu(MEAN.clone()),
        new FeaturePrelu(zero),
        new Normalization(MEAN.clone(), SCALE.clone(), BETA.clone(), elu(0.5)),
        new Normalization(MEAN, SCALE, BETA, elu(0.25)),
        new Normalization(zero, SCALE, BETA, elu(0.5)),
        new Normalization(MEAN, other, BETA, elu(0.5)),
        new Normalization(MEAN, SCALE, zero, elu(0.5)),
        new Clipping(MEAN.clone(), SCALE.clone(), elu(0.5)),
        new Clipping(MEAN, SCALE, elu(0.25)),
        new Clipping(zero, SCALE, elu(0.5)),
        new Clipping(MEAN, other, elu(0.5)),
        new MeanForInvalid(MEAN.clone(), new FeaturePrelu(SCALE.clone())),
        new MeanForInvalid(MEAN, new FeaturePrelu(other)),
        new MeanForInvalid(zero, new FeaturePrelu(SCALE)),
        new InvalidFlags(2),
        new InvalidRow(new InvalidFlags(2)),
        new InvalidRow(new FeaturePrelu(other)),
        new MeanOfKey(new Clipping(MEAN, other, elu(2)), new FeaturePrelu(other)),
        new MeanOfKey(new Clipping(MEAN, SCALE, elu(2)), new FeaturePrelu(other)),
        new MeanOfKey(new Clipping(MEAN, SCALE, elu(2)), new FeaturePrelu(zero)),
        new Denormalization(MEAN.clone(), SCALE.clone(), BETA.clone(), tanhs("tanh")),
        new Denormalization(MEAN, SCALE, BETA, tanhs("sigmoid")),
        new Denormalization(zero, SCALE, BETA, tanhs("tanh")),
        new Denormalization(MEAN, other, BETA, tanhs("tanh")),
        new Denormalization(MEAN, SCALE, zero, tanhs("tanh")));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void onlyWhatGivesTheSameIsEqual(FeatureFunction function) throws Exception {
    List<FeatureFunction> others = functions();
    assertThat(others.stream().filter(function::equals)).hasSize(1);
    assertThat(function).isNotEqualTo(null).isNotEqualTo("elu");
    assertThat(function.equals(function)).isTrue();
    FeatureFunction equal = others.get(others.indexOf(function));
    assertThat(equal)
        .isNotSameAs(function)
        .hasSameHashCodeAs(function)
        .hasToString(function.toString());
    assertThat(sent(function)).isEqualTo(function).hasSameHashCodeAs(function);
    if (function.features() != FeatureFunction.ANY) {
      assertThat(function.slice(0, 1)).isEqualTo(equal.slice(0, 1)).isNotEqualTo(function);
    }
  }

  private static Object sent(Object value) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  @Test
  void textsAreShort() {
    assertThat(functions().stream().map(Object::toString))
        .contains(
            "elu(alpha=0.5)",
            "slope of elu(alpha=0.5)",
            "prelu of 2",
            "normalization of 2, elu(alpha=0.5)",
            "clipping of 2, elu(alpha=0.5)",
            "mean for invalid, prelu of 2",
            "denormalization of 2",
            "invalid, whether invalid",
            "mean of the key for invalid, clipping of 2, elu(alpha=2.0)");
  }
}
