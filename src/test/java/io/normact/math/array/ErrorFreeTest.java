package io.normact.math.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loops that every row goes through lose nothing, and are the same in vector registers. */
class ErrorFreeTest {
  private static final int N = 27;

  private static double[] random(Random random) {
    double[] x = ErrorFree.array(N);
    for (int i = 0; i < N; i++) {
      x[i] = Math.scalb(random.nextGaussian(), random.nextInt(60) - 30);
    }
    return x;
  }

  private static double[][] random(Random random, int arrays) {
    double[][] result = new double[arrays][];
    Arrays.setAll(result, k -> random(random));
    return result;
  }

  private static double[][] copy(double[][] arrays) {
    return Arrays.stream(arrays).map(double[]::clone).toArray(double[][]::new);
  }

  private static BigDecimal sum(int lane, double[][] arrays) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double[] array : arrays) {
      sum = sum.add(new BigDecimal(array[lane]));
    }
    return sum;
  }

  @Test
  void sumsLoseNothing() {
    Random random = new Random(1);
    for (int round = 0; round < 100; round++) {
      double[] x = random(random);
      double[][] before = random(random, 2);
      double[][] levels = copy(before);
      double[][] rest = random(random, 1);
      boolean any = ErrorFree.addToSums(x, levels, rest, N, true);

      for (int i = 0; i < N; i++) {
        assertThat(sum(i, levels).add(sum(i, rest)))
            .isEqualByComparingTo(sum(i, before).add(new BigDecimal(x[i])));
      }
      assertThat(any).isEqualTo(Arrays.stream(rest[0], 0, N).anyMatch(r -> r != 0));
      double[][] scalarRest = random(random, 1);
      assertThat(ErrorFree.addToSums(x, before, scalarRest, N, false)).isEqualTo(any);
      assertThat(before).isDeepEqualTo(levels);
      assertThat(Arrays.copyOf(scalarRest[0], N)).isEqualTo(Arrays.copyOf(rest[0], N));
    }
  }

  @Test
  void squaresLoseNothing() {
    Random random = new Random(2);
    for (int round = 0; round < 100; round++) {
      double[] x = random(random);
      double[][] before = random(random, 3);
      double[][] levels = copy(before);
      double[][] rest = random(random, 2);
      boolean any = ErrorFree.addToSquares(x, levels, rest, N, true);

      for (int i = 0; i < N; i++) {
        assertThat(sum(i, levels).add(sum(i, rest)))
            .isEqualByComparingTo(sum(i, before).add(new BigDecimal(x[i]).pow(2)));
      }
      assertThat(any).isTrue();
      double[][] scalarRest = random(random, 2);
      assertThat(ErrorFree.addToSquares(x, before, scalarRest, N, false)).isTrue();
      assertThat(before).isDeepEqualTo(levels);
      assertThat(Arrays.copyOf(scalarRest[0], N)).isEqualTo(Arrays.copyOf(rest[0], N));
      assertThat(Arrays.copyOf(scalarRest[1], N)).isEqualTo(Arrays.copyOf(rest[1], N));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatFitsLeavesNoRest(boolean inVectors) {
    double[] x = ErrorFree.array(N);
    Arrays.fill(x, 0, N, -3);
    double[][] levels = {ErrorFree.array(N), ErrorFree.array(N), ErrorFree.array(N)};
    double[][] rest = {ErrorFree.array(N), ErrorFree.array(N)};

    assertThat(ErrorFree.addToSums(x, levels, rest, N, inVectors)).isFalse();
    assertThat(levels[0][N - 1]).isEqualTo(-3);
    levels[0] = ErrorFree.array(N);
    assertThat(ErrorFree.addToSquares(x, levels, rest, N, inVectors)).isFalse();
    assertThat(levels[0][N - 1]).isEqualTo(9);
    // The second rest alone: the square's low part goes through levels that are much greater.
    x[3] = 1 + 0x1p-52;
    levels[0][3] = 0x1p60;
    levels[1][3] = 0x1p53;
    levels[2][3] = 0x1p0;
    assertThat(ErrorFree.addToSquares(x, levels, rest, N, inVectors)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void unsafeValuesAreFound(boolean inVectors) {
    double[] scratch = ErrorFree.array(N);
    for (double value :
        new double[] {
          Double.NaN, Double.POSITIVE_INFINITY, ErrorFree.LARGEST, -Double.MIN_VALUE, 0x1p-490
        }) {
      assertThat(ErrorFree.isSafe(value)).isFalse();
      for (int i = 0; i < N; i++) {
        double[] x = ErrorFree.array(N);
        Arrays.fill(x, 0, N, 1);
        x[i] = value;
        assertThat(ErrorFree.anyUnsafe(x, scratch, N, inVectors)).isTrue();
      }
    }
    for (double value : new double[] {0, -0.0, 1e-9, ErrorFree.SMALLEST, -0x1p463}) {
      assertThat(ErrorFree.isSafe(value)).isTrue();
      double[] x = ErrorFree.array(N);
      Arrays.fill(x, 0, N, value);
      assertThat(ErrorFree.anyUnsafe(x, scratch, N, inVectors)).isFalse();
    }
  }

  @Test
  void loopsThatFailAreReported() {
    double[] x = new double[8];
    assertThatThrownBy(() -> VectorLoop.ANY_UNSAFE.test(x, 16))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Vector loop over 16 elements failed.");
    assertThatThrownBy(
            () -> VectorLoop.ADD_TO_SUMS.add(x, new double[][] {x}, new double[][] {x}, 8))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Vector loop over 8 elements failed.");
    assertThatThrownBy(() -> VectorLoop.ANY_NOT_FINITE.test(x, 16))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Vector loop over 16 elements failed.");
    assertThatThrownBy(() -> VectorLoop.AFFINE.run(x, x, x, x, 24))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Vector loop over 24 elements failed.");
  }
}
