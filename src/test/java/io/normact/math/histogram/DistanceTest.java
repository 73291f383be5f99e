package io.normact.math.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistanceTest {

  private static long[] counts(String text) {
    return Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  /** The formulas in decimals of 50 digits (Python 3, module decimal). */
  @ParameterizedTest
  @CsvSource({
    "10 20 30 40,40 30 20 10,0.91286963829356724769628,0.39186816064715503569746",
    "1 0,0 1,18.418838675877970235596717,1",
    "5 5,50 50,0,0",
    "100 200 300 400 0,90 210 0 420 30,2.7245688368928756754818886,0.43029196128757131237241964",
    "1 1 1 1 1 1 1 1 1 1,1 2 3 4 5 6 7 8 9 10,0.34561020727308348671892,0.24270451419825897550204"
  })
  void isWhatTheFormulaSays(String expected, String actual, double psi, double distance) {
    long[] e = counts(expected);
    long[] a = counts(actual);
    assertThat(Distance.stabilityIndex(e, a)).isCloseTo(psi, offset(1e-12));
    assertThat(Distance.jensenShannon(e, a)).isCloseTo(distance, offset(1e-12));
  }

  @Test
  void isSymmetricAndTheDistanceAMetric() {
    Random random = new Random(11);
    for (int round = 0; round < 500; round++) {
      long[][] h = new long[3][1 + random.nextInt(20)];
      int bins = h[0].length;
      for (int k = 0; k < 3; k++) {
        h[k] = random.longs(bins, 0, random.nextBoolean() ? 3 : 1000).toArray();
        h[k][random.nextInt(bins)]++;
      }
      assertThat(Distance.stabilityIndex(h[0], h[1]))
          .isNotNegative()
          .isCloseTo(Distance.stabilityIndex(h[1], h[0]), offset(1e-12));
      double ab = Distance.jensenShannon(h[0], h[1]);
      assertThat(ab).isBetween(0.0, 1.0).isEqualTo(Distance.jensenShannon(h[1], h[0]));
      assertThat(Distance.jensenShannon(h[0], h[2]))
          .isLessThanOrEqualTo(ab + Distance.jensenShannon(h[1], h[2]) + 1e-12);
      assertThat(Distance.jensenShannon(h[0], h[0])).isZero();
    }
  }

  /** The 99.9th percentile of chi-squared, from tables. */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 10.828", "5, 18.467", "10, 27.877", "16, 37.697", "31, 59.703"})
  void chanceIsAQuantileOfChiSquared(int bins, double quantile) {
    assertThat(Distance.chance(bins, 1, Long.MAX_VALUE)).isCloseTo(quantile, withinPercentage(3.5));
    assertThat(Distance.chance(bins, 100, 400)).isCloseTo(quantile / 80, withinPercentage(3.5));
  }

  @Test
  void samplesOfOnePopulationStayBelowIt() {
    Random random = new Random(2);
    int above = 0;
    for (int round = 0; round < 2000; round++) {
      int n = 200 + random.nextInt(2000);
      int m = 200 + random.nextInt(2000);
      double index = Distance.stabilityIndex(sample(random, n), sample(random, m));
      above += index > Distance.chance(16, n, m) ? 1 : 0;
    }
    assertThat(above).isLessThan(20);
  }

  private static long[] sample(Random random, int n) {
    long[] counts = new long[16];
    for (int i = 0; i < n; i++) {
      counts[random.nextInt(16)]++;
    }
    return counts;
  }
}
