package io.normact.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantileSketchTest {

  @Test
  void fewValuesAreKeptExactly() {
    double[] x = new Random(3).doubles(1024, -5, 5).toArray();
    QuantileSketch sketch = new QuantileSketch(QuantileSketch.LARGEST_K);
    sketch.add(x, x.length);
    Arrays.sort(x);
    assertThat(sketch.rankError()).isZero();
    assertThat(sketch.values().values()).containsExactly(x);
    assertThat(sketch.values().quantile(0.25)).isEqualTo(x[255]);
    assertThat(sketch.values().quantile(0)).isEqualTo(x[0]);
    assertThat(sketch.values().quantile(1)).isEqualTo(x[1023]);
  }

  @Test
  void manyValuesHaveRanksWithinTheStatedError() {
    int n = 200_000;
    Random random = new Random(17);
    QuantileSketch sketch = new QuantileSketch(QuantileSketch.SMALLEST_K);
    QuantileSketch other = new QuantileSketch(QuantileSketch.SMALLEST_K);
    double[] x = random.doubles(n).map(u -> -Math.log(u)).toArray();
    sketch.add(x, n / 3);
    other.add(Arrays.copyOfRange(x, n / 3, n), n - n / 3);
    sketch.merge(other);
    Arrays.sort(x);
    assertThat(sketch.count()).isEqualTo(n);
    assertThat(sketch.values().count()).isEqualTo(n);
    assertThat(sketch.min()).isEqualTo(x[0]);
    assertThat(sketch.max()).isEqualTo(x[n - 1]);
    assertThat(sketch.rankError()).isBetween(0.01, 0.014);
    for (double share : new double[] {0.25, 0.5, 0.75}) {
      int index = Arrays.binarySearch(x, sketch.values().quantile(share));
      // The error holds at 99% confidence and the sketch's seed is its own: twice as much is
      // allowed.
      assertThat((double) index / n)
          .isCloseTo(share, org.assertj.core.data.Offset.offset(2 * sketch.rankError()));
    }
  }

  @Test
  void emptyHasNothing() {
    QuantileSketch sketch = new QuantileSketch(200);
    sketch.add(new double[5], 0);
    assertThat(sketch.count()).isZero();
    assertThat(sketch.min()).isNaN();
    assertThat(sketch.max()).isNaN();
    assertThat(sketch.values().values()).isEmpty();
    assertThat(sketch.values().quantile(0.5)).isNaN();
  }

  @Test
  void survivesSerialisation() throws IOException, ClassNotFoundException {
    QuantileSketch sketch = new QuantileSketch(200);
    double[] x = new Random(1).doubles(5000).toArray();
    sketch.add(x, x.length);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sketch);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      QuantileSketch copy = (QuantileSketch) in.readObject();
      assertThat(copy.values().values()).containsExactly(sketch.values().values());
      assertThat(copy.values().weights()).containsExactly(sketch.values().weights());
    }
    assertThat(bytes.size()).as("bounded, whatever was added").isLessThan(6000);
  }

  @Test
  void manyFeaturesShareTheBudget() {
    assertThat(QuantileSketch.k(1)).isEqualTo(1024);
    assertThat(QuantileSketch.k(0)).isEqualTo(1024);
    assertThat(QuantileSketch.k(2000)).isEqualTo(349);
    assertThat(QuantileSketch.k(10_000)).isEqualTo(200);
  }

  @Test
  void imagesAreSortedAnewAndUndefinedOnesLeftOut() {
    WeightedValues values =
        new WeightedValues(new double[] {-2, -1, 0, 3}, new long[] {1, 2, 3, 4});
    WeightedValues squares = values.map(x -> x * x);
    assertThat(squares.values()).containsExactly(0, 1, 4, 9);
    assertThat(squares.weights()).containsExactly(3, 2, 1, 4);
    assertThat(values.map(x -> Math.sqrt(x)).count()).isEqualTo(7);
  }
}
