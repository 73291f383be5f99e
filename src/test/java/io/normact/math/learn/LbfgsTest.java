package io.normact.math.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LbfgsTest {
  private static final Lbfgs.Listener SILENT = (iteration, value, gradientNorm) -> {};

  private static double rosenbrock(double[] x, double[] gradient) {
    double a = 1 - x[0];
    double b = x[1] - x[0] * x[0];
    gradient[0] = -2 * a - 400 * x[0] * b;
    gradient[1] = 200 * b;
    return a * a + 100 * b * b;
  }

  @Test
  void findsTheBottomOfRosenbrocksValley() {
    List<Double> heard = new ArrayList<>();
    Lbfgs.Minimum minimum =
        new Lbfgs(100, 1e-8)
            .minimize(
                LbfgsTest::rosenbrock,
                new double[] {-1.2, 1},
                (iteration, value, gradientNorm) -> {
                  assertThat(iteration).isEqualTo(heard.size() + 1);
                  assertThat(gradientNorm).isPositive();
                  heard.add(value);
                });
    assertThat(minimum.x()[0]).isCloseTo(1, within(1e-8));
    assertThat(minimum.x()[1]).isCloseTo(1, within(1e-8));
    assertThat(minimum.end()).isEqualTo(Lbfgs.End.GRADIENT);
    assertThat(minimum.gradientNorm()).isLessThanOrEqualTo(1e-8);
    assertThat(minimum.history()).isEqualTo(heard);
    assertThat(minimum.history()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(minimum.evaluations()).isBetween(minimum.history().size() + 1, 70);
  }

  @Test
  void aLongNarrowBowlNeedsMoreStepsThanTheMemoryHolds() {
    int n = 40;
    Lbfgs.Minimum minimum =
        new Lbfgs(1000, 1e-9)
            .minimize(
                (x, gradient) -> {
                  double value = 0;
                  for (int i = 0; i < n; i++) {
                    double curvature = Math.pow(10, i / 10.0);
                    gradient[i] = curvature * (x[i] - i);
                    value += 0.5 * gradient[i] * (x[i] - i);
                  }
                  return value;
                },
                new double[n],
                SILENT);
    assertThat(minimum.history()).hasSizeGreaterThan(Lbfgs.MEMORY);
    for (int i = 0; i < n; i++) {
      assertThat(minimum.x()[i]).isCloseTo(i, within(1e-3));
    }
  }

  @Test
  void kinksAreNoObstacle() {
    Lbfgs.Minimum minimum =
        new Lbfgs(200, 1e-9)
            .minimize(
                (x, gradient) -> {
                  gradient[0] = Math.signum(x[0]);
                  gradient[1] = 10 * Math.signum(x[1] - 1);
                  return Math.abs(x[0]) + 10 * Math.abs(x[1] - 1);
                },
                new double[] {3.3, -2.7},
                SILENT);
    assertThat(minimum.value()).isLessThan(1e-6);
    assertThat(minimum.end()).isNotEqualTo(Lbfgs.End.GRADIENT);
  }

  @Test
  void stepsIntoTheInfiniteAreTooLong() {
    Lbfgs.Minimum minimum =
        new Lbfgs(100, 1e-9)
            .minimize(
                (x, gradient) -> {
                  gradient[0] = 1 - 1e-3 / x[0];
                  return x[0] > 0 ? x[0] - 1e-3 * Math.log(x[0]) : Double.POSITIVE_INFINITY;
                },
                new double[] {1},
                SILENT);
    assertThat(minimum.x()[0]).isCloseTo(1e-3, within(1e-9));
    Lbfgs.Minimum byGradient =
        new Lbfgs(100, 1e-9)
            .minimize(
                (x, gradient) -> {
                  gradient[0] = x[0] > 0 ? 1 - 1e-3 / x[0] : Double.NaN;
                  return x[0] > 0 ? x[0] - 1e-3 * Math.log(x[0]) : -1e9;
                },
                new double[] {0.5},
                SILENT);
    assertThat(byGradient.x()[0]).isCloseTo(1e-3, within(1e-9));
  }

  @Test
  void aStartAtTheMinimumIsTheResult() {
    Lbfgs.Minimum minimum =
        new Lbfgs(100, 0).minimize(LbfgsTest::rosenbrock, new double[] {1, 1}, SILENT);
    assertThat(minimum.end()).isEqualTo(Lbfgs.End.GRADIENT);
    assertThat(minimum.history()).isEmpty();
    assertThat(minimum.evaluations()).isEqualTo(1);
  }

  @Test
  void withoutVariablesThereIsNothingToDo() {
    Lbfgs.Minimum minimum = new Lbfgs(100, 0).minimize((x, gradient) -> 5, new double[0], SILENT);
    assertThat(minimum.value()).isEqualTo(5);
  }

  @Test
  void iterationsAreLimited() {
    Lbfgs.Minimum minimum =
        new Lbfgs(3, 1e-8).minimize(LbfgsTest::rosenbrock, new double[] {-1.2, 1}, SILENT);
    assertThat(minimum.end()).isEqualTo(Lbfgs.End.ITERATIONS);
    assertThat(minimum.history()).hasSize(3);
    Lbfgs.Minimum unbounded =
        new Lbfgs(20, 1e-8)
            .minimize(
                (x, gradient) -> {
                  gradient[0] = -1;
                  return -x[0];
                },
                new double[1],
                SILENT);
    assertThat(unbounded.end()).isEqualTo(Lbfgs.End.ITERATIONS);
  }

  @Test
  void fiveIterationsWithoutProgressEndIt() {
    Lbfgs.Minimum minimum =
        new Lbfgs(1000, 1e-3)
            .minimize(
                (x, gradient) -> {
                  Arrays.setAll(gradient, i -> 2 * Math.pow(4, i) * x[i]);
                  double value = 1e6;
                  for (int i = 0; i < x.length; i++) {
                    value += 0.5 * gradient[i] * x[i];
                  }
                  return value;
                },
                new double[] {1, 1, 1, 1, 1, 1, 1, 1},
                SILENT);
    assertThat(minimum.end()).isEqualTo(Lbfgs.End.STALLED);
  }

  @Test
  void aGradientThatLiesEndsIt() {
    Lbfgs.Minimum minimum =
        new Lbfgs(100, 1e-9)
            .minimize(
                (x, gradient) -> {
                  gradient[0] = -1;
                  return x[0] * x[0];
                },
                new double[1],
                SILENT);
    assertThat(minimum.end()).isEqualTo(Lbfgs.End.NO_DESCENT);
    assertThat(minimum.x()[0]).isZero();
    // The first steps are right, so there is a memory to give up before it ends.
    Lbfgs.Minimum later =
        new Lbfgs(100, 1e-9)
            .minimize(
                (x, gradient) -> {
                  gradient[0] = x[0] > 1 ? 2 * x[0] : 1;
                  return Math.max(x[0] * x[0], 1);
                },
                new double[] {9},
                SILENT);
    assertThat(later.end()).isEqualTo(Lbfgs.End.NO_DESCENT);
    assertThat(later.value()).isEqualTo(1);
    assertThat(later.history()).isNotEmpty();
  }

  @Test
  void aDecreaseLostInRoundingEndsIt() {
    Lbfgs.Minimum minimum =
        new Lbfgs(100, 0)
            .minimize(
                (x, gradient) -> {
                  gradient[0] = 1e-12;
                  return 1e6 + 1e-12 * x[0];
                },
                new double[1],
                SILENT);
    assertThat(minimum.end()).isEqualTo(Lbfgs.End.NO_DESCENT);
    assertThat(minimum.history()).isEmpty();
  }

  @Test
  void anInfiniteStartIsAnError() {
    assertThatThrownBy(
            () ->
                new Lbfgs(1, 1e-6)
                    .minimize((x, gradient) -> Double.POSITIVE_INFINITY, new double[1], SILENT))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage(
            "The objective is Infinity at the start, but must be finite with a finite gradient.");
    assertThatThrownBy(
            () ->
                new Lbfgs(1, 1e-6)
                    .minimize(
                        (x, gradient) -> {
                          gradient[0] = Double.NaN;
                          return 1;
                        },
                        new double[1],
                        SILENT))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageStartingWith("The objective is 1.0 at the start");
  }

  @Test
  void aMinimumIsOneIfTheGradientSaysSo() {
    assertThat(ended(Lbfgs.End.GRADIENT, 1).converged()).isTrue();
    assertThat(ended(Lbfgs.End.STALLED, 1).converged()).isTrue();
    assertThat(ended(Lbfgs.End.ITERATIONS, 0).converged()).isFalse();
    assertThat(ended(Lbfgs.End.NO_DESCENT, 0).converged()).isTrue();
    assertThat(ended(Lbfgs.End.NO_DESCENT, 1).converged()).isFalse();
  }

  private static Lbfgs.Minimum ended(Lbfgs.End end, double gradientNorm) {
    return new Lbfgs.Minimum(new double[1], 0.5, gradientNorm, List.of(), 1, end);
  }
}
