package io.normact.math.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The short way writes what the long accumulator writes, wherever it writes anything. */
class ShortSumTest {

  private static boolean check(double... terms) {
    double[][] levels = new double[terms.length][];
    ExactSum sum = new ExactSum();
    for (int k = 0; k < terms.length; k++) {
      levels[k] = new double[] {99, terms[k]};
      sum.add(terms[k], 0);
    }
    ByteOutput written = new ByteOutput(0);
    written.put(5);
    boolean fits = ShortSum.write(levels, 1, written);
    ByteOutput expected = new ByteOutput(0);
    expected.put(5);
    if (fits) {
      sum.write(expected);
    }
    assertThat(written.toArray()).as("%s", (Object) terms).isEqualTo(expected.toArray());
    return fits;
  }

  @Test
  void bytesAreThoseOfTheLongAccumulator() {
    Random random = new Random(8);
    int fitted = 0;
    for (int i = 0; i < 100_000; i++) {
      double[] terms = new double[1 + random.nextInt(6)];
      int spread = 1 + random.nextInt(120);
      int center = random.nextInt(10) == 0 ? -1000 : random.nextInt(1800) - 900;
      for (int k = 0; k < terms.length; k++) {
        double x =
            switch (random.nextInt(4)) {
              case 0 -> random.nextInt(7) - 3;
              case 1 -> Math.scalb(1.0, random.nextInt(60));
              default -> random.nextGaussian();
            };
        terms[k] = Math.scalb(x, center - random.nextInt(spread));
      }
      fitted += check(terms) ? 1 : 0;
    }
    assertThat(fitted).isBetween(50_000, 95_000);
  }

  @Test
  void sumsAtTheEdges() {
    for (int bit = 0; bit < 122; bit++) {
      double power = Math.scalb(1.0, bit);
      assertThat(check(power, 1)).isTrue();
      assertThat(check(power, -1)).isTrue();
      assertThat(check(-power, 1, 0.0)).isTrue();
      assertThat(check(-power, -1, -0.0)).isTrue();
      assertThat(check(-power, 0x1p63, -0x1p63)).isTrue();
      assertThat(check(power, -power, 0x1p64)).isTrue();
    }
    assertThat(check(0, -0.0)).isTrue();
    assertThat(check(3, -3)).isTrue();
    assertThat(check(Double.MIN_VALUE, -3 * Double.MIN_VALUE)).isTrue();
    assertThat(check(Double.MIN_NORMAL, Double.MIN_VALUE)).isTrue();
    assertThat(check(Double.MAX_VALUE, Double.MAX_VALUE)).isTrue();
    assertThat(check(1, 0x1p-122)).isFalse();
  }

  /** One way or the other, sums of many scales are the same bytes. */
  @Test
  void expansionsTakeEitherWay() {
    Random random = new Random(9);
    ExactSum memory = new ExactSum();
    for (int lanes : new int[] {3, 6}) {
      for (int i = 0; i < 300; i++) {
        Expansions sums = new Expansions(3, lanes, 2, 4);
        ExactSum expected = new ExactSum();
        int spread = i % 2 == 0 ? 20 : 900;
        for (int k = 0; k < 9; k++) {
          double x = Math.scalb(random.nextGaussian(), random.nextInt(spread) - 400);
          sums.add(1, x);
          expected.add(x, 0);
        }
        if (i % 3 == 0) {
          sums.rest(0).add(7L);
        }
        ByteOutput written = new ByteOutput(0);
        sums.write(1, memory, written);
        ByteOutput bytes = new ByteOutput(0);
        expected.write(bytes);
        assertThat(written.toArray()).isEqualTo(bytes.toArray());
      }
    }
  }
}
