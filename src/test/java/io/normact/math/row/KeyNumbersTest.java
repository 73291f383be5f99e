package io.normact.math.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.ActivationFunction;
import org.junit.jupiter.api.Test;

/** Numbers of one key after the other under the same functions. */
class KeyNumbersTest {

  private static final double INF = Double.POSITIVE_INFINITY;

  private static FeatureFunction identity() {
    return Activations.values(ActivationFunction.of("identity"));
  }

  private static Normalization byKey(double beta) {
    double[] any = {Double.NaN, Double.NaN};
    return new Normalization(
        any, any, new double[] {beta, beta}, new Clipping(any, any, identity()));
  }

  @Test
  void arraysStandInAFixedOrder() {
    for (boolean clips : new boolean[] {false, true}) {
      for (boolean ownMean : new boolean[] {false, true}) {
        KeyNumbers.Form form = new KeyNumbers.Form(3, clips, ownMean);
        KeyNumbers numbers = form.of(2).zeros();
        assertThat(form.of(2)).isEqualTo(new KeyNumbers.Form(2, clips, ownMean));
        int arrays = 2 + (clips ? 2 : 0) + (ownMean ? 1 : 0);
        assertThat(form.size()).isEqualTo(3 * arrays);
        assertThat(numbers.arrays()).hasSize(arrays);
        assertThat(numbers.mean() == numbers.shift()).isEqualTo(!ownMean);
        double value = 1;
        for (double[] array : numbers.arrays()) {
          array[0] = value++;
          array[1] = value++;
        }
        double[] all = new double[2 * arrays];
        numbers.write(all);
        for (int i = 0; i < all.length; i++) {
          assertThat(all[i]).isEqualTo(i + 1);
        }
        assertThat(numbers.scale()).containsExactly(3, 4);
        assertThat(numbers.lower()).hasSize(clips ? 2 : 0);
        assertThat(numbers.mean()[0]).isEqualTo(ownMean ? 2 * arrays - 1 : 1);
      }
    }
  }

  @Test
  void clippingFollowsTheKey() {
    KeyNumbers numbers = new KeyNumbers.Form(2, true, false).zeros();
    Normalization plain = byKey(0);
    assertThat(plain.keepsZeros()).isFalse();
    FeatureFunction function = plain.by(numbers);
    for (double key = 1; key < 4; key++) {
      numbers.shift()[1] = key;
      numbers.scale()[1] = 2;
      numbers.lower()[1] = -key;
      numbers.upper()[1] = key;
      assertThat(function.value(1, key + 9)).isEqualTo(key);
      assertThat(function.value(1, key - 9)).isEqualTo(-key);
      assertThat(function.value(1, key + 0.25)).isEqualTo(0.5);
      assertThat(function.value(1, Double.NaN)).isNaN();
    }
  }

  @Test
  void invalidValuesAreTheMeanOfTheKey() {
    double[] all = {7, 8};
    MeanOfKey function =
        new MeanOfKey(
            new Normalization(new double[2], all, all, identity()),
            new MeanForInvalid(all, identity()));
    assertThat(function.features()).isEqualTo(2);
    assertThat(function.elementwise()).isTrue();
    assertThat(function.keepsZeros()).isFalse();
    assertThat(function.readsNull()).isTrue();
    assertThat(function.slice(1, 1).value(0, Double.NaN)).isEqualTo(8);
    double[] entries = {INF};
    function.apply(new int[] {1}, entries);
    assertThat(entries).containsExactly(8);
    double[] row = {Double.NaN, 3};
    function.apply(row);
    assertThat(row).containsExactly(7, 3);

    KeyNumbers numbers = new KeyNumbers.Form(2, false, true).zeros();
    FeatureFunction by = function.by(numbers);
    numbers.mean()[1] = 5;
    numbers.scale()[1] = 2;
    assertThat(by.value(1, Double.NaN)).isEqualTo(5 * 2 + 8);
    assertThat(by.value(1, -INF)).isEqualTo(by.value(1, 5));
    assertThat(by.readsNull()).isTrue();
    row = new double[] {1, 2};
    function.ofUnknown().apply(row);
    assertThat(row).containsExactly(7, 8);
  }

  @Test
  void aRowThatIsInvalidIsSoWhateverItHolds() {
    FeatureFunction flags = new InvalidFlags(2).ofUnknown();
    assertThat(new InvalidFlags(2).by(new KeyNumbers.Form(2, false, false).zeros()))
        .isEqualTo(new InvalidFlags(2));
    assertThat(flags).isEqualTo(new InvalidRow(new InvalidFlags(2)));
    assertThat(flags.keepsZeros()).isFalse();
    assertThat(flags.elementwise()).isTrue();
    assertThat(flags.readsNull()).isTrue();
    assertThat(flags.nullError(0)).isNull();
    assertThat(flags.features()).isEqualTo(2);
    assertThat(flags.slice(0, 1)).isEqualTo(new InvalidRow(new InvalidFlags(1)));
    double[] row = {1, Double.NaN};
    flags.apply(row);
    assertThat(row).containsExactly(1, 1);
    double[] entries = {0};
    flags.apply(new int[] {1}, entries);
    assertThat(entries).containsExactly(1);
    assertThat(flags.value(0, 3)).isEqualTo(1);
    assertThat(byKey(1).ofUnknown().value(0, 3)).isNaN();
  }
}
