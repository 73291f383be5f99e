package io.normact.math.row;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FeaturePreluTest {
  private static final double[] SLOPES = {0.25, -1, 0, 3};
  private static final double[] INPUTS = {
    -2, 0, -0.0, 1.5, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN
  };

  @Test
  void everyFeatureHasItsOwnPrelu() {
    FeaturePrelu prelu = new FeaturePrelu(SLOPES);
    assertThat(prelu.features()).isEqualTo(4);
    assertThat(prelu.keepsZeros()).isTrue();
    for (double x : INPUTS) {
      double[] row = {x, x, x, x};
      prelu.apply(row);
      double[] sparse = {x, x};
      prelu.apply(new int[] {1, 3}, sparse);
      for (int j = 0; j < SLOPES.length; j++) {
        Double expected = prelu.functions()[j].value(x);
        assertThat(prelu.value(j, x)).isEqualTo(expected);
        assertThat(row[j]).isEqualTo(expected);
      }
      assertThat(sparse).containsExactly(row[1], row[3]);
      assertThat(prelu.slice(1, 2).value(0, x)).isEqualTo(Double.valueOf(row[1]));
    }
  }

  @Test
  void theWayBackGoesFeatureByFeature() {
    FeaturePrelu prelu = new FeaturePrelu(new double[] {0.25, 3});
    double[] zero = new double[2];
    double[] one = {1, 1};
    Denormalization back = new Denormalization(zero, one, zero, prelu.functions());
    double[] row = {-2, -2};
    prelu.apply(row);
    back.slice(0, 2).apply(row);
    assertThat(row).containsExactly(-2, -2);
    Normalization there = new Normalization(zero, one, zero, prelu);
    assertThat(there.slice(1, 1).value(0, -2)).isEqualTo(-6);
  }
}
