package io.normact.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Values and slopes against high-precision references (see README.md beside them), within 4 ulp.
 * The search of {@link WorstUlpsFuzzTest} misses no function.
 */
class ActivationReferenceTest {
  private static final double ULPS = 4;

  private record Row(double x, double value, double slope) {}

  static Stream<Arguments> functions() {
    return Stream.of("activations.csv", "activations-hard.csv")
        .flatMap(
            file ->
                rows(file).entrySet().stream()
                    .map(e -> Arguments.of(ActivationFunction.parse(e.getKey()), e.getValue())));
  }

  private static Map<String, List<Row>> rows(String file) {
    try (InputStream in = ActivationReferenceTest.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .collect(
              Collectors.groupingBy(
                  line -> line.substring(1, line.lastIndexOf('"')),
                  Collectors.mapping(ActivationReferenceTest::row, Collectors.toList())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(String line) {
    String[] numbers = line.substring(line.lastIndexOf('"') + 2).split(",", -1);
    return new Row(number(numbers[0]), number(numbers[1]), number(numbers[2]));
  }

  private static double number(String text) {
    return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  @ParameterizedTest
  @MethodSource("functions")
  void valuesAreWithinFourUlp(ActivationFunction function, List<Row> rows) {
    assertAll(
        rows.stream()
            .map(
                row -> () -> assertNear(function::value, row.x, row.value, ULPS * ulp(row.value))));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void slopesAreWithinFourUlp(ActivationFunction function, List<Row> rows) {
    assertAll(
        rows.stream()
            .map(
                row -> () -> assertNear(function::slope, row.x, row.slope, ULPS * ulp(row.slope))));
  }

  private static double ulp(double exact) {
    return Double.isInfinite(exact) ? 0 : Math.ulp(exact);
  }

  private static void assertNear(DoubleUnaryOperator f, double x, double exact, double bound) {
    double actual = f.applyAsDouble(x);
    assertThat(actual == exact || Math.abs(actual - exact) <= bound)
        .as("at %s: %s, exact %s, off by %s ulp", x, actual, exact, (actual - exact) / ulp(exact))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("io.normact.math.ActivationSamples#elementwise")
  void valuesStayInTheirRangeAndSlopesBelowTheSteepest(ActivationFunction function) {
    for (double x : ActivationSamples.grid(function)) {
      assertThat(function.value(x)).isBetween(function.infimum(), function.supremum());
      assertThat(Math.abs(function.slope(x)))
          .isLessThanOrEqualTo(function.steepestSlope() * (1 + 1e-15));
    }
  }

  @Test
  void steepestSlopesAreReached() {
    Map<String, Double> steepest =
        Map.of(
            "sigmoid",
            0.0,
            "tanh",
            0.0,
            "silu",
            2.3993572805154675,
            "gelu",
            Math.sqrt(2),
            "gelu_tanh",
            1.418504008790828,
            "mish",
            1.4905711794854284,
            "selu",
            0.0,
            "softplus",
            50.0);
    steepest.forEach(
        (name, x) -> {
          ActivationFunction function = ActivationFunction.of(name);
          assertThat(function.slope(x)).isCloseTo(function.steepestSlope(), within(1e-15));
        });
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }
}
