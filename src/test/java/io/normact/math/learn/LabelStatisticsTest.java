package io.normact.math.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelStatisticsTest {

  private static LabelStatistics of(double... labels) {
    return new LabelStatistics()
        .add(new DenseRows(labels.length, 0, new double[0], null, labels, null));
  }

  private static double[] range(int classes) {
    return IntStream.range(0, classes).asDoubleStream().toArray();
  }

  @Test
  void theLossFollowsFromTheLabels() {
    assertThat(of(0, 1, 1).loss()).isEqualTo(Loss.LOGISTIC);
    assertThat(of(-0.0, 1).loss()).isEqualTo(Loss.LOGISTIC);
    assertThat(of(2, 0, 1, 2).loss()).isEqualTo(Loss.SOFTMAX);
    assertThat(of(range(100)).loss()).isEqualTo(Loss.SOFTMAX);
    assertThat(of(range(101)).loss()).isEqualTo(Loss.SQUARED);
    assertThat(of(range(500)).distinctClasses()).isEqualTo(101);
    assertThat(of(0).loss()).isEqualTo(Loss.SQUARED);
    assertThat(of(1, 2).loss()).isEqualTo(Loss.SQUARED);
    assertThat(of(0, 2, 3).loss()).isEqualTo(Loss.SQUARED);
    assertThat(of(0, 1, -1).loss()).isEqualTo(Loss.SQUARED);
    assertThat(of(0, 1, 0.5).loss()).isEqualTo(Loss.SQUARED);
  }

  @Test
  void mergingIsAddingUp() {
    LabelStatistics merged = of(0, 0.5, Double.NaN).merge(of(3, -2)).merge(of(1));
    assertThat(merged.rows()).isEqualTo(6);
    assertThat(merged.missing()).isEqualTo(1);
    assertThat(merged.smallest()).isEqualTo(-2);
    assertThat(merged.largest()).isEqualTo(3);
    // A range of 5: mean 0.5 / 4 and variance 2.6 / 16.
    assertThat(merged.standardization())
        .isEqualTo(new LabelScale(-2, 0.125, 1 / Math.sqrt(2.6 / 16)));
    assertThat(merged.noClass()).isEqualTo(-2);
    assertThat(of(1).merge(of(0.5)).noClass()).isEqualTo(0.5);
    assertThat(of(0.25).merge(of(0.5)).noClass()).isEqualTo(0.25);
    assertThat(merged.distinctClasses()).isEqualTo(3);
  }

  @Test
  void labelsAreWeighted() {
    assertThat(weighted(new double[] {1, 4}, new double[] {2, 1}).standardization())
        .isEqualTo(new LabelScale(-1, 1, 1 / Math.sqrt(0.5)));
  }

  private static LabelStatistics weighted(double[] labels, double[] weights) {
    return new LabelStatistics()
        .add(new DenseRows(labels.length, 0, new double[0], null, labels, weights));
  }

  /** The scale of labels leaves no trace, from the smallest doubles to the largest. */
  @Test
  void standardizedLabelsDependOnNoScale() {
    Random random = new Random(17);
    for (int round = 0; round < 200; round++) {
      double[] labels = new double[2 + random.nextInt(20)];
      // 20 bits, and so exact as subnormal numbers too.
      Arrays.setAll(labels, i -> random.nextInt(1 << 20) - (1 << 19));
      labels[0] = 1 << 19;
      labels[1] = -labels[0];
      double[] expected = standardized(of(labels), labels);
      assertThat(expected[0]).isFinite();
      for (int exponent : new int[] {1004, 1003, 500, -500, -1000, -1040, -1074}) {
        double[] scaled = Arrays.stream(labels).map(y -> Math.scalb(y, exponent)).toArray();
        assertThat(standardized(of(scaled), scaled)).as("2^%d", exponent).isEqualTo(expected);
      }
    }
  }

  private static double[] standardized(LabelStatistics statistics, double[] labels) {
    LabelScale scale = statistics.standardization();
    return Arrays.stream(labels).map(scale::of).toArray();
  }

  @Test
  void extremeLabelsHaveMeanZeroAndVarianceOne() {
    double max = Double.MAX_VALUE;
    double min = Double.MIN_VALUE;
    for (double[] labels :
        new double[][] {{max, -max}, {max, 0}, {max, 0.75 * max}, {0, min}, {-min, min}}) {
      double[] y = standardized(of(labels), labels);
      assertThat(y).containsExactly(Math.signum(labels[0] - labels[1]), -y[0]);
    }
    double[] uneven = standardized(of(3, 3, 3, max), new double[] {3, max});
    assertThat(uneven[0]).isCloseTo(-1 / Math.sqrt(3), within(1e-15));
    assertThat(uneven[1]).isCloseTo(Math.sqrt(3), within(1e-15));
  }

  @Test
  void aLabelOfNoWeightHasNoScale() {
    double[] labels = {1, 2};
    assertThat(weighted(labels, new double[] {1, 1e-300}).standardization().factor())
        .isCloseTo(1e150, withinPercentage(1e-10));
    assertThat(weighted(labels, new double[] {1e10, 1e-300}).standardization().factor())
        .isInfinite();
  }
}
