package io.normact.math.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompensatedSumsTest {

  /** Terms of very different magnitudes, most of which cancel. */
  private static double[] terms(int n) {
    Random random = new Random(n);
    double[] terms = new double[n];
    for (int i = 0; i < n; i++) {
      terms[i] = random.nextGaussian() * Math.exp(8 * random.nextGaussian());
      if (i % 3 == 2) {
        terms[i] = -terms[i - 1] * (1 + 1e-9 * random.nextGaussian());
      }
    }
    return terms;
  }

  private static double exact(double[] terms) {
    return Arrays.stream(terms)
        .mapToObj(BigDecimal::new)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .doubleValue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 33, 1000, 4097})
  void theSumIsTheExactOneRounded(int n) {
    CompensatedSums sums = new CompensatedSums(2);
    sums.addAll(1, terms(n), new double[n], n);
    assertThat(sums.value(1)).isEqualTo(exact(terms(n)));
    assertThat(sums.value(0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 1000})
  void orderAndGroupingMakeNoDifference(int n) {
    List<Double> shuffled = Arrays.asList(Arrays.stream(terms(n)).boxed().toArray(Double[]::new));
    Collections.shuffle(shuffled, new Random(7));
    double[] terms = shuffled.stream().mapToDouble(Double::doubleValue).toArray();
    CompensatedSums one = new CompensatedSums(1);
    CompensatedSums two = new CompensatedSums(1);
    one.addAll(0, Arrays.copyOf(terms, n / 3), new double[n], n / 3);
    for (int i = n / 3; i < n; i++) {
      two.add(0, terms[i]);
    }
    one.merge(two);
    assertThat(one.value(0)).isEqualTo(exact(terms));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 1000})
  void pairwiseSumsAreCloseToTheExactOne(int n) {
    double[] terms = new Random(3).doubles(n).toArray();
    assertThat(CompensatedSums.pairwise(terms.clone(), n))
        .isCloseTo(exact(terms), within(1e-15 * Math.max(1, n)));
  }

  /** Products and differences keep what a double loses of them. */
  @Test
  void productsAndDifferencesAreExact() {
    CompensatedSums sums = new CompensatedSums(2);
    sums.add(0, 1 + 0x1p-40, 1 + 0x1p-40);
    sums.add(0, 0x1p-300, 3);
    sums.add(1, 0x1p-80);
    sums.add(1, -1, -0.5);
    double first = sums.difference(0, 1, 0);
    assertThat(first).isEqualTo(0.5 + 0x1p-39);
    assertThat(sums.difference(0, 1, first)).isZero();
    sums.add(1, 0x1p-60);
    assertThat(sums.difference(0, 1, first)).isEqualTo(-0x1p-60);
    assertThat(sums.difference(1, 0, -first)).isEqualTo(0x1p-60);
  }
}
