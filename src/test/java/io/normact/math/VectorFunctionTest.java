package io.normact.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorFunctionTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  private static double[] apply(String name, double... x) {
    double[] y = new double[x.length];
    ActivationFunction.of(name).values(x, y);
    double[] inPlace = x.clone();
    ActivationFunction.of(name).values(inPlace, inPlace);
    assertThat(inPlace).isEqualTo(y);
    return y;
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "log_softmax", "softmin", "sparsemax"})
  void agreesWithTheReference(String name) throws IOException {
    JsonNode rows;
    try (InputStream in = VectorFunctionTest.class.getResourceAsStream("rowwise.json")) {
      rows = new ObjectMapper().readTree(in);
    }
    assertThat(rows).isNotEmpty();
    for (JsonNode row : rows) {
      double[] x = doubles(row.get("input"));
      double[] exact = doubles(row.get(name));
      double[] y = apply(name, x);
      for (int i = 0; i < x.length; i++) {
        assertThat(y[i])
            .as("%s of %s at %d", name, Arrays.toString(x), i)
            .isCloseTo(exact[i], offset(4 * Math.ulp(exact[i])));
      }
    }
  }

  private static double[] doubles(JsonNode array) {
    double[] x = new double[array.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = array.get(i).asDouble();
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "softmin", "sparsemax"})
  void sharesSumToOne(String name) {
    Random random = new Random(5);
    for (int n : new int[] {1, 2, 7, 600, 1500}) {
      double[] x = random.doubles(n, -3, 3).toArray();
      assertThat(Arrays.stream(apply(name, x)).sum()).isCloseTo(1, offset(1e-13));
    }
  }

  @Test
  void logSoftmaxIsAccurateNearZero() {
    // -ln(1 + e^-50), which 50 - ln(e^50 + 1) loses whole
    assertThat(apply("log_softmax", 50, 0)[0]).isCloseTo(-1.9287498479639178e-22, offset(1e-37));
    assertThat(apply("log_softmax", 0, -INF)).containsExactly(0.0, -INF);
    assertThat(apply("log_softmax", 1e308, -1e308)).containsExactly(-0.0, -INF);
  }

  @Test
  void oneElementHasAllTheMass() {
    assertThat(ActivationFunction.of("softmax").value(-7)).isEqualTo(1);
    assertThat(ActivationFunction.of("softmin").value(INF)).isEqualTo(1);
    assertThat(ActivationFunction.of("sparsemax").value(1e300)).isEqualTo(1);
    assertThat(ActivationFunction.of("log_softmax").value(-INF)).isZero();
    assertThat(ActivationFunction.of("softmax").value(Double.NaN)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "log_softmax", "softmin", "sparsemax"})
  void nanMakesAllNan(String name) {
    assertThat(apply(name, 1, Double.NaN, INF)).containsOnly(Double.NaN);
    assertThat(apply(name)).isEmpty();
  }

  @Test
  void infinitiesTakeAllTheMassInEqualShares() {
    assertThat(apply("softmax", INF, 1, INF)).containsExactly(0.5, 0, 0.5);
    assertThat(apply("softmax", -INF, 1, 1)).containsExactly(0, 0.5, 0.5);
    assertThat(apply("softmax", -INF, -INF)).containsExactly(0.5, 0.5);
    assertThat(apply("softmin", INF, INF)).containsExactly(0.5, 0.5);
    assertThat(apply("softmin", -INF, 0, INF)).containsExactly(1, 0, 0);
    assertThat(apply("sparsemax", -INF, 0, INF)).containsExactly(0, 0, 1);
    assertThat(apply("sparsemax", -INF, 3)).containsExactly(0, 1);
    assertThat(apply("sparsemax", -INF, -INF)).containsExactly(0.5, 0.5);
    assertThat(apply("log_softmax", INF, 0)).containsExactly(0, -INF);
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "log_softmax", "softmin", "sparsemax"})
  void rangesAndSlopes(String name) {
    ActivationFunction f = ActivationFunction.of(name);
    for (double y : apply(name, -3, 0, 200)) {
      assertThat(y).isBetween(f.infimum(), f.supremum());
    }
    String message =
        String.format(
            Locale.ROOT,
            "Activation function %s has a matrix of slopes: expected an elementwise function.",
            name);
    assertThatThrownBy(() -> f.slope(0))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> f.slopes(new double[0], new double[0]))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(message);
  }
}
