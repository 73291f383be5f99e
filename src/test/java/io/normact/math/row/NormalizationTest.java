package io.normact.math.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.normact.math.ActivationFunction;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizationTest {

  private static final double[] MEAN = {1, -2, 1e6, 0};
  private static final double[] GAMMA = {1, -0.5, 3, 2};
  private static final double[] BETA = {0, 0.25, -1, 0.5};
  private static final double[] VARIANCE = {4, 0.01, 1e8, 0};

  private static double[] scale() {
    return Normalization.scale(GAMMA, VARIANCE, 0);
  }

  @Test
  void scaleOfAConstantFeatureIsZero() {
    assertThat(scale()).containsExactly(0.5, -0.5 / Math.sqrt(0.01), 3 / 1e4, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "sigmoid", "tanh", "softplus", "elu(alpha=2)", "squareplus"})
  void theWayBackRestoresTheRow(String function) {
    ActivationFunction f = ActivationFunction.parse(function);
    Normalization there = new Normalization(MEAN, scale(), BETA, Activations.values(f));
    Denormalization back = new Denormalization(MEAN, scale(), BETA, f);
    Random random = new Random(7);
    for (int trial = 0; trial < 50; trial++) {
      double[] x = new double[MEAN.length];
      for (int j = 0; j < x.length; j++) {
        x[j] = MEAN[j] + Math.sqrt(VARIANCE[j]) * random.nextGaussian();
      }
      double[] row = x.clone();
      there.apply(row);
      for (int j = 0; j < x.length; j++) {
        assertThat(row[j]).isEqualTo(there.value(j, x[j]));
        assertThat(row[j]).isEqualTo(there.slice(j, 1).value(0, x[j]));
      }
      back.apply(row);
      for (int j = 0; j < x.length; j++) {
        assertThat(row[j])
            .isCloseTo(x[j], within(1e-9 * (Math.abs(MEAN[j]) + Math.sqrt(VARIANCE[j]))));
        double y = there.value(j, x[j]);
        assertThat(back.slice(j, 1).value(0, y)).isEqualTo(row[j]);
      }
    }
  }

  /** Of every length, since what is no whole vector goes one by one. */
  @Test
  void sameBitsWithAndWithoutVectorRegisters() {
    Random random = new Random(12);
    for (int n = 0; n < 40; n++) {
      double[] mean = random.doubles(n, -2, 2).toArray();
      double[] scale = random.doubles(n, -3, 3).toArray();
      double[] beta = random.doubles(n, -1, 1).toArray();
      Normalization normalization =
          new Normalization(
              mean, scale, beta, Activations.values(ActivationFunction.parse("identity")));
      double[] x = random.doubles(n, -1e3, 1e3).toArray();
      if (n > 3) {
        x[n - 1] = Double.NaN;
        x[n - 2] = Double.NEGATIVE_INFINITY;
        x[0] = mean[0];
        x[1] = -0.0;
      }
      double[] one = new double[n];
      Arrays.setAll(one, j -> normalization.value(j, x[j]));
      double[] vectors = x.clone();
      normalization.normalize(vectors, true);
      double[] scalars = x.clone();
      normalization.normalize(scalars, false);
      assertThat(vectors).isEqualTo(one);
      assertThat(scalars).isEqualTo(one);
    }
  }

  @Test
  void sparseRowsAreTheDenseOnesWithoutTheirZeros() {
    double[] none = new double[3];
    double[] scale = {2, 0.5, -1};
    ActivationFunction tanh = ActivationFunction.parse("tanh");
    Normalization there = new Normalization(none, scale, none, Activations.values(tanh));
    Denormalization back = new Denormalization(none, scale, none, tanh);
    assertThat(there.keepsZeros()).isTrue();
    assertThat(back.keepsZeros()).isTrue();
    int[] indices = {0, 2};
    double[] sparse = {0.25, -0.75};
    double[] dense = {0.25, 0, -0.75};
    there.apply(indices, sparse);
    there.apply(dense);
    assertThat(sparse).containsExactly(dense[0], dense[2]);
    assertThat(dense[1]).isZero();
    back.apply(indices, sparse);
    back.apply(dense);
    assertThat(sparse).containsExactly(dense[0], dense[2]);
    assertThat(new Normalization(MEAN, scale(), BETA, Activations.values(tanh)).keepsZeros())
        .isFalse();
    assertThat(new Denormalization(MEAN, scale(), BETA, tanh).keepsZeros()).isFalse();
    assertThat(
            new Normalization(none, scale, new double[] {0, 1, 0}, Activations.values(tanh))
                .keepsZeros())
        .isFalse();
    assertThat(
            new Normalization(
                    none, scale, none, Activations.values(ActivationFunction.parse("sigmoid")))
                .keepsZeros())
        .isFalse();
  }

  /** A zero of either sign that a sparse row does store gives the bits that a dense row gives. */
  @Test
  void storedZerosAreThoseOfADenseRow() {
    Normalization there =
        new Normalization(
            new double[2],
            new double[] {2, -2},
            new double[2],
            Activations.values(ActivationFunction.parse("identity")));
    double[] dense = {-0.0, 0.0};
    there.apply(dense);
    double[] sparse = {-0.0, 0.0};
    there.apply(new int[] {0, 1}, sparse);
    assertThat(sparse).isEqualTo(dense).isEqualTo(new double[] {0.0, 0.0});
    // A beta of -0.0 would leave a zero that is not stored with the other sign.
    assertThat(
            new Normalization(
                    new double[1],
                    new double[] {1},
                    new double[] {-0.0},
                    Activations.values(ActivationFunction.parse("identity")))
                .keepsZeros())
        .isFalse();
  }

  @Test
  void slopesAsAFeatureFunction() {
    ActivationFunction relu = ActivationFunction.parse("relu");
    FeatureFunction slopes = Activations.slopes(relu);
    assertThat(slopes.features()).isEqualTo(FeatureFunction.ANY);
    assertThat(slopes.keepsZeros()).isTrue();
    assertThat(Activations.slopes(ActivationFunction.parse("sigmoid")).keepsZeros()).isFalse();
    assertThat(slopes.slice(3, 2)).isEqualTo(slopes);
    assertThat(slopes.value(0, -1)).isZero();
    double[] row = {-1, 2};
    slopes.apply(row);
    assertThat(row).containsExactly(0, 1);
    double[] sparse = {5};
    slopes.apply(new int[] {4}, sparse);
    assertThat(sparse).containsExactly(1);
    assertThatThrownBy(() -> Activations.slopes(ActivationFunction.parse("softmax")))
        .hasMessageStartingWith("Function 'softmax' has no slope as a column");
  }

  @Test
  void valuesAsAFeatureFunction() {
    FeatureFunction softmax = Activations.values(ActivationFunction.parse("softmax"));
    assertThat(softmax.keepsZeros()).isFalse();
    assertThat(softmax.slice(0, 1)).isEqualTo(softmax);
    FeatureFunction elu = Activations.values(ActivationFunction.parse("elu"));
    assertThat(elu.keepsZeros()).isTrue();
    double[] sparse = {-1};
    elu.apply(new int[] {9}, sparse);
    assertThat(sparse).containsExactly(elu.value(9, -1));
  }

  /** Other statistics make the function that has them from the start, and may change under it. */
  @Test
  void otherStatisticsMakeAnotherFunction() {
    FeatureFunction tanh = Activations.values(ActivationFunction.parse("tanh"));
    double[] mean = {1, -2, 0.5};
    double[] scale = {2, 0.25, -1};
    double[] beta = {0, 1, 2};
    Normalization any = new Normalization(new double[3], new double[3], beta, tanh);
    double[] none = {};
    KeyNumbers numbers = new KeyNumbers(mean, scale, none, none, mean);
    Normalization by = any.by(numbers);
    assertThat(by).isEqualTo(new Normalization(mean, scale, beta, tanh));
    Denormalization back =
        new Denormalization(new double[3], new double[3], beta, ActivationFunction.parse("tanh"))
            .by(numbers);
    for (double x : new double[] {0.1, -0.3, 2}) {
      mean[0] += 0.125;
      for (int j = 0; j < 3; j++) {
        double y = Math.tanh(Math.fma(x - mean[j], scale[j], beta[j]));
        assertThat(by.value(j, x)).isCloseTo(y, org.assertj.core.api.Assertions.within(1e-15));
        assertThat(back.value(j, by.value(j, x)))
            .isCloseTo(x, org.assertj.core.api.Assertions.within(1e-9));
      }
    }
    Normalization zeros = new Normalization(new double[1], new double[1], new double[1], tanh);
    double[] three = {3};
    assertThat(zeros.by(new KeyNumbers(three, three, none, none, three)).keepsZeros()).isTrue();
    assertThat(any.by(numbers).keepsZeros()).isFalse();
  }
}
