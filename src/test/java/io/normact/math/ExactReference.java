package io.normact.math;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.exact.Moments;
import java.math.BigDecimal;
import java.util.List;

/**
 * Weighted sums of one feature in decimal arithmetic, which is exact for doubles, and the test
 * whether a double is the one nearest to a quotient. It shares nothing with what it judges.
 */
public final class ExactReference {
  private static final BigDecimal TWO = BigDecimal.valueOf(2);

  private BigDecimal weight = BigDecimal.ZERO;
  private BigDecimal sum = BigDecimal.ZERO;
  private BigDecimal square = BigDecimal.ZERO;
  private long count;

  public static ExactReference of(List<double[]> rows, double[] weights, int feature) {
    ExactReference reference = new ExactReference();
    for (int i = 0; i < rows.size(); i++) {
      reference.add(rows.get(i)[feature], weights[i]);
    }
    return reference;
  }

  private void add(double x, double w) {
    if (w > 0 && Double.isFinite(x)) {
      BigDecimal value = new BigDecimal(x);
      BigDecimal factor = new BigDecimal(w);
      count++;
      weight = weight.add(factor);
      sum = sum.add(factor.multiply(value));
      square = square.add(factor.multiply(value).multiply(value));
    }
  }

  /** Asserts that every statistic is the double nearest to the exact one. */
  public void assertMatches(Moments moments, int feature) {
    assertThat(moments.count(feature)).isEqualTo(count);
    assertNearest(moments.weight(feature), weight, BigDecimal.ONE);
    if (count == 0) {
      assertThat(moments.mean(feature)).isNaN();
      assertThat(moments.variance(feature)).isNaN();
      assertThat(moments.sampleVariance(feature)).isNaN();
      return;
    }
    assertNearest(moments.mean(feature), sum, weight);
    BigDecimal difference = weight.multiply(square).subtract(sum.multiply(sum));
    BigDecimal divisor = weight.multiply(weight);
    assertNearest(moments.variance(feature), difference, divisor);
    if (count == 1) {
      assertThat(moments.sampleVariance(feature)).isNaN();
    } else {
      assertNearest(
          moments.sampleVariance(feature),
          difference.multiply(BigDecimal.valueOf(count)),
          divisor.multiply(BigDecimal.valueOf(count - 1)));
    }
  }

  /**
   * Asserts that the double is nearest to the quotient, ties to even; the denominator is positive.
   */
  public static void assertNearest(double actual, BigDecimal numerator, BigDecimal denominator) {
    // Twice the quotient lies between actual plus its lower and actual plus its upper neighbour.
    BigDecimal twice = numerator.multiply(TWO);
    double down = Math.nextDown(actual);
    double up = Math.nextUp(actual);
    int least = (Double.doubleToRawLongBits(actual) & 1) == 0 ? 0 : 1;
    boolean notTooLarge =
        actual == Double.NEGATIVE_INFINITY
            || twice.compareTo(exact(actual).add(exact(down)).multiply(denominator)) >= least;
    boolean notTooSmall =
        actual == Double.POSITIVE_INFINITY
            || exact(actual).add(exact(up)).multiply(denominator).compareTo(twice) >= least;
    assertThat(notTooLarge && notTooSmall)
        .as("%s is nearest to %s / %s", actual, numerator.doubleValue(), denominator.doubleValue())
        .isTrue();
  }

  /** Infinity counts as 2^1024, where rounding leads to it. */
  private static BigDecimal exact(double x) {
    return Double.isFinite(x)
        ? new BigDecimal(x)
        : new BigDecimal(Math.scalb(Math.signum(x), 1023)).multiply(TWO);
  }
}
