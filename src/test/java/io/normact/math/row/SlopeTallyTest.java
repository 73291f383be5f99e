package io.normact.math.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.normact.math.ActivationFunction;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlopeTallyTest {

  private static final ActivationFunction SIGMOID = ActivationFunction.parse("sigmoid");

  private static SlopeTally tally(int features, ActivationFunction function, double threshold) {
    return new SlopeTally(features, new ActivationFunction[] {function}, threshold);
  }

  /** Adds rows that lie one after the other, feature by feature. */
  private static double[][] add(SlopeTally tally, int features, double[] rows, double... weights) {
    double[][] columns = new double[features][rows.length / features];
    for (int i = 0; i < rows.length; i++) {
      columns[i % features][i / features] = rows[i];
    }
    for (int j = 0; j < features; j++) {
      tally.add(j, columns[j], weights.length == 0 ? null : weights);
    }
    return columns;
  }

  @Test
  void featuresMayHaveFunctionsOfTheirOwn() {
    ActivationFunction[] functions = {
      ActivationFunction.of("prelu", 0.5), ActivationFunction.of("prelu", 0)
    };
    SlopeTally tally = new SlopeTally(2, functions, 0.01);
    add(tally, 2, new double[] {-1, -1, -2, 2});
    assertThat(tally.mean(0)).isEqualTo(0.5);
    assertThat(tally.zero(0)).isZero();
    assertThat(tally.mean(1)).isEqualTo(0.5);
    assertThat(tally.zero(1)).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SlopeTally(3, functions, 0.01))
        .withMessage("There are 2 functions, but must be 1 or one for each of 3 features.");
  }

  @Test
  void countsAgreeWithOnesTakenOneByOne() {
    Random random = new Random(11);
    int features = 3;
    double[] rows = random.doubles(300, -12, 12).toArray();
    rows[7] = Double.NaN;
    SlopeTally tally = tally(features, SIGMOID, 0.0025);
    add(tally, features, rows);
    for (int j = 0; j < features; j++) {
      int feature = j;
      double[] slopes =
          java.util.stream.IntStream.range(0, 100)
              .mapToDouble(i -> SIGMOID.slope(rows[i * features + feature]))
              .toArray();
      assertThat(tally.flat(j))
          .isEqualTo((double) Arrays.stream(slopes).filter(s -> s < 0.0025).count());
      assertThat(tally.zero(j)).isZero();
      assertThat(tally.mean(j))
          .isCloseTo(
              Arrays.stream(slopes).filter(s -> !Double.isNaN(s)).average().orElseThrow(),
              org.assertj.core.data.Offset.offset(1e-15));
    }
  }

  @Test
  void deadUnitsHaveSlopesOfExactlyZero() {
    SlopeTally tally = tally(2, ActivationFunction.parse("relu"), 0.01);
    double[] rows = {-1, 1, -2, -3, Double.NaN, 5};
    double[][] slopes = add(tally, 2, rows);
    assertThat(tally.zero(0)).isEqualTo(2);
    assertThat(tally.flat(0)).isEqualTo(2);
    assertThat(tally.mean(0)).isZero();
    assertThat(tally.zero(1)).isEqualTo(1);
    assertThat(tally.mean(1)).isEqualTo(2.0 / 3);
    assertThat(slopes[0]).as("the array holds slopes").containsExactly(0, 0, 0);
    assertThat(slopes[1]).as("and 0 for none").containsExactly(1, 0, 1);
  }

  @Test
  void negativeSlopesAreSteepToo() {
    SlopeTally tally = tally(1, ActivationFunction.parse("gelu"), 0.05);
    add(tally, 1, new double[] {-1.5});
    assertThat(tally.flat(0)).isZero();
    assertThat(tally.mean(0)).isNegative();
  }

  @Test
  void mergingLeavesNoTraceOfTheSplit() {
    double[] rows = new Random(5).doubles(4000, -30, 30).toArray();
    SlopeTally whole = tally(4, SIGMOID, 0.0025);
    add(whole, 4, rows);
    SlopeTally first = tally(4, SIGMOID, 0.0025);
    add(first, 4, Arrays.copyOfRange(rows, 1200, 4000));
    SlopeTally second = tally(4, ActivationFunction.parse("sigmoid"), 0.0025);
    add(second, 4, new double[0]);
    add(second, 4, Arrays.copyOfRange(rows, 0, 1200));
    SlopeTally merged = first.merge(second);
    for (int j = 0; j < 4; j++) {
      assertThat(merged.flat(j)).isEqualTo(whole.flat(j));
      assertThat(merged.zero(j)).isEqualTo(whole.zero(j));
      assertThat(merged.mean(j)).isEqualTo(whole.mean(j));
    }
  }

  @Test
  void nothingSeenHasNoMean() {
    SlopeTally tally = tally(1, SIGMOID, 0);
    assertThat(tally.mean(0)).isNaN();
    assertThat(tally.flat(0)).isZero();
  }

  @Test
  void rejectsWhatHasNoSlopeForEachFeature() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tally(2, ActivationFunction.parse("softmax"), 0.1))
        .withMessage(
            "Function 'softmax' has no slope for each feature, since each output depends on all inputs; choose an elementwise function.");
  }

  @Test
  void rejectsThresholdsThatNoSlopeCanBeComparedTo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tally(2, SIGMOID, Double.NaN))
        .withMessage("Slope threshold is NaN, but must be at least 0.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tally(2, SIGMOID, -1))
        .withMessage("Slope threshold is -1.0, but must be at least 0.");
  }

  @Test
  void rejectsTalliesOfSomethingElse() {
    SlopeTally tally = tally(2, SIGMOID, 0.1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tally.merge(tally(3, SIGMOID, 0.1)))
        .withMessage(
            "Tally to merge is of [sigmoid] below 0.1 over 3 features, expected [sigmoid] below 0.1 over 2.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tally.merge(tally(2, SIGMOID, 0.2)))
        .withMessageContaining("[sigmoid] below 0.2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tally.merge(tally(2, ActivationFunction.parse("tanh"), 0.1)))
        .withMessageContaining("is of [tanh] below 0.1");
  }

  @Test
  void weightedRowsAreRowsThatComeSoManyTimes() {
    ActivationFunction relu = ActivationFunction.parse("relu");
    double[][] rows = {{-1, 2}, {3, Double.NaN}, {-4, 5}, {6, -7}};
    double[] weights = {3, 1, 0, 2};
    SlopeTally weighted = tally(2, relu, 0.5);
    add(weighted, 2, new double[] {-1, 2, 3, Double.NaN}, 3, 1);
    weighted.merge(tally(2, relu, 0.5));
    SlopeTally rest = tally(2, relu, 0.5);
    add(rest, 2, new double[] {-4, 5, 6, -7}, 0, 2);
    weighted.merge(rest);
    SlopeTally repeated = tally(2, relu, 0.5);
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < weights[i]; k++) {
        add(repeated, 2, rows[i]);
      }
    }
    for (int j = 0; j < 2; j++) {
      assertThat(weighted.flat(j)).isEqualTo(repeated.flat(j));
      assertThat(weighted.zero(j)).isEqualTo(repeated.zero(j));
      assertThat(weighted.mean(j)).isEqualTo(repeated.mean(j));
    }
  }

  /**
   * Rows with the same value nearly everywhere, and NaN now and then, for all functions or each.
   */
  @Test
  void rowsAddedByWhatDiffersAreWholeRows() {
    ActivationFunction[] each = new ActivationFunction[5];
    Arrays.setAll(each, j -> ActivationFunction.of("prelu", 0.1 * j));
    for (ActivationFunction[] functions : new ActivationFunction[][] {{SIGMOID}, each}) {
      for (double common : new double[] {0, -3, Double.NaN}) {
        Random random = new Random(3);
        SlopeTally whole = new SlopeTally(5, functions, 0.06);
        SlopeTally parts = new SlopeTally(5, functions, 0.06);
        long[] some = new long[5];
        for (int i = 0; i < 1000; i++) {
          double[] row = new double[5];
          Arrays.fill(row, common);
          int j = random.nextInt(4);
          row[j] = i % 7 == 0 ? Double.NaN : random.nextGaussian() * 3;
          some[j]++;
          parts.addSome(new int[] {j}, new double[] {row[j]}, 1);
          add(whole, 5, row);
        }
        double[] others = new double[5];
        Arrays.fill(others, common);
        parts.addRows(1000, some, others);
        for (int j = 0; j < 5; j++) {
          assertThat(parts.flat(j)).isEqualTo(whole.flat(j));
          assertThat(parts.zero(j)).isEqualTo(whole.zero(j));
          assertThat(Double.toString(parts.mean(j))).isEqualTo(Double.toString(whole.mean(j)));
        }
      }
    }
  }
}
