package io.normact.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.sql.pass.SampledValues;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {

  private static final double FREE = Double.POSITIVE_INFINITY;

  private static Histogram of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return Histogram.of(new SampledValues(sorted, sorted.length), -FREE, FREE);
  }

  private static long total(Histogram histogram) {
    return histogram.counts().stream().mapToLong(c -> c).sum();
  }

  @Test
  void everyValueIsCountedOnce() {
    Histogram histogram = of(new Random(4).doubles(500).toArray());
    assertThat(total(histogram) + histogram.below() + histogram.above()).isEqualTo(500);
    assertThat(histogram.counts()).hasSize(Histogram.BINS).allMatch(c -> c > 0);
  }

  @Test
  void endsBelongToTheBins() {
    Histogram histogram = of(0, 1, 2, 3, 4);
    assertThat(histogram.from()).isEqualTo(0);
    assertThat(histogram.to()).isEqualTo(4);
    assertThat(histogram.counts().get(0)).isEqualTo(1);
    assertThat(histogram.counts().get(Histogram.BINS - 1)).isEqualTo(1);
  }

  @Test
  void valuesFarOutAreCountedApart() {
    Histogram histogram = of(-1000, 1, 2, 3, 4, 5, 6, 7, 1e9, 1e10);
    assertThat(histogram.below()).isEqualTo(1);
    assertThat(histogram.above()).isEqualTo(2);
    assertThat(histogram.to()).isLessThan(100);
  }

  @Test
  void infiniteOutputsAreCountedApart() {
    assertThat(of(1, 2, FREE).above()).isEqualTo(1);
    assertThat(of(-FREE).below()).isEqualTo(1);
  }

  @Test
  void constantsHaveABinAroundThem() {
    for (double constant : new double[] {0, 7, -1e300, 1e16}) {
      Histogram histogram = of(constant, constant);
      assertThat(histogram.from()).isLessThan(constant);
      assertThat(histogram.to()).isGreaterThan(constant);
      assertThat(total(histogram)).isEqualTo(2);
    }
  }

  @Test
  void theWholeRangeOfDoublesFits() {
    Histogram histogram = of(-Double.MAX_VALUE, 0, Double.MAX_VALUE);
    assertThat(total(histogram)).isEqualTo(3);
    assertThat(histogram.counts().get(Histogram.BINS / 2)).isEqualTo(1);
  }

  @Test
  void emptyHasEmptyBins() {
    Histogram histogram = of();
    assertThat(total(histogram)).isZero();
    assertThat(histogram.from()).isLessThan(histogram.to());
  }

  @Test
  void binsOfASampleAddUpToAllValues() {
    Histogram histogram =
        Histogram.of(new SampledValues(new double[] {-1, 0.1, 0.2, 0.9, 1, 2, 3}, 100), 0, 1);
    assertThat(histogram.below()).isEqualTo(14);
    assertThat(histogram.above()).isEqualTo(29);
    assertThat(total(histogram)).isEqualTo(57);
  }

  @Test
  void aFunctionsRangeIsTheFrame() {
    Histogram histogram = Histogram.of(new SampledValues(new double[] {0.9}, 5), 0, 1);
    assertThat(histogram.from()).isZero();
    assertThat(histogram.to()).isEqualTo(1);
    assertThat(histogram.counts().get(28)).isEqualTo(5);
    assertThat(histogram.middle(0)).isEqualTo(0.5 / Histogram.BINS);
  }
}
