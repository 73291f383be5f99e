package io.normact.math.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SparseRowsTest {
  private static final int ROWS = 3000;
  private static final int FEATURES = 12;

  /** What a 0 of each feature is normalised. */
  private static final double[] ZERO = new Random(2).doubles(FEATURES, -1.5, 0.5).toArray();

  /** By row, the stored value of each feature; 0 where none is stored. */
  private static double[][] rows(Random random) {
    double[][] rows = new double[ROWS][FEATURES];
    for (double[] row : rows) {
      for (int j = 0; j < FEATURES; j++) {
        // From feature to feature more rows store one; the last of all is stored by all.
        boolean stored = random.nextInt(FEATURES - 1) < j;
        double value = random.nextInt(50) == 0 ? Double.NaN : 0.1 + random.nextGaussian();
        row[j] = stored ? value : 0;
      }
    }
    return rows;
  }

  private static SparseRows sparse(double[][] rows, double[] weight, int from, int to) {
    SparseRows.Builder builder = new SparseRows.Builder(ZERO, false);
    for (int i = from; i < to; i++) {
      for (int j = 0; j < FEATURES; j++) {
        if (rows[i][j] != 0) {
          builder.put(j, rows[i][j]);
        }
      }
      builder.endRow(Double.NaN, weight[i]);
    }
    return builder.build();
  }

  private static DenseRows dense(double[][] rows, double[] weight) {
    double[] x = new double[ROWS * FEATURES];
    boolean[] incomplete = new boolean[FEATURES];
    for (int j = 0; j < FEATURES; j++) {
      for (int i = 0; i < ROWS; i++) {
        x[j * ROWS + i] = rows[i][j] == 0 ? ZERO[j] : rows[i][j];
        incomplete[j] |= Double.isNaN(rows[i][j]);
      }
    }
    return new DenseRows(ROWS, FEATURES, x, incomplete, null, weight);
  }

  /** Sums of some of the features. */
  private static double[] sums(RowBlock... blocks) {
    int[] columns = IntStream.range(0, FEATURES).filter(j -> j != 3).toArray();
    double[] gamma = new Random(5).doubles(columns.length, 0.5, 3).toArray();
    double[] beta = new Random(6).doubles(columns.length, -1, 1).toArray();
    InfomaxSums first = new InfomaxSums(columns.length);
    InfomaxSums second = new InfomaxSums(columns.length);
    for (int b = 0; b < blocks.length; b++) {
      (b % 2 == 0 ? first : second).add(blocks[b], columns, gamma, beta);
    }
    first.merge(second);
    return IntStream.range(0, 6 * columns.length)
        .mapToDouble(q -> first.sum(q / 6, q % 6))
        .toArray();
  }

  @Test
  void rowsOfWeightOneGiveTheBitsOfDenseOnes() {
    double[] ones = IntStream.range(0, ROWS).mapToDouble(i -> 1).toArray();
    double[][] rows = rows(new Random(1));
    double[] expected = sums(dense(rows, null));
    assertThat(sums(sparse(rows, ones, 0, ROWS))).isEqualTo(expected);
    assertThat(
            sums(
                sparse(rows, ones, 0, 1),
                sparse(rows, ones, 1, 40),
                sparse(rows, ones, 40, 2000),
                sparse(rows, ones, 2000, ROWS)))
        .isEqualTo(expected);
  }

  @Test
  void weightedRowsGiveTheSameHoweverTheyAreSplit() {
    double[] weight = new Random(8).doubles(ROWS, 1, 200).toArray();
    double[][] rows = rows(new Random(7));
    double[] whole = sums(sparse(rows, weight, 0, ROWS));
    assertThat(sums(sparse(rows, weight, 0, 700), sparse(rows, weight, 700, ROWS)))
        .isEqualTo(whole);
    double[] dense = sums(dense(rows, weight));
    for (int q = 0; q < whole.length; q++) {
      assertThat(whole[q]).isCloseTo(dense[q], withinPercentage(1e-11));
    }
  }

  @Test
  void whatMostRowsStoreIsFilledUp() {
    SparseRows.Builder builder = new SparseRows.Builder(new double[] {-1, -2, -3, -4}, true);
    assertThat(builder.isEmpty()).isTrue();
    double[] weight = {1, 0.5, 0.25};
    for (int i = 0; i < 3; i++) {
      builder.put(1, 10 + i);
      if (i != 1) {
        builder.put(2, 20 + i);
      }
      if (i == 2) {
        builder.put(3, Double.NaN);
      }
      builder.endRow(i, weight[i]);
    }
    assertThat(builder.isEmpty()).isFalse();
    SparseRows block = builder.build();
    assertThat(block.rows()).isEqualTo(3);
    assertThat(block.from()).containsExactly(0, 0, 3, 6, 7);
    assertThat(block.row()).containsExactly(0, 1, 2, 0, 1, 2, 2);
    assertThat(block.x()).containsExactly(10, 11, 12, 20, -3, 22, Double.NaN);
    assertThat(block.absent()).containsExactly(1.75, 0, 0, 1.5);
    assertThat(block.absentLow()).containsExactly(0, 0, 0, 0);
    assertThat(block.label()).containsExactly(0, 1, 2);
    assertThat(block.weight()).containsExactly(1, 0.5, 0.25);
    assertThat(builder.isEmpty()).isTrue();

    builder.endRow(7, 1);
    SparseRows next = builder.build();
    assertThat(next.absent()).containsExactly(1, 1, 1, 1);
    assertThat(next.absentLow()).isNull();
    assertThat(next.weight()).isNull();
    assertThat(next.label()).containsExactly(7);
  }

  @Test
  void absentWeightIsKnownInTwoDoubles() {
    SparseRows.Builder builder = new SparseRows.Builder(new double[1], false);
    builder.endRow(Double.NaN, 1);
    builder.endRow(Double.NaN, 0x1p-60);
    builder.put(0, 5);
    builder.endRow(Double.NaN, 0.75);
    SparseRows block = builder.build();
    assertThat(block.absent()).containsExactly(1);
    assertThat(block.absentLow()).containsExactly(0x1p-60);
    assertThat(block.label()).isNull();
  }

  /** A block of rows that store next to nothing ends as well. */
  @Test
  void aBlockIsFullOfValuesOrOfRows() {
    for (int stored : new int[] {0, 5}) {
      int features = 20_000;
      SparseRows.Builder builder = new SparseRows.Builder(new double[features], false);
      int rows = 0;
      while (!builder.isFull()) {
        for (int v = 0; v < stored; v++) {
          builder.put((rows * 7 + v * 1000) % features, 1);
        }
        builder.endRow(Double.NaN, 1);
        rows++;
      }
      assertThat(rows).isEqualTo(2 * features / Math.max(1, stored));
      assertThat(builder.build().x()).hasSize(rows * stored);
    }
    assertThat(SparseRows.capacity(1)).isEqualTo(32_000);
    assertThat(SparseRows.capacity(Integer.MAX_VALUE)).isEqualTo(1 << 28);
  }

  @Test
  void rowsOfFewValuesAreSparse() {
    List<Boolean> suit = new ArrayList<>();
    for (int stored = 0; stored < 4; stored++) {
      suit.add(SparseRows.suit(stored, 10));
    }
    assertThat(suit).containsExactly(true, true, true, false);
  }
}
