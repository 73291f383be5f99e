package io.normact.math.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The objective row by row and by the book, and its gradient by central differences. */
class SupervisedSumsTest {
  private static final int FEATURES = 3;
  private static final int ROWS = 37;

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Definition definition : Definition.all()) {
      // What is no number for some x, such as logit, is refused before anything is learned.
      ActivationFunction function = definition.create();
      if (definition.elementwise()
          && Double.isInfinite(function.leastInput())
          && Double.isInfinite(function.greatestInput())) {
        for (Loss loss : Loss.values()) {
          cases.add(Arguments.of(function, loss));
        }
      }
    }
    return cases.stream();
  }

  private static SupervisedProblem problem(ActivationFunction activation, Loss loss) {
    boolean squared = loss == Loss.SQUARED;
    return new SupervisedProblem(
        FEATURES,
        loss == Loss.SOFTMAX ? 4 : 1,
        activation,
        loss,
        squared ? new LabelScale(-1, 0.75, 1.5) : LabelScale.NONE,
        0.125);
  }

  /** Rows of which no z comes near a kink of some function, the parameters being as below. */
  private static double[] rows(Loss loss, double[] label, double[] weight) {
    Random random = new Random(11);
    double[] x = new double[FEATURES * ROWS];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextGaussian();
    }
    int classes = loss == Loss.LOGISTIC ? 2 : 4;
    for (int i = 0; i < ROWS; i++) {
      label[i] = loss == Loss.SQUARED ? 3 * random.nextGaussian() : random.nextInt(classes);
      weight[i] = 0.5 + random.nextDouble();
    }
    return x;
  }

  private static double[] parameters(SupervisedProblem problem) {
    Random random = new Random(12);
    double[] parameters = problem.start();
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] += 0.4 * random.nextGaussian();
    }
    return parameters;
  }

  /** By the formula in the class's documentation, one row at a time. */
  private static double byTheBook(
      SupervisedProblem problem, double[] x, double[] label, double[] weight, double[] p) {
    int d = FEATURES;
    double sum = 0;
    double total = 0;
    for (int i = 0; i < ROWS; i++) {
      double[] s = new double[problem.outputs()];
      for (int k = 0; k < s.length; k++) {
        s[k] = p[2 * d + problem.outputs() * d + k];
        for (int j = 0; j < d; j++) {
          double z = p[j] * x[j * ROWS + i] + p[d + j];
          double y =
              problem.learnsSlopes()
                  ? Math.max(z, 0) + problem.slopes(p)[j] * Math.min(z, 0)
                  : problem.activation().value(z);
          s[k] += p[2 * d + k * d + j] * y;
        }
      }
      LabelScale scale = problem.labels();
      double y = (label[i] * Math.pow(2, scale.exponent()) - scale.shift()) * scale.factor();
      sum += weight[i] * loss(problem.loss(), s, y);
      total += weight[i];
    }
    double penalty = 0;
    for (int i = 0; i < 2 * d + problem.outputs() * d; i++) {
      penalty += Math.pow(p[i] - (i < d ? 1 : 0), 2);
    }
    return sum / total + problem.regParam() / 2 * penalty;
  }

  private static double loss(Loss loss, double[] s, double y) {
    return switch (loss) {
      case LOGISTIC -> Math.log(1 + Math.exp(s[0])) - y * s[0];
      case SOFTMAX -> {
        double sum = 0;
        for (double score : s) {
          sum += Math.exp(score);
        }
        yield Math.log(sum) - s[(int) y];
      }
      case SQUARED -> (s[0] - y) * (s[0] - y) / 2;
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void objectiveAndGradientAreRight(ActivationFunction activation, Loss loss) {
    SupervisedProblem problem = problem(activation, loss);
    double[] label = new double[ROWS];
    double[] weight = new double[ROWS];
    double[] x = rows(loss, label, weight);
    RowBlock block = new DenseRows(ROWS, FEATURES, x, null, label, weight);
    double[] parameters = parameters(problem);
    double[] gradient = new double[parameters.length];
    SupervisedSums sums = new SupervisedSums(problem).add(block, parameters);
    double objective = problem.objective(sums, parameters, gradient);

    assertThat(objective)
        .isCloseTo(
            byTheBook(problem, x, label, weight, parameters), within(1e-13 * (1 + objective)));
    double h = 1e-6;
    for (int i = 0; i < parameters.length; i++) {
      double[] moved = parameters.clone();
      moved[i] += h;
      double up = byTheBook(problem, x, label, weight, moved);
      moved[i] -= 2 * h;
      double down = byTheBook(problem, x, label, weight, moved);
      assertThat(gradient[i])
          .as("derivative by parameter %d", i)
          .isCloseTo((up - down) / (2 * h), within(1e-7 * (1 + Math.abs(gradient[i]))));
    }
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void blocksAndMergesAddUp(Loss loss) {
    SupervisedProblem problem = problem(ActivationFunction.parse("prelu"), loss);
    double[] label = new double[ROWS];
    double[] weight = new double[ROWS];
    double[] x = rows(loss, label, weight);
    double[] parameters = parameters(problem);
    SupervisedSums whole =
        new SupervisedSums(problem)
            .add(new DenseRows(ROWS, FEATURES, x, null, label, null), parameters);
    SupervisedSums first = new SupervisedSums(problem);
    SupervisedSums second = new SupervisedSums(problem);
    first.add(part(x, label, 0, 12), parameters);
    first.add(part(x, label, 12, 24), parameters);
    second.add(part(x, label, 24, 36), parameters);
    second.add(part(x, label, 36, ROWS), parameters);
    first.merge(second);
    assertThat(first.weight()).isEqualTo(ROWS);
    assertThat(first.loss()).isCloseTo(whole.loss(), within(1e-12));
    for (int i = 0; i < parameters.length; i++) {
      assertThat(first.gradient(i)).isCloseTo(whole.gradient(i), within(1e-12));
    }
    assertThat(problem.gamma(parameters)).hasSize(FEATURES).startsWith(parameters[0]);
    assertThat(problem.beta(parameters)).hasSize(FEATURES).startsWith(parameters[FEATURES]);
  }

  /** Rows that store every fourth value give what dense ones give, with 0 in between. */
  @ParameterizedTest
  @MethodSource("cases")
  void sparseRowsGiveTheSame(ActivationFunction activation, Loss loss) {
    SupervisedProblem problem = problem(activation, loss);
    double[] label = new double[ROWS];
    double[] weight = new double[ROWS];
    double[] x = rows(loss, label, weight);
    double[] zero = {-0.3, 0.2, 0.7};
    SparseRows.Builder builder = new SparseRows.Builder(zero, true);
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < FEATURES; j++) {
        // Of the last feature most values are stored, so it is filled up.
        if ((i + j) % 4 == 0 || (j == 2 && i % 8 != 0)) {
          builder.put(j, x[j * ROWS + i]);
        } else {
          x[j * ROWS + i] = zero[j];
        }
      }
      builder.endRow(label[i], weight[i]);
    }
    double[] parameters = parameters(problem);
    SupervisedSums dense =
        new SupervisedSums(problem)
            .add(new DenseRows(ROWS, FEATURES, x, null, label, weight), parameters);
    SupervisedSums sparse = new SupervisedSums(problem).add(builder.build(), parameters);
    assertThat(sparse.weight()).isEqualTo(dense.weight());
    assertThat(sparse.loss()).isCloseTo(dense.loss(), within(1e-12 * (1 + dense.loss())));
    for (int i = 0; i < parameters.length; i++) {
      assertThat(sparse.gradient(i))
          .as("derivative by parameter %d", i)
          .isCloseTo(dense.gradient(i), within(1e-11 * (1 + Math.abs(dense.gradient(i)))));
    }
  }

  private static RowBlock part(double[] x, double[] label, int from, int to) {
    DenseRows.Builder builder = new DenseRows.Builder(FEATURES, true);
    for (int i = from; i < to; i++) {
      builder.add(new double[] {x[i], x[ROWS + i], x[2 * ROWS + i]}, label[i], 1);
    }
    return builder.build();
  }

  /** Scores of a thousand neither overflow nor lose the loss. */
  @ParameterizedTest
  @EnumSource(Loss.class)
  void largeScoresAreExact(Loss loss) {
    double[][] scores = {{1000, -1000}, {0, 0}};
    double[] losses = new double[2];
    loss.evaluate(scores, new double[] {0, 0}, losses);
    double[] expected =
        switch (loss) {
          case LOGISTIC -> new double[] {1000, 0};
          case SOFTMAX -> new double[] {0, 1000};
          case SQUARED -> new double[] {500_000, 500_000};
        };
    assertThat(losses).containsExactly(expected);
  }
}
