package io.normact.math.array;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FiniteValuesTest {
  @Test
  void oneThatIsNotIsFoundWhereverItStands() {
    for (int length = 0; length < 20; length++) {
      double[] x = new double[length];
      Arrays.setAll(x, i -> i % 2 == 0 ? -Double.MAX_VALUE : Double.MIN_VALUE);
      assertThat(FiniteValues.all(x)).isTrue();
      assertThat(FiniteValues.all(x, x.length, false)).isTrue();
      for (int i = 0; i < length; i++) {
        for (double value :
            new double[] {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
          double[] y = x.clone();
          y[i] = value;
          assertThat(FiniteValues.all(y)).isFalse();
          assertThat(FiniteValues.all(y, y.length, false)).isFalse();
        }
      }
    }
  }
}
