package io.normact.math.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Scalars, vector registers and the way without them give the same bits. */
class PrimitiveTest {
  private static double[] inputs(Primitive primitive, int n) {
    Random random = new Random(n);
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      double wide = Math.scalb(random.nextGaussian(), random.nextInt(30) - 20);
      x[i] =
          switch (primitive) {
            case EXP, LOGISTIC, TANH -> wide;
            case SCALED_NORMAL_TAIL, SCALED_NORMAL_TAIL_EXCESS -> Math.min(Math.abs(wide), 39);
            default -> -Math.abs(wide);
          };
    }
    return x;
  }

  private static long[] bits(double[] x) {
    return Arrays.stream(x).mapToLong(Double::doubleToLongBits).toArray();
  }

  @ParameterizedTest
  @EnumSource
  void blocksHaveTheBitsOfScalars(Primitive primitive) {
    for (int n : new int[] {0, 1, 7, 8, 9, 500, 512}) {
      double[] x = inputs(primitive, n);
      double[] expected = Arrays.stream(x).map(primitive::of).toArray();
      double[] block = Arrays.copyOf(x, Scratch.BLOCK);
      primitive.of(block, n, VectorLoop.AVAILABLE);
      assertThat(bits(Arrays.copyOf(block, n))).isEqualTo(bits(expected));
      block = Arrays.copyOf(x, Scratch.BLOCK);
      primitive.of(block, n, false);
      assertThat(bits(Arrays.copyOf(block, n))).isEqualTo(bits(expected));
    }
  }

  @Test
  void wholeArraysHaveTheBitsOfScalars() {
    for (Primitive primitive :
        new Primitive[] {Primitive.EXP, Primitive.LOGISTIC, Primitive.TANH}) {
      for (int n : new int[] {0, 1, 7, 8, 9, 1501}) {
        double[] x = inputs(primitive, n);
        double[] expected = Arrays.stream(x).map(primitive::of).toArray();
        double[] y = new double[n];
        primitive.of(x, y, VectorLoop.AVAILABLE);
        assertThat(bits(y)).isEqualTo(bits(expected));
        primitive.of(x, x, false);
        assertThat(bits(x)).isEqualTo(bits(expected));
      }
    }
  }

  /** What one JDK gives, interpreted or compiled, with vectors or without, every other gives. */
  @ParameterizedTest
  @CsvSource({
    "SCALED_EXP, e979c8b7",
    "EXP, 4659641d",
    "EXPM1, 87e7c122",
    "SCALED_LOG1P_EXP, 344614bb",
    "LOGISTIC, 593b4710",
    "TANH, 838f371d",
    "SCALED_NORMAL_TAIL, fdb9311a",
    "SCALED_NORMAL_TAIL_EXCESS, 378930ee"
  })
  void bitsAreFrozen(Primitive primitive, String fingerprint) {
    double[] x = inputs(primitive, Scratch.BLOCK);
    x[0] = Double.NaN;
    x[1] = 0;
    // As often as it takes to be compiled.
    for (int round = 0; round < 2000; round++) {
      for (boolean inVectors : new boolean[] {VectorLoop.AVAILABLE, false}) {
        double[] block = x.clone();
        primitive.of(block, block.length, inVectors);
        assertThat(Integer.toHexString(Arrays.hashCode(bits(block)))).isEqualTo(fingerprint);
      }
    }
  }

  @Test
  void vectorLoopsThatFailAreReported() {
    assumeTrue(VectorLoop.AVAILABLE);
    assertThatThrownBy(() -> VectorLoop.find("cosine", MethodType.methodType(void.class), true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Vector loop cosine is missing.");
    double[] x = new double[8];
    for (ThrowingCallable tooLong :
        new ThrowingCallable[] {
          () -> VectorLoop.EXP.run(x, x, 16),
          () -> VectorLoop.NORMAL_TAIL_SERIES.run(x, x, x, 16),
          () -> VectorLoop.SCALED_NORMAL_TAIL.run(x, x, x, x, 16)
        }) {
      assertThatThrownBy(tooLong)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Vector loop over 16 elements failed.");
    }
  }

  @Test
  void withoutTheModuleNoLoopIsLookedFor() {
    assertThat(VectorLoop.find("cosine", MethodType.methodType(void.class), false)).isNull();
  }

  @Test
  void sparkStartsJvmsWithVectors() {
    assumeTrue(System.getProperty(VectorChoice.PROPERTY) == null);
    assertThat(VectorLoop.AVAILABLE).isTrue();
  }
}
