package io.normact.math.exact;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.ExactReference;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The long accumulator against decimal arithmetic, and the quotient against its neighbours. */
class ExactSumTest {
  private static BigDecimal power(int exponent) {
    BigDecimal two = BigDecimal.valueOf(2);
    // Every power of two has finitely many decimals: 2^-n = 5^n / 10^n.
    return exponent >= 0
        ? two.pow(exponent)
        : BigDecimal.valueOf(5).pow(-exponent).scaleByPowerOfTen(exponent);
  }

  private static BigDecimal value(ExactSum sum) {
    return new BigDecimal(sum.significand()).multiply(power(sum.exponent()));
  }

  private static double any(Random random) {
    double x = Double.longBitsToDouble(random.nextLong());
    return Double.isFinite(x) ? x : 0;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void addsAnything(long seed) {
    Random random = new Random(seed);
    ExactSum sum = new ExactSum();
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < 200; i++) {
      double x = any(random);
      int exponent = random.nextInt(4000) - 2000;
      sum.add(x, exponent);
      expected = expected.add(new BigDecimal(x).multiply(power(exponent)));
      if (i % 20 == 0) {
        ExactSum other = new ExactSum();
        other.add(-x, exponent / 2);
        other.add(random.nextLong());
        BigInteger integer = new BigInteger(200, random).negate();
        other.add(integer, exponent);
        BigDecimal otherValue = value(other);
        sum.add(other);
        sum.add(new ExactSum());
        expected = expected.add(otherValue);
        if (i % 40 == 0) {
          sum.subtract(other);
          expected = expected.subtract(otherValue);
        }
        assertThat(value(other)).isEqualByComparingTo(otherValue);
        assertThat(value(sum)).isEqualByComparingTo(expected);
      }
    }
    assertThat(value(sum)).isEqualByComparingTo(expected);
  }

  /** An odd integer and its power of two, as BigInteger has them; memory is used again. */
  @Test
  void writesWhatBigIntegersAre() {
    Random random = new Random(6);
    ExactSum sum = new ExactSum();
    for (int i = 0; i < 20_000; i++) {
      sum.clear();
      int terms = random.nextInt(4);
      int spread = i % 50 == 0 ? 2000 : 1 + random.nextInt(200);
      for (int term = 0; term < terms; term++) {
        sum.add(random.nextGaussian(), random.nextInt(spread) - spread / 2);
      }
      if (random.nextInt(3) == 0) {
        long count = random.nextLong() >> random.nextInt(64);
        sum.add(count << random.nextInt(64));
      }
      assertWritten(sum);
    }
    for (int bit = 0; bit < 200; bit++) {
      for (int value : new int[] {1, -1, 127, 128, -128, -129, 255, -256}) {
        sum.clear();
        sum.add(value, bit - 100);
        assertWritten(sum);
      }
    }
  }

  private static void assertWritten(ExactSum sum) {
    ByteOutput written = new ByteOutput(0);
    written.put(7);
    sum.write(written);
    ByteOutput expected = new ByteOutput(0);
    expected.put(7);
    BigInteger significand = sum.significand();
    if (significand.signum() == 0) {
      expected.putCount(0);
    } else {
      int zeros = significand.getLowestSetBit();
      byte[] odd = significand.shiftRight(zeros).toByteArray();
      int exponent = sum.exponent() + zeros;
      expected.putCount(odd.length);
      expected.putCount(exponent < 0 ? -2L * exponent - 1 : 2L * exponent);
      expected.put(odd, 0, odd.length);
    }
    assertThat(written.toArray()).isEqualTo(expected.toArray());
  }

  @Test
  void startsAtZeroAndReturnsToIt() {
    ExactSum sum = new ExactSum();
    sum.add(0.0, 0);
    sum.add(-0.0, 0);
    sum.add(0L);
    assertThat(sum.significand()).isZero();
    sum.add(Double.MAX_VALUE, 0);
    sum.add(1L);
    sum.add(-Double.MAX_VALUE, 0);
    sum.add(-1L);
    assertThat(sum.significand()).isZero();
    sum.add(Long.MIN_VALUE);
    assertThat(value(sum)).isEqualByComparingTo(BigDecimal.valueOf(Long.MIN_VALUE));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31})
  void carriesBeforeAChunkOverflows(int exponent) {
    ExactSum sum = new ExactSum();
    int count = (1 << 21) + 5;
    for (int i = 0; i < count; i++) {
      sum.add(-0x1.fffffffffffffp52, exponent);
    }
    BigInteger term = BigInteger.ONE.shiftLeft(53).subtract(BigInteger.ONE).negate();
    assertThat(value(sum))
        .isEqualByComparingTo(
            new BigDecimal(term.multiply(BigInteger.valueOf(count)).shiftLeft(exponent)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -500, -1010, -1060, -1080, -1120, -1130, -1190, 900, 960, 1000})
  void roundsQuotientsOnce(int exponent) {
    Random random = new Random(exponent);
    for (int i = 0; i < 2000; i++) {
      BigInteger numerator = new BigInteger(1 + random.nextInt(70), random);
      numerator = random.nextBoolean() ? numerator : numerator.negate();
      BigInteger denominator = new BigInteger(random.nextInt(70), random).add(BigInteger.ONE);
      if (random.nextInt(4) == 0) {
        // Ties, and all that is exact.
        denominator = BigInteger.ONE.shiftLeft(random.nextInt(60));
      }
      double quotient = ExactQuotient.round(numerator, denominator, exponent);
      ExactReference.assertNearest(
          quotient,
          new BigDecimal(numerator).multiply(power(exponent)),
          new BigDecimal(denominator));
    }
  }

  @Test
  void breaksTiesOfSubnormalsToEven() {
    BigInteger two = BigInteger.TWO;
    assertThat(ExactQuotient.round(BigInteger.ONE, two, -1074)).isZero();
    assertThat(ExactQuotient.round(BigInteger.valueOf(3), two, -1074)).isEqualTo(0x2p-1074);
    assertThat(ExactQuotient.round(BigInteger.valueOf(5), two, -1074)).isEqualTo(0x2p-1074);
    assertThat(ExactQuotient.round(BigInteger.valueOf(-7), BigInteger.valueOf(4), -1074))
        .isEqualTo(-0x2p-1074);
    assertThat(ExactQuotient.round(BigInteger.ONE, two, -5000)).isZero();
    assertThat(ExactQuotient.round(BigInteger.ZERO, two, 5)).isZero();
    assertThat(ExactQuotient.round(BigInteger.ONE, two, 5000)).isInfinite();
  }
}
