package io.normact.math.row;

import io.normact.math.array.Simd;
import io.normact.math.array.VectorLoop;
import java.util.Arrays;
import java.util.Locale;

/**
 * Batch normalisation with the activation that follows it, in one pass over a row:
 *
 * <pre>y_j = f(gamma_j * (x_j - mean_j) / sqrt(variance_j + epsilon) + beta_j)</pre>
 *
 * <p>Computed as {@code f(fma(x - mean, scale, beta))} with {@code scale = gamma / sqrt(variance +
 * epsilon)}. Where that root is 0, scale is 0, so a constant column maps to {@code f(beta)}. NaN
 * gives NaN. An infinite x gives the limit, which is f at an infinity, or NaN where scale is 0.
 *
 * <p>Ioffe and Szegedy, Batch Normalization, 2015, algorithm 2.
 */
public final class Normalization implements KeyedFunction {

  private static final long serialVersionUID = 1L;

  private final double[] mean;
  private final double[] scale;
  private final double[] beta;
  private final FeatureFunction activation;
  private final boolean keepsZeros;
  private final int hash;

  /**
   * A normalisation by these numbers, one of each a feature.
   *
   * @param mean what is subtracted
   * @param scale what the difference is multiplied by
   * @param beta what is added
   * @param activation what is applied then
   */
  public Normalization(double[] mean, double[] scale, double[] beta, FeatureFunction activation) {
    this(
        mean,
        scale,
        beta,
        activation,
        activation.keepsZeros() && allZero(mean) && allPositiveZero(beta));
  }

  private Normalization(
      double[] mean,
      double[] scale,
      double[] beta,
      FeatureFunction activation,
      boolean keepsZeros) {
    this.mean = mean;
    this.scale = scale;
    this.beta = beta;
    this.activation = activation;
    this.keepsZeros = keepsZeros;
    // Once, since a plan of hundreds of columns asks for it again and again.
    this.hash = Arrays.hashCode(scale) + 31 * (Arrays.hashCode(mean) + 31 * Arrays.hashCode(beta));
  }

  /** {@code gamma / sqrt(variance + epsilon)}; 0 where the root is 0. */
  public static double[] scale(double[] gamma, double[] variance, double epsilon) {
    double[] scale = new double[gamma.length];
    for (int j = 0; j < scale.length; j++) {
      double deviation = Math.sqrt(variance[j] + epsilon);
      scale[j] = deviation == 0 ? 0 : gamma[j] / deviation;
    }
    return scale;
  }

  @Override
  public Normalization slice(int from, int length) {
    int to = from + length;
    return new Normalization(
        Arrays.copyOfRange(mean, from, to),
        Arrays.copyOfRange(scale, from, to),
        Arrays.copyOfRange(beta, from, to),
        activation.slice(from, length));
  }

  @Override
  public Normalization by(KeyNumbers numbers) {
    FeatureFunction last =
        activation instanceof KeyedFunction keyed ? keyed.by(numbers) : activation;
    return new Normalization(numbers.shift(), numbers.scale(), beta, last, keepsZeros);
  }

  @Override
  public int features() {
    return mean.length;
  }

  @Override
  public boolean elementwise() {
    return activation.elementwise();
  }

  @Override
  public boolean keepsZeros() {
    return keepsZeros;
  }

  @Override
  public double value(int feature, double x) {
    return activation.value(feature, Math.fma(x - mean[feature], scale[feature], beta[feature]));
  }

  @Override
  public void apply(double[] x) {
    normalize(x, VectorLoop.AVAILABLE);
    activation.apply(x);
  }

  /** With or without vector registers. A loop left to C2 is slow for rows of a few features. */
  void normalize(double[] x, boolean inVectors) {
    int whole = inVectors ? x.length & -Simd.LANES : 0;
    if (whole > 0) {
      VectorLoop.AFFINE.run(x, mean, scale, beta, whole);
    }
    for (int j = whole; j < x.length; j++) {
      x[j] = Math.fma(x[j] - mean[j], scale[j], beta[j]);
    }
  }

  /** A loop so long and plain is one that C2 puts into vector registers by itself. */
  @Override
  public void column(int feature, double[] x) {
    double m = mean[feature];
    double s = scale[feature];
    double b = beta[feature];
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.fma(x[i] - m, s, b);
    }
    activation.column(feature, x);
  }

  @Override
  public void apply(int[] indices, double[] x) {
    // The same steps as above where mean and beta are 0 too: -0.0 + 0 is 0, as in a dense row.
    for (int i = 0; i < indices.length; i++) {
      int j = indices[i];
      x[i] = Math.fma(x[i] - mean[j], scale[j], beta[j]);
    }
    activation.apply(indices, x);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Normalization that
            && activation.equals(that.activation)
            && Arrays.equals(scale, that.scale)
            && Arrays.equals(mean, that.mean)
            && Arrays.equals(beta, that.beta));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "normalization of %d, %s", mean.length, activation);
  }

  private static boolean allZero(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == 0);
  }

  /** -0.0 added to a product that is -0.0 stays that, so that a zero would not map to 0.0. */
  private static boolean allPositiveZero(double[] values) {
    return Arrays.stream(values).allMatch(value -> Double.doubleToRawLongBits(value) == 0);
  }
}
