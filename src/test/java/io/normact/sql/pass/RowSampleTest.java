package io.normact.sql.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowSampleTest {

  /** A task's sample of rows that hold one feature, the numbers from first to last. */
  private static RowSample sample(int partition, int partitions, int first, int last) {
    SplittableRandom priorities = new SplittableRandom(1000 + partition);
    RowSample sample = new RowSample(1, partitions);
    sample.setWidth(0, 1);
    for (int x = first; x < last; x++) {
      long priority = priorities.nextLong();
      if (sample.accepts(priority)) {
        sample.add(priority, new double[][] {{x}}, 1);
      }
    }
    sample.trim();
    return sample;
  }

  /** The samples of parts of unequal size, the numbers from 0 to n altogether. */
  private static List<RowSample> samples(int partitions, int n) {
    List<RowSample> samples = new ArrayList<>();
    int first = 0;
    for (int p = 0; p < partitions; p++) {
      int size = 2 * (p + 1) * n / (partitions * (partitions + 1));
      int last = p == partitions - 1 ? n : first + size;
      samples.add(sample(p, partitions, first, last));
      first = last;
    }
    return samples;
  }

  private static RowSample merged(List<RowSample> samples, int partitions) {
    RowSample all = new RowSample(1, partitions);
    samples.forEach(all::merge);
    return all;
  }

  @Test
  void fewRowsAreAllKept() {
    int n = RowSample.MOST;
    RowSample all = merged(samples(5, n), 5);
    assertThat(all.values(0, 0, 1).values())
        .containsExactly(IntStream.range(0, n).asDoubleStream().toArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 200})
  void quantilesAreWithinTheStatedErrorHoweverTheRowsAreSplit(int partitions) {
    int n = 150_000;
    double[] x = merged(samples(partitions, n), partitions).values(0, 0, 1).values();
    assertThat(x).hasSize(RowSample.MOST);
    SampledValues values = new SampledValues(x, n);
    assertThat(values.rankError()).isBetween(0.0094, 0.0095);
    for (double share : new double[] {0.05, 0.25, 0.5, 0.75, 0.95}) {
      double error = values.rankError() * 2 * Math.sqrt(share * (1 - share));
      assertThat(values.quantile(share) / n)
          .isCloseTo(share, org.assertj.core.data.Offset.offset(error));
    }
  }

  /** Were each task's share of the sample fixed, the small parts would weigh too much. */
  @Test
  void rowsHaveTheSameChanceWhateverTheSizeOfTheirPart() {
    int n = 200_000;
    int few = 4000;
    List<RowSample> samples = new ArrayList<>();
    int partitions = 100;
    for (int p = 0; p < partitions - 1; p++) {
      samples.add(sample(p, partitions, p * few / partitions, (p + 1) * few / partitions));
    }
    samples.add(sample(partitions - 1, partitions, few, n));
    double[] x = merged(samples, partitions).values(0, 0, 1).values();
    assertThat(x.length).as("what that one task keeps").isBetween(2048, 2200);
    double share = (double) few / n;
    double fromFew = (double) Arrays.stream(x).filter(v -> v < few).count() / x.length;
    assertThat(fromFew)
        .isCloseTo(
            share,
            org.assertj.core.data.Offset.offset(2.6 * Math.sqrt(share * (1 - share) / x.length)));
  }

  @Test
  void mergingIsTheSameInAnyOrder() {
    int partitions = 12;
    int n = 60_000;
    double[] inOrder = merged(samples(partitions, n), partitions).values(0, 0, 1).values();
    Random random = new Random(8);
    for (int trial = 0; trial < 3; trial++) {
      List<RowSample> samples = samples(partitions, n);
      while (samples.size() > 1) {
        Collections.shuffle(samples, random);
        samples.get(0).merge(samples.remove(1));
      }
      assertThat(samples.get(0).values(0, 0, 1).values()).containsExactly(inOrder);
    }
  }

  @Test
  void memoryIsBounded() {
    assertThat(RowSample.capacity(0)).isEqualTo(16_384);
    assertThat(RowSample.capacity(512)).isEqualTo(16_384);
    assertThat(RowSample.capacity(2000)).isEqualTo(4194);
    assertThat(RowSample.capacity(10_000)).isEqualTo(2048);
    assertThat(sample(0, 8, 0, 100_000).size()).isEqualTo(16_384);
    assertThat(sample(0, 16, 0, 100_000).size()).isEqualTo(8192);
    assertThat(sample(0, 5000, 0, 100_000).size()).isEqualTo(2048);
  }

  @Test
  void widerRowsAreFewer() {
    RowSample sample = new RowSample(2, 1);
    for (int i = 0; i < 5000; i++) {
      sample.add(i, new double[][] {null, null}, 1);
    }
    sample.setWidth(0, 1000);
    assertThat(sample.size()).isEqualTo(5000);
    sample.setWidth(1, 1000);
    assertThat(sample.size()).isEqualTo(4194);
    assertThat(sample.accepts(4193)).isTrue();
    assertThat(sample.accepts(4194)).isFalse();
  }

  @Test
  void survivesSerialisation() throws IOException, ClassNotFoundException {
    RowSample sample = new RowSample(3, 1);
    sample.setWidth(0, 2);
    sample.setWidth(2, 1);
    sample.add(5, new double[][] {{1, Double.NaN}, null, null}, 1);
    sample.add(3, new double[][] {{0, 7}, null, {9}}, 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sample);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      RowSample copy = (RowSample) in.readObject();
      assertThat(copy.values(0, 0, 1).values()).containsExactly(0, 1);
      assertThat(copy.values(0, 1, 1).values()).containsExactly(7);
      assertThat(copy.values(1, 0, 1).values()).as("of a part that was always null").isEmpty();
      assertThat(copy.values(2, 0, 1).values()).containsExactly(9);
    }
  }

  @Test
  void rareValuesAreLessCertain() {
    double[] drawn = DoubleStream.iterate(1, x -> x + 1).limit(100).toArray();
    assertThat(new SampledValues(drawn, 100).rankError()).isZero();
    assertThat(new SampledValues(drawn, 200).rankError())
        .isCloseTo(0.0911, org.assertj.core.data.Offset.offset(1e-4));
    assertThat(new SampledValues(drawn, 1_000_000_000).rankError())
        .isCloseTo(0.1288, org.assertj.core.data.Offset.offset(1e-4));
    assertThat(new SampledValues(new double[] {4}, 1_000_000_000).rankError()).isEqualTo(1);
    assertThat(new SampledValues(new double[0], 0).rankError()).isZero();
  }

  @Test
  void imagesAreSortedAnewAndUndefinedOnesLeftOut() {
    SampledValues values = new SampledValues(new double[] {-2, -1, 0, 3}, 40);
    assertThat(values.map(x -> x * x).values()).containsExactly(0, 1, 4, 9);
    assertThat(values.map(x -> x * x).count()).isEqualTo(40);
    assertThat(values.map(Math::sqrt).values()).containsExactly(0, Math.sqrt(3));
    assertThat(values.map(Math::sqrt).count()).isEqualTo(20);
  }

  @Test
  void quantilesAreValuesThatOccur() {
    SampledValues values = new SampledValues(new double[] {1, 2, 3, 4}, 4);
    assertThat(values.quantile(0)).isEqualTo(1);
    assertThat(values.quantile(0.25)).isEqualTo(1);
    assertThat(values.quantile(0.26)).isEqualTo(2);
    assertThat(values.quantile(1)).isEqualTo(4);
    assertThat(new SampledValues(new double[0], 0).quantile(0.5)).isNaN();
  }
}
