package io.normact.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelStatisticsTest {

  private static LabelStatistics of(double... labels) {
    return new LabelStatistics()
        .add(new RowBlock(labels.length, 0, new double[0], null, labels, null));
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
    assertThat(merged.mean()).isEqualTo(0.5);
    assertThat(merged.variance()).isEqualTo(2.6);
    assertThat(merged.noClass()).isEqualTo(-2);
    assertThat(of(1).merge(of(0.5)).noClass()).isEqualTo(0.5);
    assertThat(of(0.25).merge(of(0.5)).noClass()).isEqualTo(0.25);
    assertThat(merged.distinctClasses()).isEqualTo(3);
  }

  @Test
  void labelsAreWeighted() {
    LabelStatistics statistics =
        new LabelStatistics()
            .add(new RowBlock(2, 0, new double[0], null, new double[] {1, 4}, new double[] {2, 1}));
    assertThat(statistics.mean()).isEqualTo(2);
    assertThat(statistics.variance()).isEqualTo(2);
  }
}
