package io.normact.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.ml.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How near onnxruntime comes to normact, by what the README states of every function. */
class OnnxParityTest {

  private static final int WIDTH = 7;

  private static final double[] EDGES = {
    0, -0.0, 1, -1, 0.5, -0.5, 3, -3, 6, 1e30, -1e30, 1e-30, -1e-30, 1e-300, 1e300
  };

  private static final double[] NOT_FINITE = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };

  private static final Map<String, Double> CANCELLING =
      Map.of("hard_sigmoid", 0.5, "layer_norm", 1.0, "sparsemax", 1.0);

  /** Functions by name, with the largest error that the README states in float64 and float32. */
  private static Map<String, int[]> stated() throws IOException {
    Map<String, int[]> stated = new TreeMap<>();
    Matcher rows =
        Pattern.compile("^\\| ([0-9]+) \\| ([0-9]+) \\| ([a-z0-9_, ]+) \\|$", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("README.md")));
    while (rows.find()) {
      int[] bounds = {Integer.parseInt(rows.group(1)), Integer.parseInt(rows.group(2))};
      for (String name : rows.group(3).split(", ", -1)) {
        assertThat(stated.put(name, bounds)).as(name).isNull();
      }
    }
    return stated;
  }

  @Test
  void everyFunctionIsStated() throws IOException {
    assertThat(stated().keySet())
        .containsExactlyElementsOf(Definition.all().stream().map(Definition::name).toList());
  }

  static Stream<String> functions() {
    return Stream.concat(
        Definition.all().stream().map(Definition::signature),
        Stream.of(
            "celu(alpha=0.7)",
            "elu(alpha=0.3)",
            "hard_shrink(lambda=0.1)",
            "hard_tanh(min=-3, max=0.1)",
            "leaky_relu(alpha=3)",
            "prelu(alpha=-2)",
            "prelu(alpha=0)",
            "layer_norm(epsilon=0)",
            "rms_norm(epsilon=0)",
            "threshold(theta=0.1, value=-2)",
            "thresholded_relu(theta=0.1)",
            "unit_norm(p=1)",
            "unit_norm(p=3)"));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void isAsNearAsStated(String text) throws IOException {
    ActivationFunction f = ActivationFunction.parse(text);
    int[] bounds = stated().get(f.name());
    assertThat(bounds).isNotNull();
    for (boolean single : new boolean[] {false, true}) {
      Activation stage = new Activation().setInputCol("x").setOutputCol("y").setFunction(text);
      byte[] model = OnnxExport.of(stage).setPrecision(single ? "float32" : "float64").toBytes();
      double worst = 0;
      String where = "nowhere";
      try (RuntimeModel runtime = new RuntimeModel(model, single)) {
        assertThat(runtime.inputs()).containsExactly("x");
        assertThat(runtime.outputs()).containsExactly("y");
        double[][] rows = rows(single, !f.elementwise());
        double[][] actual = runtime.run(rows);
        for (int i = 0; i < rows.length; i++) {
          double[] expected = new double[WIDTH];
          f.values(rows[i], expected);
          for (int j = 0; j < WIDTH; j++) {
            double error = error(f, actual[i][j], expected[j], single);
            if (error > worst) {
              worst = error;
              where =
                  String.format(
                      Locale.ROOT,
                      "%s(%s) is %s and not %s",
                      text,
                      rows[i][j],
                      actual[i][j],
                      expected[j]);
            }
          }
        }
      }
      assertThat(worst).as(where).isLessThanOrEqualTo(bounds[single ? 1 : 0]);
    }
  }

  /**
   * In units of the last place: of the result, or of the least normal number below that; where
   * terms cancel next to a kink, of the larger term.
   */
  private static double error(
      ActivationFunction f, double actual, double expected, boolean single) {
    double wanted = single ? (float) expected : expected;
    if (actual == wanted || (Double.isNaN(actual) && Double.isNaN(wanted))) {
      return 0;
    }
    if (!Double.isFinite(actual) || !Double.isFinite(wanted)) {
      return Double.POSITIVE_INFINITY;
    }
    double size = Math.max(Math.abs(wanted), CANCELLING.getOrDefault(f.name(), 0.0));
    double unit =
        single
            ? Math.ulp(Math.max((float) size, Float.MIN_NORMAL))
            : Math.ulp(Math.max(size, Double.MIN_NORMAL));
    return Math.abs(actual - wanted) / unit;
  }

  /**
   * Numbers of all magnitudes, tails, edges, and what is not finite; whole rows are made of some.
   */
  private static double[][] rows(boolean single, boolean whole) {
    Random random = new Random(19);
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      double[] row = new double[WIDTH];
      boolean finite = whole && i % 4 != 0;
      double scale = Math.pow(10, random.nextInt(12) - 8);
      for (int j = 0; j < WIDTH; j++) {
        double x =
            switch (random.nextInt(8)) {
              case 0 -> EDGES[random.nextInt(EDGES.length)];
              case 1 -> finite ? 0.25 : NOT_FINITE[random.nextInt(NOT_FINITE.length)];
              case 2, 3 -> (random.nextDouble() - 0.5) * 20;
              case 4, 5 -> (random.nextDouble() - 0.5) * (single ? 160 : 1400);
              default -> random.nextGaussian() * scale;
            };
        row[j] = single ? (float) x : x;
      }
      rows.add(row);
    }
    return rows.toArray(double[][]::new);
  }
}
