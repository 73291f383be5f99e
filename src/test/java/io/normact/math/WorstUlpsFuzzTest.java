package io.normact.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Values and slopes of all elementwise functions are within 4 ulp of the exact ones wherever a
 * search looks. {@code -Dfuzz.cases} makes it longer and {@code -Dfuzz.seed} another one.
 */
class WorstUlpsFuzzTest {
  private static final double ULPS = 4;

  /** Half an ulp; the subnormal numbers of the files were rounded twice. */
  private static final double NEAREST = 0.76;

  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int ROUNDS = Integer.getInteger("fuzz.cases", 400) / 10 + 1;

  static Stream<Definition> elementwise() {
    return Definition.all().stream().filter(Definition::elementwise);
  }

  @ParameterizedTest
  @MethodSource("elementwise")
  void valuesAreWithinFourUlpAtTheWorst(Definition definition) {
    assertWithinFourUlp(definition, false);
  }

  @ParameterizedTest
  @MethodSource("elementwise")
  void slopesAreWithinFourUlpAtTheWorst(Definition definition) {
    assertWithinFourUlp(definition, true);
  }

  private static void assertWithinFourUlp(Definition definition, boolean slopes) {
    SplittableRandom random = new SplittableRandom(SEED);
    WorstUlps.Point worst = new WorstUlps(definition, slopes, random).search(ROUNDS);
    if (Boolean.getBoolean("fuzz.print")) {
      System.out.println((slopes ? "slope of " : "value of ") + worst);
    }
    assertThat(worst.ulps()).as("%s of %s", slopes ? "slope" : "value", worst).isLessThan(ULPS);
  }

  /** What holds of scalars holds of arrays, in vector registers and without. */
  @ParameterizedTest
  @MethodSource("elementwise")
  void arraysHaveTheBitsOfScalarsWhereTheSearchLooks(Definition definition) {
    SplittableRandom random = new SplittableRandom(SEED);
    WorstUlps search = new WorstUlps(definition, false, random);
    for (int round = 0; round < 4 * ROUNDS; round++) {
      search.draw(
          1 + random.nextInt(600), (parameters, x) -> assertBits(definition, parameters, x));
    }
  }

  private static void assertBits(Definition definition, double[] parameters, double[] x) {
    ActivationFunction f = definition.create(parameters);
    double[] values = new double[x.length];
    double[] slopes = new double[x.length];
    f.values(x, values);
    f.slopes(x, slopes);
    assertSame(f, "value", x, values, f::value);
    assertSame(f, "slope", x, slopes, f::slope);
  }

  private static void assertSame(
      ActivationFunction f, String what, double[] x, double[] y, DoubleUnaryOperator scalar) {
    for (int i = 0; i < x.length; i++) {
      double expected = scalar.applyAsDouble(x[i]);
      if (Double.doubleToRawLongBits(y[i]) != Double.doubleToRawLongBits(expected)) {
        fail(
            "%s of %s at %s is %s in an array of %d, %s alone",
            what, f, x[i], y[i], x.length, expected);
      }
    }
  }

  /** What the search measures against is itself held against another library's arithmetic. */
  @ParameterizedTest
  @ValueSource(strings = {"activations.csv", "activations-hard.csv"})
  void theReferenceRoundsToThatOfAnotherLibrary(String file) throws IOException {
    try (InputStream in = WorstUlpsFuzzTest.class.getResourceAsStream(file)) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .filter(line -> !line.contains("inf"))
          .forEach(WorstUlpsFuzzTest::assertNearest);
    }
  }

  private static void assertNearest(String line) {
    int end = line.lastIndexOf('"');
    Record function = (Record) ActivationFunction.parse(line.substring(1, end));
    String name = ((ActivationFunction) function).name();
    double[] parameters =
        Arrays.stream(function.getClass().getRecordComponents())
            .mapToDouble(component -> read(component.getAccessor(), function))
            .toArray();
    String[] numbers = line.substring(end + 2).split(",", -1);
    double x = Double.parseDouble(numbers[0]);
    assertThat(ExactActivation.value(name, parameters, x).ulpsTo(Double.parseDouble(numbers[1])))
        .as("value in %s", line)
        .isLessThan(NEAREST);
    assertThat(ExactActivation.slope(name, parameters, x).ulpsTo(Double.parseDouble(numbers[2])))
        .as("slope in %s", line)
        .isLessThan(NEAREST);
  }

  private static double read(java.lang.reflect.Method accessor, Object record) {
    try {
      return (double) accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** Next to the kinks, with parameters at which alpha * x or 1 - beta lose bits. */
  @Test
  void kinksOfHardSigmoidAreExact() {
    double[][] all = {
      {1e-200, 0},
      {3, 0},
      {0.7, 1},
      {1e-200, 1e-290},
      {0x1p500, 3e-290},
      {0.3, 1e-20},
      {0.1, 0.7},
      {1e300, -0.3},
      {1e-3, 1e305},
      {1.0 / 6, 0.5},
      {0.1, -1e16},
      {1e-309, 0.5},
      {Double.MIN_VALUE, 0.5},
      {Double.MIN_VALUE, 0},
      {1e-308, 1}
    };
    for (double[] parameters : all) {
      ActivationFunction f = ActivationFunction.of("hard_sigmoid", parameters);
      for (double kink : new double[] {-parameters[1], 1 - parameters[1]}) {
        double x = Math.max(-Double.MAX_VALUE, Math.min(kink / parameters[0], Double.MAX_VALUE));
        for (int i = 0; i < 3; i++) {
          x = Math.max(-Double.MAX_VALUE, Math.nextDown(x));
        }
        for (int i = 0; i < 7 && Double.isFinite(x); i++) {
          Real exact = ExactActivation.slope("hard_sigmoid", parameters, x);
          assertThat(exact.ulpsTo(f.slope(x))).as("%s at %s", f, x).isZero();
          x = Math.nextUp(x);
        }
      }
    }
  }

  /** Found by a search: what stands above the bar of the slope has to be carried along, too. */
  @Test
  void theSlopeOfRationalTanhIsWithinFourUlpWhereItWasNot() {
    WorstUlps search =
        new WorstUlps(Definition.named("rational_tanh"), true, new SplittableRandom(SEED));
    assertThat(search.at(new double[0], 2.5522940109842325).ulps()).isLessThan(ULPS);
  }

  /** Points that a longer search found at 3.4 to 3.98 ulp, since a low part was itself rounded. */
  @ParameterizedTest
  @CsvSource({
    "gelu_tanh, true, -3.138728875148202",
    "gelu_tanh, true, -3.577684210120586",
    "mish, true, -0.1924787985498707",
    "rational_tanh, false, 4.0053661103241664E-7",
  })
  void noPointComesNearToFourUlp(String name, boolean slope, double x) {
    WorstUlps search = new WorstUlps(Definition.named(name), slope, new SplittableRandom(SEED));
    assertThat(search.at(new double[0], x).ulps()).isLessThan(3);
  }

  @Test
  void aSearchFindsWhatIsWrong() {
    // Relu is exact; against the formula of another function it is not.
    WorstUlps search = new WorstUlps(Definition.named("relu"), false, new SplittableRandom(SEED));
    assertThat(search.search(2).ulps()).isZero();
    assertThat(ExactActivation.value("silu", new double[0], 1).ulpsTo(0.7310585786300049))
        .isLessThan(1);
    assertThat(ExactActivation.value("silu", new double[0], 1).ulpsTo(0.7310585786300059))
        .isBetween(8.0, 10.0);
    assertThat(Real.ONE.ulpsTo(Double.NaN)).isInfinite();
    assertThat(Real.ONE.scaled(2000).ulpsTo(Double.POSITIVE_INFINITY)).isZero();
    assertThat(Real.ONE.scaled(2000).ulpsTo(Double.NEGATIVE_INFINITY)).isGreaterThan(1e15);
  }
}
