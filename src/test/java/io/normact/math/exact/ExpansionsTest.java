package io.normact.math.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A whole number of 128 bits is the same sum whichever way it is taken in. */
class ExpansionsTest {

  private static void check(long upper, long lower, int exponent, int levels) {
    Expansions quick = new Expansions(2, 2, levels, levels);
    quick.load(1, upper, lower, exponent);
    BigInteger whole =
        BigInteger.valueOf(upper)
            .shiftLeft(Long.SIZE)
            .add(new BigInteger(Long.toUnsignedString(lower)));
    Expansions plain = new Expansions(2, 2, levels, levels);
    plain.load(1, whole, exponent);
    ByteOutput quickly = new ByteOutput(0);
    quick.sum(1).write(quickly);
    ByteOutput plainly = new ByteOutput(0);
    plain.sum(1).write(plainly);
    assertThat(quickly.toArray())
        .as("%x %x at %d", upper, lower, exponent)
        .isEqualTo(plainly.toArray());
    assertThat(quick.sum(0).significand()).isZero();
  }

  @Test
  void shortAndLongNumbersAreTheSame() {
    Random random = new Random(6);
    for (int i = 0; i < 20_000; i++) {
      long upper = random.nextLong() >> random.nextInt(64);
      long lower = random.nextLong() >>> random.nextInt(64);
      int exponent =
          random.nextInt(5) == 0 ? random.nextInt(-4096, 4097) : random.nextInt(-200, 60);
      check(random.nextBoolean() ? lower >> 63 : upper, lower, exponent, 2 + random.nextInt(2));
    }
    for (long upper : new long[] {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      for (long lower : new long[] {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 53}) {
        for (int exponent : new int[] {-1200, -1074, 0, 800, 900, 2000}) {
          check(upper, lower, exponent, 2);
          check(upper, lower, exponent, 3);
        }
      }
    }
  }
}
