package io.normact.math.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.normact.math.exact.Moments;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InfomaxFitTest {

  private static final Map<String, double[]> COLUMNS = columns();

  /** Columns that are hard on a logistic distribution, by name. */
  private static Map<String, double[]> columns() {
    Random random = new Random(20);
    Map<String, double[]> columns = new LinkedHashMap<>();
    columns.put("normal", draw(5000, random::nextGaussian));
    columns.put("uniform", draw(5000, random::nextDouble));
    columns.put("two values", new double[] {1, 2});
    columns.put("two values, uneven", new double[] {1, 2, 2});
    for (int rare : new int[] {1, 2, 50}) {
      double[] values = new double[5000];
      Arrays.fill(values, 0, rare, 1);
      columns.put(rare + " of 5000", values);
    }
    for (int spread = 1; spread <= 5; spread++) {
      int sigma = spread;
      columns.put(
          "lognormal, sigma " + sigma, draw(20_000, () -> Math.exp(sigma * random.nextGaussian())));
    }
    for (int n : new int[] {100, 1000, 10_000, 100_000}) {
      columns.put("Cauchy of " + n, draw(n, () -> Math.tan(Math.PI * (random.nextDouble() - 0.5))));
    }
    columns.put("Pareto, alpha 0.3", draw(20_000, () -> Math.pow(random.nextDouble(), -1 / 0.3)));
    columns.put(
        "mostly zeros, Cauchy else",
        draw(
            20_000,
            () -> random.nextDouble() < 0.9 ? 0 : Math.tan(Math.PI * (random.nextDouble() - 0.5))));
    for (double far : new double[] {1e2, 1e3, 1e4, 1e6, 1e12}) {
      double[] values = draw(20_000, random::nextGaussian);
      values[0] = far;
      columns.put("normal with an outlier " + far, values);
      double[] both = values.clone();
      both[1] = -30 * far;
      columns.put("normal with two outliers " + far, both);
    }
    columns.put(
        "far groups",
        draw(20_000, () -> random.nextGaussian() + (random.nextInt(9) == 0 ? 1e6 : 0)));
    return columns;
  }

  private static double[] draw(int n, DoubleSupplier supplier) {
    double[] values = new double[n];
    Arrays.setAll(values, i -> supplier.getAsDouble());
    return values;
  }

  /** With mean 0 and variance 1. */
  private static double[] standardized(double[] x) {
    Moments moments = new Moments(1);
    Arrays.stream(x).forEach(value -> moments.add(new double[] {value}));
    double deviation = Math.sqrt(moments.variance(0));
    return Arrays.stream(x).map(value -> (value - moments.mean(0)) / deviation).toArray();
  }

  private static RowBlock block(double[] u, double[] weight) {
    return new DenseRows(u.length, 1, u, null, null, weight);
  }

  private static int run(InfomaxFit fit, RowBlock block) {
    int passes = 0;
    while (fit.active().length > 0) {
      assertThat(passes).isLessThan(15);
      fit.advance(new InfomaxSums(1).add(block, fit.active(), fit.trialGamma(), fit.trialBeta()));
      passes++;
    }
    return passes;
  }

  private static InfomaxFit fit(double weight) {
    return new InfomaxFit(new double[] {weight}, new boolean[] {true}, 1e-6);
  }

  static Stream<String> names() {
    return COLUMNS.keySet().stream();
  }

  /** At the maximum E[t] = 0 and gamma E[u t] = 1; that is told by plain sums of Math.tanh. */
  @ParameterizedTest
  @MethodSource("names")
  @Tag("thorough")
  void theGradientVanishesAfterAFewPasses(String name) {
    double[] u = standardized(COLUMNS.get(name));
    InfomaxFit fit = fit(u.length);
    int passes = run(fit, block(u, null));
    assertThat(passes).isLessThanOrEqualTo(12);
    double gamma = fit.gamma(0);
    double beta = fit.beta(0);
    double t = 0;
    double zt = 0;
    double objective = 0;
    for (double value : u) {
      double z = gamma * value + beta;
      t += Math.tanh(z / 2);
      zt += z * Math.tanh(z / 2);
      objective += Math.log(gamma) - Math.abs(z) - 2 * Math.log1p(Math.exp(-Math.abs(z)));
    }
    assertThat(gamma).isPositive();
    assertThat(t / u.length).isCloseTo(0, within(1e-10));
    assertThat(zt / u.length).isCloseTo(1, within(1e-10));
    assertThat(fit.objective(0)).isCloseTo(objective / u.length, within(1e-10));
    assertThat(fit.largestStep()).isZero();
  }

  /** Each sum is the derivative of another: checked by central differences. */
  @Test
  void sumsAreTheDerivativesOfOneAnother() {
    double[] u = standardized(COLUMNS.get("lognormal, sigma 1"));
    double[] weight = draw(u.length, new Random(5)::nextDouble);
    RowBlock block = block(u, weight);
    double gamma = 1.3;
    double beta = 0.4;
    InfomaxSums at = sums(block, gamma, beta);
    double h = 1e-5;
    InfomaxSums up = sums(block, gamma, beta + h);
    InfomaxSums down = sums(block, gamma, beta - h);
    assertThat(at.sum(0, InfomaxSums.T))
        .isCloseTo(-difference(up, down, InfomaxSums.LOG_SLOPE, h), withinPercentage(1e-5));
    assertThat(at.sum(0, InfomaxSums.V))
        .isCloseTo(difference(up, down, InfomaxSums.T, h), withinPercentage(1e-5));
    // d(z t) / d beta = t + z v.
    assertThat(at.sum(0, InfomaxSums.ZV) + at.sum(0, InfomaxSums.T))
        .isCloseTo(difference(up, down, InfomaxSums.ZT, h), withinPercentage(1e-5));
    // With all of z scaled by 1 + h: d / dh of t is z v, and of z t is z t + z^2 v.
    InfomaxSums more = sums(block, gamma * (1 + h), beta * (1 + h));
    InfomaxSums less = sums(block, gamma * (1 - h), beta * (1 - h));
    assertThat(at.sum(0, InfomaxSums.ZT))
        .isCloseTo(-difference(more, less, InfomaxSums.LOG_SLOPE, h), withinPercentage(1e-5));
    assertThat(at.sum(0, InfomaxSums.ZZV) + at.sum(0, InfomaxSums.ZT))
        .isCloseTo(difference(more, less, InfomaxSums.ZT, h), withinPercentage(1e-5));
  }

  private static InfomaxSums sums(RowBlock block, double gamma, double beta) {
    return new InfomaxSums(1).add(block, new int[] {0}, new double[] {gamma}, new double[] {beta});
  }

  private static double difference(InfomaxSums up, InfomaxSums down, int quantity, double h) {
    return (up.sum(0, quantity) - down.sum(0, quantity)) / (2 * h);
  }

  @Test
  void weightsCountAsRepeatedRows() {
    double[] u = standardized(COLUMNS.get("two values, uneven"));
    double[] once = {u[0], u[1]};
    InfomaxFit weighted = fit(3);
    run(weighted, block(once, new double[] {1, 2}));
    InfomaxFit repeated = fit(3);
    run(repeated, block(u, null));
    assertThat(weighted.gamma(0)).isCloseTo(repeated.gamma(0), withinPercentage(1e-10));
    assertThat(weighted.beta(0)).isCloseTo(repeated.beta(0), withinPercentage(1e-10));
  }

  @Test
  void valuesLeftOutAreNotThere() {
    double nan = Double.NaN;
    double[] x = {-1, nan, 1, 1, nan, nan, nan, nan, nan, nan};
    boolean[] incomplete = {true, true};
    double[] weight = {1, 9, 0.5, 0.5, 9};
    InfomaxSums weighted = new InfomaxSums(2);
    InfomaxSums plain = new InfomaxSums(2);
    int[] both = {0, 1};
    double[] gamma = {1.5, 1.5};
    double[] beta = {0.25, 0.25};
    weighted.add(new DenseRows(5, 2, x, incomplete, null, weight), both, gamma, beta);
    plain.add(new DenseRows(5, 2, x, incomplete, null, null), both, gamma, beta);
    InfomaxSums few =
        new InfomaxSums(1)
            .add(
                block(new double[] {-1, 1}, null),
                new int[] {0},
                new double[] {1.5},
                new double[] {0.25});
    InfomaxSums more =
        new InfomaxSums(1)
            .add(
                block(new double[] {1}, null),
                new int[] {0},
                new double[] {1.5},
                new double[] {0.25});
    for (int q = 0; q < 6; q++) {
      assertThat(weighted.sum(0, q)).isCloseTo(few.sum(0, q), within(1e-15));
      assertThat(weighted.sum(1, q)).isZero();
    }
    few.merge(more);
    for (int q = 0; q < 6; q++) {
      assertThat(plain.sum(0, q)).isCloseTo(few.sum(0, q), within(1e-15));
    }
    RowBlock pair = block(new double[] {-1, 1}, null);
    InfomaxSums twice = new InfomaxSums(1);
    twice.add(pair, new int[] {0}, gamma, beta).add(pair, new int[] {0}, gamma, beta);
    twice.add(block(new double[] {1}, null), new int[] {0}, gamma, beta);
    few.add(pair, new int[] {0}, gamma, beta);
    for (int q = 0; q < 6; q++) {
      assertThat(twice.sum(0, q)).isCloseTo(few.sum(0, q), within(1e-15));
    }
  }

  @Test
  void aColumnThatTakesNoPartStaysOut() {
    InfomaxFit fit = new InfomaxFit(new double[] {1, 2}, new boolean[] {false, true}, 0);
    assertThat(fit.active()).containsExactly(1);
    assertThat(fit.largestStep()).isZero();
    assertThat(fit.objective(0)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  /** A trial after which the objective is no number is taken back, and smaller steps are tried. */
  @Test
  void trialsThatFailAreTakenBack() {
    RowBlock good = block(standardized(COLUMNS.get("1 of 5000")), null);
    RowBlock bad = block(new double[] {Double.POSITIVE_INFINITY}, null);
    InfomaxFit fit = fit(5000);
    fit.advance(sums(good, fit));
    double jump = fit.trialGamma()[0];
    fit.advance(sums(bad, fit));
    double newton = fit.trialGamma()[0];
    fit.advance(sums(bad, fit));
    double quarter = fit.trialGamma()[0];
    double gamma = fit.gamma(0);
    assertThat(jump).isGreaterThan(2 * newton);
    assertThat(quarter - gamma).isCloseTo(0.25 * (newton - gamma), withinPercentage(1e-10));
    run(fit, good);
    assertThat(fit.gamma(0)).isCloseTo(Math.sqrt(5000), withinPercentage(0.1));
  }

  private static InfomaxSums sums(RowBlock block, InfomaxFit fit) {
    return new InfomaxSums(1).add(block, fit.active(), fit.trialGamma(), fit.trialBeta());
  }
}
