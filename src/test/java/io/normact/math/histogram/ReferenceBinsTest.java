package io.normact.math.histogram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ReferenceBinsTest {

  private static ValueHistogram histogram(double... values) {
    ValueHistogram histogram = new ValueHistogram();
    for (double x : values) {
      histogram.add(x);
    }
    return histogram;
  }

  @Test
  void continuousValuesFillTheBinsEvenly() {
    Random random = new Random(3);
    double[] values = random.doubles(20_000).map(u -> 50 + 10 * u).toArray();
    long[] counts = new ReferenceBins(histogram(values)).counts();
    assertThat(counts).hasSize(16);
    for (long count : counts) {
      assertThat(count).isBetween(20_000L / 20, 20_000L / 12);
    }
  }

  @Test
  void frequentValuesHaveBinsOfTheirOwn() {
    ValueHistogram histogram = histogram(3, 4, 5);
    histogram.add(0, 1000);
    histogram.add(1, 500);
    histogram.add(2, 20);
    ReferenceBins bins = new ReferenceBins(histogram);
    assertThat(bins.counts()).containsExactly(1000, 500, 23);
    assertThat(bins.count()).isEqualTo(1523);
    assertThat(bins.size()).isEqualTo(3);
    assertThat(DoubleStream.of(-7, -0.0, 0.5, 1, 1.5, 2, 99).mapToInt(bins::bin).toArray())
        .containsExactly(0, 0, 0, 1, 1, 2, 2);
  }

  @Test
  void eachFittedValueIsInTheBinThatCountsIt() {
    Random random = new Random(5);
    for (int round = 0; round < 60; round++) {
      int n = 1 + random.nextInt(3000);
      int modes = random.nextInt(20);
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        boolean mode = random.nextInt(20) < modes;
        values[i] = mode ? random.nextInt(40) - 20 : 1e3 * random.nextGaussian();
      }
      ReferenceBins bins = new ReferenceBins(histogram(values));
      assertThat(bins.size()).isBetween(1, 32);
      BinTally tally = new BinTally(List.of(bins));
      tally.add(0, values, n);
      assertThat(tally.counts(0)).isEqualTo(bins.counts());
      assertThat(tally.outside(0)).isZero();
    }
  }

  @Test
  void aTallyMergesAndCountsWhatIsOutside() {
    ReferenceBins bins = new ReferenceBins(histogram(1, 2));
    ReferenceBins none = new ReferenceBins(new ValueHistogram());
    BinTally tally = new BinTally(List.of(bins, none));
    tally.add(0, 0.5, 3);
    tally.add(0, 1.5, 1);
    tally.add(0, Double.NaN, 1);
    tally.add(1, 7, 1);
    BinTally other = new BinTally(List.of(bins, none));
    other.add(0, 2.5, 2);
    tally.merge(other);
    assertThat(tally.counts(0)).containsExactly(4, 2);
    assertThat(tally.outside(0)).isEqualTo(5);
    assertThat(tally.counts(1)).isEmpty();
    assertThat(tally.outside(1)).isZero();
    assertThat(tally.bins(0)).isSameAs(bins);
  }
}
