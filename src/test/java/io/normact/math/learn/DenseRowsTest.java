package io.normact.math.learn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DenseRowsTest {

  @Test
  void rowsBecomeColumns() {
    DenseRows.Builder builder = new DenseRows.Builder(2, true);
    assertThat(builder.isEmpty()).isTrue();
    builder.add(new double[] {1, 2}, 7, 1);
    builder.add(new double[] {3, Double.NaN}, 8, 1);
    builder.add(new double[] {5, Double.NaN}, 9, 1);
    DenseRows block = builder.build();
    assertThat(block.rows()).isEqualTo(3);
    assertThat(block.x()).containsExactly(1, 3, 5, 2, Double.NaN, Double.NaN);
    assertThat(block.label()).containsExactly(7, 8, 9);
    assertThat(block.weight()).isNull();
    assertThat(block.isIncomplete(0)).isFalse();
    assertThat(block.isIncomplete(1)).isTrue();
    assertThat(builder.isEmpty()).isTrue();
  }

  @Test
  void weightsAreKeptWhereTheyDifferFromOne() {
    DenseRows.Builder builder = new DenseRows.Builder(1, false);
    builder.add(new double[] {1}, Double.NaN, 1);
    builder.add(new double[] {2}, Double.NaN, 0.5);
    DenseRows block = builder.build();
    assertThat(block.weight()).containsExactly(1, 0.5);
    assertThat(block.label()).isNull();
    assertThat(block.isIncomplete(0)).isFalse();
  }

  @Test
  void aFullBlockHoldsAsManyRowsAsItsCapacity() {
    assertThat(DenseRows.capacity(0)).isEqualTo(32_000);
    assertThat(DenseRows.capacity(32)).isEqualTo(1000);
    assertThat(DenseRows.capacity(1_000_000)).isEqualTo(32);
    int features = 16_000;
    DenseRows.Builder builder = new DenseRows.Builder(features, false);
    double[] row = new double[features];
    while (!builder.isFull()) {
      builder.add(row, Double.NaN, 1);
    }
    assertThat(builder.build().rows()).isEqualTo(DenseRows.capacity(features));
  }
}
