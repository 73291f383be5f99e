package io.normact.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorFunctionTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double ROOT_2 = 1 / Math.sqrt(0.5);
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int ROUNDS = Integer.getInteger("fuzz.cases", 400);

  private static double[] apply(String text, double... x) {
    double[] y = new double[x.length];
    ActivationFunction.parse(text).values(x, y);
    double[] inPlace = x.clone();
    ActivationFunction.parse(text).values(inPlace, inPlace);
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
  @ValueSource(
      strings = {
        "softmax",
        "log_softmax",
        "softmin",
        "sparsemax",
        "hardmax",
        "layer_norm",
        "rms_norm",
        "unit_norm",
        "unit_norm(p=1)"
      })
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
  @ValueSource(
      strings = {
        "softmax",
        "log_softmax",
        "softmin",
        "sparsemax",
        "hardmax",
        "layer_norm(epsilon=1.0E-5)",
        "rms_norm(epsilon=1.0E-6)",
        "unit_norm(p=2.0)",
        "unit_norm(p=3.0)"
      })
  void rangesAndSlopes(String name) {
    ActivationFunction f = ActivationFunction.parse(name);
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

  @Test
  void hardmaxTakesTheFirstOfTheGreatest() {
    assertThat(apply("hardmax", 1, 3, 3, -INF)).containsExactly(0, 1, 0, 0);
    assertThat(apply("hardmax", -INF, -INF)).containsExactly(1, 0);
    assertThat(apply("hardmax", 1, INF, INF)).containsExactly(0, 1, 0);
    assertThat(apply("hardmax", -0.0, 0)).containsExactly(1, 0);
  }

  @Test
  void infiniteElementsOutgrowTheOthers() {
    assertThat(apply("unit_norm", 1, -INF)).containsExactly(0, -1);
    assertThat(apply("unit_norm(p=1)", INF, 1, -INF, INF, INF))
        .containsExactly(0.25, 0, -0.25, 0.25, 0.25);
    assertThat(apply("rms_norm", INF, 1e300, 0, 0)).containsExactly(2, 0, 0, 0);
    assertThat(apply("layer_norm(epsilon=3)", INF, -INF, 7, 0, INF, -INF, 1, 1))
        .containsExactly(ROOT_2, -ROOT_2, 0, 0, ROOT_2, -ROOT_2, 0, 0);
    assertThat(apply("layer_norm", INF, INF)).containsExactly(0, 0);
  }

  @Test
  void vectorsWithoutSizeBecomeZero() {
    for (String text : new String[] {"unit_norm", "unit_norm(p=1)", "unit_norm(p=3)"}) {
      assertThat(apply(text, 0, -0.0)).containsExactly(0, -0.0);
    }
    for (String epsilon : new String[] {"0", "1e-5", "1e300"}) {
      assertThat(apply("rms_norm(epsilon=" + epsilon + ")", 0, -0.0)).containsExactly(0, -0.0);
      assertThat(apply("layer_norm(epsilon=" + epsilon + ")", 1e200, 1e200, 1e200))
          .containsExactly(0, 0, 0);
    }
    assertThat(ActivationFunction.of("layer_norm").value(7)).isZero();
    assertThat(ActivationFunction.of("unit_norm").value(-7)).isEqualTo(-1);
  }

  /** Rows of all sizes, with a common part, nearly constant, and with elements far apart. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "layer_norm",
        "layer_norm(epsilon=0)",
        "layer_norm(epsilon=1e200)",
        "rms_norm",
        "rms_norm(epsilon=0)",
        "rms_norm(epsilon=1e-250)",
        "unit_norm",
        "unit_norm(p=1)",
        "unit_norm(p=1.5)",
        "unit_norm(p=3)",
        "unit_norm(p=700)"
      })
  void normalisationsAreWithinFourUlpOfTheExactOnes(String text) {
    ActivationFunction f = ActivationFunction.parse(text);
    Random random = new Random(23);
    double[] y = new double[40];
    for (int round = 0; round < 150; round++) {
      double[] x = new double[1 + random.nextInt(round % 10 == 0 ? 40 : 6)];
      double scale = Math.scalb(1.0, random.nextInt(4) == 0 ? random.nextInt(1900) - 1000 : 0);
      double spread = Math.scalb(1.0, -random.nextInt(53));
      double common = random.nextInt(3) == 0 ? 0 : random.nextGaussian();
      for (int i = 0; i < x.length; i++) {
        double far = random.nextInt(9) == 0 ? Math.scalb(1.0, -random.nextInt(300)) : 1;
        x[i] = (common + random.nextGaussian() * spread) * far * scale;
      }
      f.values(x, y);
      Real[] exact = exact(f, x);
      for (int i = 0; i < x.length; i++) {
        assertThat(exact[i].ulpsTo(y[i]))
            .as("%s of %s at %d: %s", text, Arrays.toString(x), i, y[i])
            .isLessThan(4);
      }
    }
  }

  /** Rows of all sizes, with a common part, ties, and elements whose share is next to nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"softmax", "softmin", "log_softmax"})
  void sharesAreWithinFourUlpOfTheExactOnes(String name) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      double[] x = new double[1 + random.nextInt(round % 20 == 0 ? 200 : 6)];
      double common = random.nextInt(3) == 0 ? random.nextDouble(-1e6, 1e6) : 0;
      double spread = Math.scalb(1.0, random.nextInt(-60, 11));
      for (int i = 0; i < x.length; i++) {
        x[i] = common + random.nextDouble(-1, 1) * spread;
        if (random.nextInt(6) == 0) {
          x[i] = i == 0 ? common : x[0] + random.nextInt(-1, 2) * random.nextDouble(690, 750);
        }
      }
      double[] y = apply(name, x);
      Real[] exact = exactShares(name, x);
      for (int i = 0; i < x.length; i++) {
        assertThat(exact[i].ulpsTo(y[i]))
            .as("%s of %s at %d: %s", name, Arrays.toString(x), i, y[i])
            .isLessThan(4);
      }
    }
  }

  private static Real[] exactShares(String name, double[] x) {
    Real[] z =
        Arrays.stream(x)
            .mapToObj(e -> name.equals("softmin") ? Real.of(-e) : Real.of(e))
            .toArray(Real[]::new);
    int top = 0;
    for (int i = 1; i < z.length; i++) {
      top = z[i].compareTo(z[top]) > 0 ? i : top;
    }
    Real max = z[top];
    Real others = Real.ZERO;
    for (int i = 0; i < z.length; i++) {
      z[i] = z[i].minus(max);
      others = i == top ? others : others.plus(z[i].exp());
    }
    Real sum = others.plus(Real.ONE);
    Real logarithm = others.log1p();
    return Arrays.stream(z)
        .map(d -> name.equals("log_softmax") ? d.minus(logarithm) : d.exp().over(sum))
        .toArray(Real[]::new);
  }

  /** Elements next to the mean, and next to where sparsemax begins to rise. */
  @ParameterizedTest
  @ValueSource(strings = {"sparsemax", "layer_norm", "layer_norm(epsilon=0)"})
  void elementsThatCancelAreWithinFourUlpToo(String text) {
    ActivationFunction f = ActivationFunction.parse(text);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      double[] x = new double[2 + random.nextInt(round % 10 == 0 ? 60 : 6)];
      for (int i = 0; i < x.length - 1; i++) {
        x[i] =
            (random.nextInt(3) == 0 ? random.nextInt(-1, 2) : random.nextDouble(-1, 1))
                * Math.scalb(1.0, random.nextInt(3) == 0 ? -random.nextInt(120) : 0);
      }
      double total = Arrays.stream(x).sum();
      boolean shares = f.name().equals("sparsemax");
      double last = (shares ? total - 1 : total) / (x.length - 1);
      x[x.length - 1] = last + random.nextInt(-2, 3) * Math.ulp(last);
      if (random.nextInt(4) == 0) {
        // Terms of two elements that two doubles don't hold together.
        double small = random.nextDouble() * Math.scalb(1.0, -random.nextInt(60, 110));
        x = new double[] {1, shares ? small * 2 - Math.ulp(small) : -1, small, 0};
        x[3] = shares ? -1 : 3 * small - random.nextInt(3) * Math.ulp(small);
      }
      double[] y = apply(text, x);
      BigDecimal[] exact =
          shares ? exactShares(x) : exactNorm(x, f.definition().parametersOf(f)[0]);
      for (int i = 0; i < x.length; i++) {
        assertThat(ulps(exact[i], y[i]))
            .as("%s of %s at %d: %s", text, Arrays.toString(x), i, y[i])
            .isLessThan(4);
      }
    }
  }

  /** Here no difference is rounded, and only the third of the sum is. */
  @Test
  void sharesNextToNothingAreExact() {
    for (double last : new double[] {-0.5, -0.5 + 0x1p-51, -0.5 - 0x1p-53}) {
      double[] x = {0, -0.25, -0.25 + 0x1p-50, last};
      BigDecimal[] exact = exactShares(x);
      double[] y = apply("sparsemax", x);
      for (int i = 0; i < x.length; i++) {
        assertThat(ulps(exact[i], y[i])).isLessThan(4);
      }
    }
    assertThat(apply("sparsemax", 1, 0)).containsExactly(1, 0);
  }

  @Test
  void differencesOfSubnormalNumbersKeepTheirDigits() {
    double[] x = {0, 0, Double.MIN_VALUE};
    BigDecimal[] exact = exactNorm(x, 1e-5);
    double[] y = apply("layer_norm", x);
    for (int i = 0; i < x.length; i++) {
      assertThat(ulps(exact[i], y[i])).isLessThan(4);
    }
  }

  private static double ulps(BigDecimal exact, double actual) {
    return exact
        .subtract(new BigDecimal(actual))
        .abs()
        .divide(new BigDecimal(Math.ulp(exact.doubleValue())), MathContext.DECIMAL64)
        .doubleValue();
  }

  private static BigDecimal[] exactShares(double[] x) {
    BigDecimal[] sorted =
        Arrays.stream(x)
            .mapToObj(BigDecimal::new)
            .sorted(Comparator.reverseOrder())
            .toArray(BigDecimal[]::new);
    BigDecimal sum = BigDecimal.ONE.negate();
    int k = 0;
    while (k < x.length && sorted[k].multiply(BigDecimal.valueOf(k)).compareTo(sum) > 0) {
      sum = sum.add(sorted[k++]);
    }
    BigDecimal above = sum;
    BigDecimal count = BigDecimal.valueOf(k);
    return Arrays.stream(x)
        .mapToObj(e -> new BigDecimal(e).multiply(count).subtract(above))
        .map(e -> e.max(BigDecimal.ZERO).divide(count, MathContext.DECIMAL128))
        .toArray(BigDecimal[]::new);
  }

  private static BigDecimal[] exactNorm(double[] x, double epsilon) {
    MathContext digits = new MathContext(60);
    BigDecimal n = BigDecimal.valueOf(x.length);
    BigDecimal total =
        Arrays.stream(x).mapToObj(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal[] centred =
        Arrays.stream(x)
            .mapToObj(e -> new BigDecimal(e).multiply(n).subtract(total))
            .toArray(BigDecimal[]::new);
    BigDecimal squares =
        Arrays.stream(centred).map(e -> e.pow(2)).reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal size =
        squares.divide(n, digits).add(n.pow(2).multiply(new BigDecimal(epsilon))).sqrt(digits);
    return Arrays.stream(centred)
        .map(e -> size.signum() == 0 ? BigDecimal.ZERO : e.divide(size, digits))
        .toArray(BigDecimal[]::new);
  }

  /** A subnormal result of a small element in a long row, which is scaled for its squares. */
  @Test
  void smallElementsOfLargeRowsKeepTheirDigits() {
    double[] x = new double[40_000];
    x[0] = 1e308;
    x[1] = 1.2345e-10;
    double[] y = apply("rms_norm", x);
    assertThat(y[0]).isCloseTo(200, offset(4 * Math.ulp(200.0)));
    assertThat(y[1]).isCloseTo(x[1] / (1e308 / 200), offset(4 * Double.MIN_VALUE));
  }

  private static Real[] exact(ActivationFunction f, double[] x) {
    Real parameter = Real.of(f.definition().parametersOf(f)[0]);
    Real[] elements = Arrays.stream(x).mapToObj(Real::of).toArray(Real[]::new);
    Real size;
    if (f.name().equals("unit_norm")) {
      // In units of the greatest, since a high power of a small number is too small for Real.
      Real greatest = Real.ZERO;
      for (Real element : elements) {
        greatest = element.abs().compareTo(greatest) > 0 ? element.abs() : greatest;
      }
      Real sum = Real.ZERO;
      for (Real element : elements) {
        sum = sum.plus(element.abs().over(greatest).power(parameter));
      }
      size = sum.power(Real.ONE.over(parameter)).times(greatest);
    } else {
      if (f.name().equals("layer_norm")) {
        Real mean = mean(elements);
        elements = Arrays.stream(elements).map(e -> e.minus(mean)).toArray(Real[]::new);
      }
      Real square = mean(Arrays.stream(elements).map(Real::squared).toArray(Real[]::new));
      size = square.plus(parameter).sqrt();
    }
    Real divisor = size.sign() == 0 ? Real.ONE : size;
    return Arrays.stream(elements).map(e -> e.over(divisor)).toArray(Real[]::new);
  }

  private static Real mean(Real[] elements) {
    Real sum = Real.ZERO;
    for (Real element : elements) {
      sum = sum.plus(element);
    }
    return sum.over(elements.length);
  }
}
