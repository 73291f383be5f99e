package io.normact.math.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moments that share a workspace hold the sums of all others, wherever they were written to. */
class SharedMomentsTest {

  private static double value(Random random, int kind) {
    return switch (kind) {
      case 0 -> random.nextInt(100);
      case 1 -> random.nextGaussian() * Math.exp(9 * random.nextGaussian());
      case 2 -> random.nextInt(9) == 0 ? Double.NaN : random.nextGaussian();
      case 3 -> Math.scalb(random.nextGaussian(), random.nextInt(2000) - 1000);
      default -> 0;
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 8, 17})
  void rowsOfManyKeysInTurn(int features) {
    Random random = new Random(features);
    Moments.Workspace workspace = new Moments.Workspace(features);
    for (int kind = 0; kind < 5; kind++) {
      for (boolean weighted : new boolean[] {false, true}) {
        List<Moments> shared = new ArrayList<>();
        List<Moments> alone = new ArrayList<>();
        for (int key = 0; key < 5; key++) {
          shared.add(new Moments(workspace));
          alone.add(new Moments(features));
        }
        for (int i = 0; i < 60; i++) {
          int key = random.nextInt(5);
          double[] row = new double[features];
          for (int j = 0; j < features; j++) {
            row[j] = value(random, kind);
          }
          double weight = weighted ? random.nextInt(3) * 0.7 : 1;
          if (random.nextInt(4) == 0) {
            int[] indices = IntStream.range(0, features).toArray();
            shared.get(key).add(indices, row, features, weight);
          } else {
            shared.get(key).add(row, weight);
          }
          alone.get(key).add(row, weight);
          if (random.nextInt(5) == 0) {
            shared.set(key, travelled(shared.get(key), workspace));
          }
        }
        Moments all = new Moments(workspace);
        Moments expected = new Moments(features);
        for (int key = 0; key < 5; key++) {
          assertThat(shared.get(key).toBytes()).isEqualTo(alone.get(key).toBytes());
          assertThat(shared.get(key).means()).isEqualTo(alone.get(key).means());
          assertThat(shared.get(key).variances()).isEqualTo(alone.get(key).variances());
          all.merge(shared.get(key));
          expected.merge(alone.get(key));
        }
        all.merge(all);
        expected.merge(expected);
        assertThat(all.toBytes()).isEqualTo(expected.toBytes());
      }
    }
  }

  /** One row has the bytes that its moments have, and these have its values as means. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 8, 17})
  void oneRowIsWrittenAsItsMoments(int features) {
    Random random = new Random(features);
    double[] ends = {
      0,
      -0.0,
      Double.MIN_VALUE,
      -Double.MIN_VALUE,
      Double.MAX_VALUE,
      -Double.MAX_VALUE,
      1,
      -1,
      Double.MIN_NORMAL,
      0x1.fffffffffffffp-1,
      -0x1.0000000000001p60
    };
    for (int round = 0; round < 300; round++) {
      int kind = random.nextInt(6);
      double[] row =
          IntStream.range(0, features)
              .mapToDouble(
                  j ->
                      kind == 2
                          ? ends[random.nextInt(ends.length)]
                          : (random.nextBoolean() ? 1 : -1) * value(random, kind))
              .toArray();
      Moments moments = new Moments(features);
      moments.add(row);
      ByteOutput out = new ByteOutput(0);
      out.put(round);
      Moments.writeRow(row, out);
      byte[] written = out.toArray();
      assertThat(Arrays.copyOfRange(written, 1, written.length)).isEqualTo(moments.toBytes());
      for (int j = 0; j < features; j++) {
        assertThat(Double.doubleToRawLongBits(moments.mean(j)))
            .isEqualTo(Double.doubleToRawLongBits(row[j] + 0.0));
        assertThat(Double.doubleToRawLongBits(moments.variance(j))).isZero();
      }
    }
  }

  /** One object for the rows of one key after the other holds those of the last key alone. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 8, 17})
  void rowsAreForgotten(int features) {
    Random random = new Random(features);
    Moments used = new Moments(new Moments.Workspace(features));
    Moments waiting = new Moments(features);
    for (int round = 0; round < 200; round++) {
      used.clear();
      waiting.clear();
      int kind = random.nextInt(5);
      double weight = random.nextInt(3) == 0 ? 0.7 : 1;
      Moments alone = new Moments(features);
      for (int i = random.nextInt(9); i > 0; i--) {
        double[] row = IntStream.range(0, features).mapToDouble(j -> value(random, kind)).toArray();
        used.add(row, weight);
        waiting.add(row, weight);
        alone.add(row, weight);
      }
      if (round % 2 == 0) {
        ByteOutput out = new ByteOutput(0);
        out.put(1);
        used.writeBytes(out);
        waiting.writeBytes(out);
        ByteOutput expected = new ByteOutput(0);
        expected.put(1);
        alone.writeBytes(expected);
        alone.writeBytes(expected);
        assertThat(out.toArray()).isEqualTo(expected.toArray());
        assertThat(used.means()).isEqualTo(alone.means());
        assertThat(used.variances()).isEqualTo(alone.variances());
      }
    }
  }

  /** Written in two parts, and read from a buffer in which something follows. */
  private static Moments travelled(Moments moments, Moments.Workspace workspace) {
    ByteOutput out = new ByteOutput(0);
    moments.write(out);
    new Moments(workspace).write(out);
    out.putCount(300);
    ByteBuffer in = ByteBuffer.wrap(out.toArray());
    Moments read = new Moments(workspace);
    read.read(in);
    read.read(in);
    assertThat(ByteOutput.readCount(in)).isEqualTo(300);
    assertThat(in.hasRemaining()).isFalse();
    return read;
  }

  /** Of few rows and of many, far from 0 and constant: the one way of rounding is the other. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 10, 1000})
  void quotientsAreThoseOfExactArithmetic(int rows) {
    Random random = new Random(rows);
    Moments.Workspace workspace = new Moments.Workspace(1);
    for (int round = 0; round < 30_000 / rows; round++) {
      Moments shared = new Moments(workspace);
      double offset =
          random.nextInt(3) == 0 ? 0 : Math.scalb(random.nextGaussian(), random.nextInt(40));
      double scale = Math.scalb(1.0, random.nextInt(60) - 30);
      int digits = random.nextInt(4);
      for (int i = 0; i < rows; i++) {
        double x = offset + scale * random.nextGaussian();
        shared.add(
            new double[] {
              switch (digits) {
                case 0 -> x;
                case 1 -> Math.rint(x);
                case 2 -> offset;
                default -> Math.scalb(x, random.nextInt(300) - 150);
              }
            },
            1);
      }
      Moments exact = Moments.fromBytes(shared.toBytes());
      assertThat(shared.mean(0)).isEqualTo(exact.mean(0));
      assertThat(shared.variance(0)).isEqualTo(exact.variance(0));
    }
  }

  /** A mean in the middle between two doubles, and sums that two doubles don't hold. */
  @Test
  void whatIsNotSureIsLeftToExactArithmetic() {
    double[][] columns = {
      {1, Math.nextUp(1.0)},
      {1e300, 1e-300, 3},
      {1, 1e-30, 1e-60, 7e-90},
      {1e140, -1e140, 1e-20, 5},
      {0x1p-500, 0x1p-501},
      {0x1p460, 0x1p459},
      {0, 0},
    };
    for (double[] column : columns) {
      Moments shared = new Moments(new Moments.Workspace(1));
      for (double x : column) {
        shared.add(new double[] {x});
      }
      Moments exact = Moments.fromBytes(shared.toBytes());
      assertThat(shared.mean(0)).isEqualTo(exact.mean(0));
      assertThat(shared.variance(0)).isEqualTo(exact.variance(0));
    }
  }

  /** One feature of two has terms that no level holds, one row a NaN, one a weight of its own. */
  @Test
  void whatIsOutOfTheOrdinaryIsLeftToExactArithmetic() {
    double[][] rows = {{1e300, 1}, {1e-300, 2}, {3, 5}};
    for (double weight : new double[] {1, 0.5}) {
      for (double last : new double[] {4, Double.NaN}) {
        Moments shared = new Moments(new Moments.Workspace(2));
        for (double[] row : rows) {
          shared.add(row);
        }
        shared.add(new double[] {7, last}, weight);
        Moments exact = Moments.fromBytes(shared.toBytes());
        for (int j = 0; j < 2; j++) {
          assertThat(shared.mean(j)).isEqualTo(exact.mean(j));
          assertThat(shared.variance(j)).isEqualTo(exact.variance(j));
        }
      }
    }
  }

  @Test
  void sumsOutOfTheSafeRangeAreNotSure() {
    assertThat(SureRounding.variance(1, 0, 1, 0, 0x1p26)).isNaN();
    assertThat(SureRounding.variance(0x1p460, 0, 0x1p920, 0, 2)).isNaN();
    assertThat(SureRounding.variance(0x1p-500, 0, 0x1p-1000, 0, 2)).isNaN();
    assertThat(SureRounding.variance(3, 0, 5, 0, 2)).isEqualTo(0.25);
  }

  @Test
  void doublesAreWrittenAsTheirBits() {
    ByteOutput out = new ByteOutput(0);
    out.putDouble(-1.5);
    assertThat(ByteBuffer.wrap(out.toArray()).getDouble()).isEqualTo(-1.5);
  }
}
