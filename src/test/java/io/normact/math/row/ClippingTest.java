package io.normact.math.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.ActivationFunction;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is far out is clipped, and what is invalid is replaced, wherever it stands. */
class ClippingTest {

  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double[] MEAN = {10, 0, -3, 5};
  private static final double[] VARIANCE = {4, 1, 0.25, 0};
  private static final double[] BETA = {0.5, 0, 1, 2};

  private static FeatureFunction identity() {
    return Activations.values(ActivationFunction.of("identity"));
  }

  private static Clipping clipping(double clip, double[] shift, FeatureFunction activation) {
    double[] gamma = {1, -2, 3, 1};
    double[] scale = Normalization.scale(gamma, VARIANCE, 0);
    double[][] bounds = Clipping.bounds(MEAN, VARIANCE, 0, clip, shift, scale, BETA);
    return new Clipping(bounds[0], bounds[1], activation);
  }

  @Test
  void boundsAreDeviationsFromTheMeanWhateverGammaIs() {
    double[] scale = Normalization.scale(new double[] {1, -2, 3, 1}, VARIANCE, 0);
    double[][] bounds = Clipping.bounds(MEAN, VARIANCE, 0, 3, MEAN, scale, BETA);
    assertThat(bounds[0]).containsExactly(-2.5, -6, -8, 2);
    assertThat(bounds[1]).containsExactly(3.5, 6, 10, 2);
    // Without a mean taken away the bounds lie about it all the same.
    bounds = Clipping.bounds(MEAN, VARIANCE, 0, 3, new double[4], scale, BETA);
    assertThat(bounds[0]).containsExactly(2.5, -6, -26, 2);
    assertThat(bounds[1]).containsExactly(8.5, 6, -8, 2);
    // As good as none, and no NaN.
    bounds = Clipping.bounds(MEAN, VARIANCE, 0, 1e308, MEAN, scale, BETA);
    assertThat(bounds[0]).containsExactly(-INF, -INF, -INF, 2);
    assertThat(bounds[1]).containsExactly(INF, INF, INF, 2);
  }

  @Test
  void rowsSlicesAndSparseRowsAreOneFunction() {
    Clipping clipping = clipping(3, MEAN, Activations.values(ActivationFunction.parse("softsign")));
    assertThat(clipping.features()).isEqualTo(4);
    assertThat(clipping.elementwise()).isTrue();
    for (double z : new double[] {-INF, -7, -1, 0, 3, 4, 1e300, INF, Double.NaN}) {
      double[] row = {z, z, z, z};
      double[] entries = {z, z};
      clipping.apply(row);
      clipping.apply(new int[] {1, 3}, entries);
      for (int j = 0; j < 4; j++) {
        assertThat(row[j]).isEqualTo((Double) clipping.value(j, z));
        assertThat(row[j]).isEqualTo((Double) clipping.slice(j, 1).value(0, z));
      }
      assertThat(entries).containsExactly(row[1], row[3]);
      double[] column = {z, 0, z};
      clipping.column(1, column);
      assertThat(column).containsExactly(row[1], clipping.value(1, 0), row[1]);
      assertThat(Double.isNaN(row[0])).isEqualTo(Double.isNaN(z));
    }
  }

  /** Clipping z is clipping x, to the bit, since z never falls where x rises. */
  @Test
  void clippingBehindTheAffineFunctionIsClippingBefore() {
    double[] gamma = {1, -2, 3, 1};
    double[] scale = Normalization.scale(gamma, VARIANCE, 0);
    Normalization plain = new Normalization(MEAN, scale, BETA, identity());
    Normalization clipped = new Normalization(MEAN, scale, BETA, clipping(2, MEAN, identity()));
    for (int j = 0; j < 3; j++) {
      double reach = 2 * Math.sqrt(VARIANCE[j]);
      for (double x = MEAN[j] - 5; x < MEAN[j] + 5; x += 0.013) {
        double moved = Math.min(Math.max(x, MEAN[j] - reach), MEAN[j] + reach);
        assertThat(clipped.value(j, x)).isEqualTo(plain.value(j, moved));
      }
      assertThat(clipped.value(j, INF)).isEqualTo(plain.value(j, MEAN[j] + reach));
    }
    assertThat(clipped.value(3, 1e9)).isEqualTo(2);
  }

  @Test
  void zerosStayWhereTheyAreWithinTheBounds() {
    double[] none = new double[1];
    double[] one = {1};
    for (double mean : new double[] {0, 2.9, 3.1, -3.1}) {
      double[][] bounds = Clipping.bounds(new double[] {mean}, one, 0, 3, none, one, none);
      Normalization function =
          new Normalization(none, one, none, new Clipping(bounds[0], bounds[1], identity()));
      assertThat(function.keepsZeros()).isEqualTo(Math.abs(mean) < 3);
      assertThat(function.value(0, 0) == 0).isEqualTo(function.keepsZeros());
    }
    assertThat(
            new Clipping(
                    new double[] {-1}, one, Activations.values(ActivationFunction.of("sigmoid")))
                .keepsZeros())
        .isFalse();
  }

  @Test
  void aMeanStandsForWhatIsInvalid() {
    FeatureFunction inner = new Normalization(MEAN, new double[] {1, 1, 1, 1}, BETA, identity());
    MeanForInvalid function = new MeanForInvalid(MEAN, inner);
    assertThat(function.readsNull()).isTrue();
    assertThat(function.nullGivesNull(0)).isFalse();
    assertThat(inner.readsNull()).isFalse();
    assertThat(inner.nullGivesNull(0)).isTrue();
    assertThat(function.features()).isEqualTo(4);
    assertThat(function.elementwise()).isTrue();
    assertThat(function.keepsZeros()).isFalse();
    double[] row = {INF, 7, Double.NaN, -INF};
    double[] entries = {Double.NaN, 1};
    double[] valid = {1, 2};
    function.apply(row);
    function.apply(new int[] {2, 3}, entries);
    function.apply(new int[] {2, 3}, valid);
    assertThat(row).containsExactly(0.5, 7, 1, 2);
    assertThat(entries).containsExactly(1, -2);
    assertThat(valid).containsExactly(5, -1);
    assertThat(function.slice(2, 1).value(0, Double.NaN)).isEqualTo(1);
    assertThat(function.value(2, 0)).isEqualTo(4);
    double[] column = {Double.NaN, 7};
    function.column(1, column);
    assertThat(column).containsExactly(0, 7);
    column = new double[] {1, 7};
    function.column(1, column);
    assertThat(column).containsExactly(1, 7);
    double[] finite = {1, 2, 3, 4};
    function.apply(finite);
    assertThat(finite).containsExactly(-8.5, 2, 7, 1);
  }

  @Test
  void flagsSayWhatIsInvalid() {
    InvalidFlags flags = new InvalidFlags(4);
    double[] row = {1, Double.NaN, INF, -INF};
    flags.apply(row);
    assertThat(row).containsExactly(0, 1, 1, 1);
    double[] entries = {Double.NaN, 0};
    flags.apply(new int[] {1, 3}, entries);
    assertThat(entries).containsExactly(1, 0);
    assertThat(flags.keepsZeros()).isTrue();
    assertThat(flags.readsNull()).isTrue();
    assertThat(flags.elementwise()).isTrue();
    assertThat(flags.slice(1, 2)).isEqualTo(new InvalidFlags(2)).hasToString("whether invalid");
    assertThat(Arrays.stream(row).sum()).isEqualTo(3);
  }
}
