package io.normact.math;

import static io.normact.math.ActivationSamples.inputs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.normact.math.array.Scratch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for activation functions whatever their formulas are. */
class ActivationLawsTest {
  private static final String ELEMENTWISE = "io.normact.math.ActivationSamples#elementwise";

  @ParameterizedTest
  @MethodSource(ELEMENTWISE)
  void arraysHaveTheBitsOfScalars(ActivationFunction f) {
    for (int n = 0; n <= 70; n++) {
      assertBits(f, inputs(n, n));
    }
    assertBits(f, inputs(3 * Scratch.BLOCK + 5, 1));
  }

  /** What array forms run is a hidden copy of this class, which no debugger or profiler shows. */
  @ParameterizedTest
  @MethodSource(ELEMENTWISE)
  void theTemplateOfTheLoopsHasTheBitsOfScalars(ActivationFunction f) {
    for (int n : new int[] {Scratch.BLOCK, 2 * Scratch.BLOCK + 3}) {
      double[] y = new double[n];
      ArrayLoop loop = new ArrayLoop.Copy();
      for (double[] x : new double[][] {inputs(n, 2), new Random(n).doubles(n, -3, 3).toArray()}) {
        if (f instanceof Transcendental t) {
          loop.values(t, x, y);
          assertThat(bits(y)).isEqualTo(bits(Arrays.stream(x).map(f::value).toArray()));
          loop.slopes(t, x, y);
        } else {
          loop.values(f, x, y);
          assertThat(bits(y)).isEqualTo(bits(Arrays.stream(x).map(f::value).toArray()));
          loop.slopes(f, x, y);
        }
        assertThat(bits(y)).isEqualTo(bits(Arrays.stream(x).map(f::slope).toArray()));
      }
    }
  }

  @Test
  void everyFunctionClassHasALoopOfItsOwn() throws IOException {
    ArrayLoop elu = ArrayLoop.of(ActivationFunction.of("elu"));
    assertThat(elu).isSameAs(ArrayLoop.of(ActivationFunction.of("elu", 3)));
    assertThat(elu).doesNotHaveSameClassAs(ArrayLoop.of(ActivationFunction.of("celu")));
    assertThat(elu.getClass().isHidden()).isTrue();
    InputStream closed = InputStream.nullInputStream();
    closed.close();
    assertThatThrownBy(() -> ArrayLoop.copy(closed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Loop over arrays cannot be defined for a function.")
        .hasRootCauseMessage("Stream closed");
  }

  private static void assertBits(ActivationFunction f, double[] x) {
    double[] values = Arrays.stream(x).map(f::value).toArray();
    double[] slopes = Arrays.stream(x).map(f::slope).toArray();
    // One more element, which stays as it is.
    double[] y = new double[x.length + 1];
    y[x.length] = 42;
    f.values(x, y);
    assertThat(bits(Arrays.copyOf(y, x.length))).isEqualTo(bits(values));
    f.slopes(x, y);
    assertThat(bits(Arrays.copyOf(y, x.length))).isEqualTo(bits(slopes));
    assertThat(y[x.length]).isEqualTo(42);
    double[] inPlace = x.clone();
    f.values(inPlace, inPlace);
    assertThat(bits(inPlace)).isEqualTo(bits(values));
    inPlace = x.clone();
    f.slopes(inPlace, inPlace);
    assertThat(bits(inPlace)).isEqualTo(bits(slopes));
  }

  private static long[] bits(double[] x) {
    return Arrays.stream(x).mapToLong(Double::doubleToLongBits).toArray();
  }

  @ParameterizedTest
  @MethodSource(ELEMENTWISE)
  void nanGivesNanAndNothingElseDoes(ActivationFunction f) {
    assertThat(f.value(Double.NaN)).isNaN();
    assertThat(f.slope(Double.NaN)).isNaN();
    for (double x : inputs(5000, 3)) {
      boolean undefined = !(x >= f.leastInput() && x <= f.greatestInput());
      assertThat(Double.isNaN(f.value(x))).as("value at %s", x).isEqualTo(undefined);
      assertThat(Double.isNaN(f.slope(x))).as("slope at %s", x).isEqualTo(undefined);
    }
  }

  /** The sign and payload of a NaN are the same wherever it stands, as the other bits are. */
  @ParameterizedTest
  @MethodSource(ELEMENTWISE)
  void everyNanHasTheSameBitsInArraysAsInScalars(ActivationFunction f) {
    long[] nans = {
      0x7ff8000000000000L,
      0xfff8000000000000L,
      0x7ff8000000000123L,
      0xfff8000000abc123L,
      0x7ff0000000000001L,
      0xfff4000000000001L,
      -1L
    };
    for (long bits : nans) {
      double nan = Double.longBitsToDouble(bits);
      long value = Double.doubleToRawLongBits(f.value(nan));
      long slope = Double.doubleToRawLongBits(f.slope(nan));
      // What is not quiet becomes so, or not.
      assertThat(value | 1L << 51).isEqualTo(bits | 1L << 51);
      for (int n : new int[] {1, 8, 77, Scratch.BLOCK + 3}) {
        double[] x = inputs(n, n);
        x[0] = nan;
        x[n / 2] = nan;
        x[n - 1] = nan;
        double[] y = new double[n];
        f.values(x, y);
        f.slopes(x, x);
        for (int i : new int[] {0, n / 2, n - 1}) {
          assertThat(Double.doubleToRawLongBits(y[i])).isEqualTo(value);
          assertThat(Double.doubleToRawLongBits(x[i])).isEqualTo(slope);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "identity, -Infinity, Infinity, 1, 1",
    "sigmoid, 0, 1, 0, 0",
    "log_sigmoid, -Infinity, 0, 1, 0",
    "hard_sigmoid, 0, 1, 0, 0",
    "sparse_sigmoid, 0, 1, 0, 0",
    "tanh, -1, 1, 0, 0",
    "hard_tanh, -1, 1, 0, 0",
    "tanh_shrink, -Infinity, Infinity, 1, 1",
    "softsign, -1, 1, 0, 0",
    "soft_shrink, -Infinity, Infinity, 1, 1",
    "hard_shrink, -Infinity, Infinity, 1, 1",
    "relu, 0, Infinity, 0, 1",
    "relu6, 0, 6, 0, 0",
    "leaky_relu, -Infinity, Infinity, 0.01, 1",
    "prelu(alpha=-1), Infinity, Infinity, -1, 1",
    "prelu(alpha=0), 0, Infinity, 0, 1",
    "thresholded_relu, 0, Infinity, 0, 1",
    "elu, -1, Infinity, 0, 1",
    "celu, -1, Infinity, 0, 1",
    "selu, -1.7580993408473768, Infinity, 0, 1.0507009873554805",
    "exponential, 0, Infinity, 0, Infinity",
    "gelu, 0, Infinity, 0, 1",
    "gelu_tanh, 0, Infinity, 0, 1",
    "silu, 0, Infinity, 0, 1",
    "swish, 0, Infinity, 0, 1",
    "hard_swish, 0, Infinity, 0, 1",
    "mish, 0, Infinity, 0, 1",
    "softplus, 0, Infinity, 0, 1",
    "squareplus, 0, Infinity, 0, 1",
    "sparse_plus, 0, Infinity, 0, 1",
    "threshold, 0, Infinity, 0, 1",
    "threshold(value=-2), -2, Infinity, 0, 1",
    "cube, -Infinity, Infinity, Infinity, Infinity",
    "rational_tanh, -1.7159, 1.7159, 0, 0",
    "rectified_tanh, 0, 1, 0, 0",
    "signed_log1p, -Infinity, Infinity, 0, 0"
  })
  void infinitiesGiveTheLimits(
      String text, double left, double right, double leftSlope, double rightSlope) {
    ActivationFunction f = ActivationFunction.parse(text);
    assertThat(f.value(Double.NEGATIVE_INFINITY) == left).isTrue();
    assertThat(f.value(Double.POSITIVE_INFINITY) == right).isTrue();
    assertThat(f.slope(Double.NEGATIVE_INFINITY) == leftSlope).isTrue();
    assertThat(f.slope(Double.POSITIVE_INFINITY) == rightSlope).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "identity",
    "tanh",
    "tanh_shrink",
    "softsign",
    "elu",
    "celu",
    "selu",
    "gelu",
    "gelu_tanh",
    "silu",
    "swish",
    "hard_swish",
    "mish",
    "leaky_relu",
    "prelu",
    "hard_tanh",
    "cube",
    "rational_tanh",
    "log1p",
    "signed_log1p"
  })
  void zerosKeepTheirSigns(String text) {
    ActivationFunction f = ActivationFunction.parse(text);
    assertThat(Double.doubleToRawLongBits(f.value(-0.0)))
        .isEqualTo(Double.doubleToRawLongBits(-0.0));
    assertThat(Double.doubleToRawLongBits(f.value(0.0))).isZero();
    assertThat(f.zeroAtZero()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("io.normact.math.ActivationSamples#rising")
  void monotoneFunctionsDoNotFall(String name) {
    ActivationFunction f = ActivationFunction.of(name);
    double[] grid = ActivationSamples.grid(f);
    for (int i = 1; i < grid.length; i++) {
      // Neighbours of the grid may round across each other by the bound of 4 ulp.
      double before = f.value(grid[i - 1]);
      assertThat(f.value(grid[i]))
          .isGreaterThanOrEqualTo(before - 4 * Math.ulp(Math.min(before, 1e300)));
    }
  }

  @Test
  void sigmoidsOfOppositeInputsSumToOne() {
    ActivationFunction sigmoid = ActivationFunction.of("sigmoid");
    for (double x : ActivationSamples.grid()) {
      assertThat(sigmoid.value(x) + sigmoid.value(-x)).isCloseTo(1, offset(4e-16));
    }
  }

  @Test
  void softplusHasTheSlopeOfSigmoid() {
    ActivationFunction softplus = ActivationFunction.of("softplus");
    ActivationFunction sigmoid = ActivationFunction.of("sigmoid");
    for (double x : ActivationSamples.grid()) {
      assertThat(softplus.slope(x))
          .isCloseTo(sigmoid.value(x), offset(4 * Math.ulp(sigmoid.value(x))));
    }
  }

  static Stream<ActivationFunction> invertible() {
    return ActivationSamples.elementwise().filter(ActivationFunction::invertible);
  }

  @ParameterizedTest
  @MethodSource("invertible")
  void inversesLeadBack(ActivationFunction f) {
    assertThat(f.inverse(Double.NaN)).isNaN();
    for (double y : inputs(2000, 11)) {
      double x = f.inverse(y);
      if (y > f.infimum()
          && y < f.supremum()
          && Math.abs(y) < 1e300
          && Double.isFinite(x)
          && Double.isFinite(f.slope(x))) {
        // x is rounded, and so f(x) is off by the slope times that.
        double tolerance = 8 * (Math.ulp(y) + f.slope(x) * Math.ulp(x));
        assertThat(f.value(x)).as("inverse of %s is %s", y, x).isCloseTo(y, offset(tolerance));
      } else if (y < f.infimum() || y > f.supremum()) {
        assertThat(x).as("inverse of %s", y).isNaN();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sigmoid, 1, Infinity",
    "sigmoid, 0, -Infinity",
    "tanh, 1, Infinity",
    "tanh, -1, -Infinity",
    "softsign, 1, Infinity",
    "softsign, -1, -Infinity",
    "log_sigmoid, 0, Infinity",
    "log_sigmoid, -Infinity, -Infinity",
    "softplus, 0, -Infinity",
    "softplus, Infinity, Infinity",
    "elu, -1, -Infinity",
    "celu, -1, -Infinity",
    "exponential, 0, -Infinity",
    "squareplus, 0, -Infinity",
    "squareplus, Infinity, Infinity",
    "tanh_shrink, Infinity, Infinity",
    "tanh_shrink, -Infinity, -Infinity",
    "tanh_shrink, 0, 0",
    "identity, 3, 3",
    "cube, -8, -2",
    "log1p, -Infinity, -1",
    "log1p, Infinity, Infinity",
    "signed_log1p, -Infinity, -Infinity",
    "logit, -Infinity, 0",
    "logit, Infinity, 1",
    "rational_tanh, 0, 0",
    "rational_tanh, 1.7159, Infinity",
    "rational_tanh, -1.7159, -Infinity"
  })
  void inversesOfBoundsAreInfinite(String text, double y, double x) {
    assertThat(ActivationFunction.parse(text).inverse(y)).isEqualTo(x);
  }

  @ParameterizedTest
  @CsvSource({
    "relu",
    "silu",
    "prelu(alpha=0)",
    "prelu(alpha=-2)",
    "rectified_tanh",
    "threshold",
    "softmax"
  })
  void functionsThatAreNotStrictlyMonotoneHaveNoInverse(String text) {
    ActivationFunction f = ActivationFunction.parse(text.replace(';', ','));
    assertThat(f.invertible()).isFalse();
    assertThatThrownBy(() -> f.inverse(0.5))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "Activation function %s has no inverse: expected a strictly monotone one such as sigmoid.",
            f);
  }

  @ParameterizedTest
  @MethodSource(ELEMENTWISE)
  void functionsSurviveSerialisation(ActivationFunction f) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(f);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      ActivationFunction read = (ActivationFunction) in.readObject();
      assertThat(read).isEqualTo(f).hasToString(f.toString());
      assertBits(read, inputs(9, 9));
    }
  }

  @Test
  void onlyFunctionsThatAreZeroAtZeroKeepSparseVectorsSparse() {
    assertThat(
            Definition.all().stream()
                .map(Definition::create)
                .filter(f -> !f.zeroAtZero())
                .map(ActivationFunction::name))
        .containsExactly(
            "exponential",
            "hard_sigmoid",
            "hardmax",
            "layer_norm",
            "log_sigmoid",
            "log_softmax",
            "logit",
            "rms_norm",
            "sigmoid",
            "softmax",
            "softmin",
            "softplus",
            "sparse_plus",
            "sparse_sigmoid",
            "sparsemax",
            "squareplus",
            "unit_norm");
  }

  @ParameterizedTest
  @CsvSource({
    "log1p, -1, -Infinity, Infinity",
    "log1p, Infinity, Infinity, 0",
    "logit, 0, -Infinity, Infinity",
    "logit, -0.0, -Infinity, Infinity",
    "logit, 1, Infinity, Infinity",
    "logit, 0.5, 0, 4"
  })
  void logarithmsHaveLimitsAtTheEndsOfWhereTheyAreDefined(
      String text, double x, double value, double slope) {
    ActivationFunction f = ActivationFunction.parse(text);
    assertThat(f.value(x)).isEqualTo(value);
    assertThat(f.slope(x)).isEqualTo(slope);
  }

  /** What a NaN that nobody put in looks like is the same in every JVM. */
  @ParameterizedTest
  @CsvSource({
    "log1p, -1.0000000000000002",
    "log1p, -Infinity",
    "logit, -4.9E-324",
    "logit, 1.0000000000000002",
    "logit, Infinity"
  })
  void logarithmsAreNanBeyond(String text, double x) {
    ActivationFunction f = ActivationFunction.parse(text);
    assertThat(Double.doubleToRawLongBits(f.value(x))).isEqualTo(0x7ff8000000000000L);
    assertThat(Double.doubleToRawLongBits(f.slope(x))).isEqualTo(0x7ff8000000000000L);
  }
}
