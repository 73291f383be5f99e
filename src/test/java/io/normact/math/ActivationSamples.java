package io.normact.math;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Functions and inputs that the tests of activation functions share. */
final class ActivationSamples {
  private ActivationSamples() {}

  /** Every elementwise function with its defaults, and with other parameters. */
  static Stream<ActivationFunction> elementwise() {
    return Stream.concat(
            Definition.all().stream().map(Definition::create),
            Stream.of(
                    "elu(alpha=0.3)",
                    "celu(alpha=2.5)",
                    "leaky_relu(alpha=1.5)",
                    "prelu(alpha=-0.5)",
                    "prelu(alpha=0)",
                    "thresholded_relu(theta=0)",
                    "hard_tanh(min=-2.5, max=0.75)",
                    "hard_sigmoid(alpha=0.2, beta=0.4)",
                    "soft_shrink(lambda=0)",
                    "hard_shrink(lambda=2)",
                    "swish(beta=1.702)",
                    "softplus(beta=3)",
                    "squareplus(b=1e-20)",
                    "threshold(theta=-0.5, value=2)",
                    "threshold(theta=1, value=-0.0)")
                .map(ActivationFunction::parse))
        .filter(ActivationFunction::elementwise);
  }

  /** Numbers of every kind, in an order that a seed decides. */
  static double[] inputs(int n, long seed) {
    double[] special = {
      0,
      -0.0,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.MIN_VALUE,
      -Double.MIN_VALUE,
      Double.MIN_NORMAL,
      -1e-310,
      Double.MAX_VALUE,
      -Double.MAX_VALUE,
      1,
      -1,
      3,
      -3,
      6,
      0.5,
      -0.5,
      709.5,
      -709.5,
      -745.1,
      745.1,
      -750,
      -38.5,
      20,
      40,
      -21.6,
      1e-8,
      -1e-8,
      1e10
    };
    Random random = new Random(seed);
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] =
          switch (random.nextInt(4)) {
            case 0 -> special[random.nextInt(special.length)];
            case 1 -> random.nextGaussian() * 20;
            case 2 -> Math.scalb(random.nextGaussian(), random.nextInt(2000) - 1000);
            default -> random.nextGaussian();
          };
    }
    return x;
  }

  /** A rising grid, dense near 0, from -1e6 to 1e6. */
  static double[] grid() {
    Random random = new Random(7);
    return Stream.of(1e-12, 1e-3, 1.0, 10.0, 1000.0, 1e6)
        .flatMapToDouble(scale -> random.doubles(2000, -scale, scale))
        .sorted()
        .toArray();
  }

  /** What of the grid the function is defined for. */
  static double[] grid(ActivationFunction f) {
    return Arrays.stream(grid())
        .filter(x -> x >= f.leastInput() && x <= f.greatestInput())
        .toArray();
  }

  /** Names of functions whose values never fall as x rises. */
  static List<String> rising() {
    return Definition.all().stream()
        .filter(Definition::elementwise)
        .map(Definition::name)
        .filter(
            name ->
                !List.of("gelu", "gelu_tanh", "silu", "swish", "mish", "hard_swish").contains(name))
        .toList();
  }
}
