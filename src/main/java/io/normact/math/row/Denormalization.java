package io.normact.math.row;

import io.normact.math.ActivationFunction;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The way back from a {@link Normalization}: {@code x_j = (f^-1(y_j) - beta_j) / scale_j + mean_j}.
 *
 * <p>Where scale is 0 the column was constant and x is its mean. NaN gives NaN, and so does a y
 * that f never takes; a bound that f only approaches, such as 1 for a sigmoid, gives an infinity.
 */
public final class Denormalization implements KeyedFunction {

  private static final long serialVersionUID = 1L;

  private final double[] mean;
  private final double[] scale;
  private final double[] beta;
  private final ActivationFunction[] activations;
  private final boolean keepsZeros;
  private final int hash;

  /** The way back from the normalisation with these numbers and an invertible activation. */
  public Denormalization(
      double[] mean, double[] scale, double[] beta, ActivationFunction activation) {
    this(mean, scale, beta, ofEach(mean.length, activation));
  }

  /** The way back from the normalisation with these numbers and an activation of each feature's. */
  public Denormalization(
      double[] mean, double[] scale, double[] beta, ActivationFunction[] activations) {
    this.mean = mean;
    this.scale = scale;
    this.beta = beta;
    this.activations = activations;
    this.keepsZeros = IntStream.range(0, mean.length).allMatch(j -> value(j, 0) == 0);
    // Once, as in Normalization.
    this.hash = Arrays.hashCode(scale) + 31 * (Arrays.hashCode(mean) + 31 * Arrays.hashCode(beta));
  }

  private Denormalization(Denormalization other, double[] mean, double[] scale) {
    this.mean = mean;
    this.scale = scale;
    this.beta = other.beta;
    this.activations = other.activations;
    this.keepsZeros = other.keepsZeros;
    this.hash = other.hash;
  }

  @Override
  public Denormalization by(KeyNumbers numbers) {
    return new Denormalization(this, numbers.shift(), numbers.scale());
  }

  private static ActivationFunction[] ofEach(int features, ActivationFunction activation) {
    ActivationFunction[] activations = new ActivationFunction[features];
    Arrays.fill(activations, activation);
    return activations;
  }

  @Override
  public Denormalization slice(int from, int length) {
    int to = from + length;
    return new Denormalization(
        Arrays.copyOfRange(mean, from, to),
        Arrays.copyOfRange(scale, from, to),
        Arrays.copyOfRange(beta, from, to),
        Arrays.copyOfRange(activations, from, to));
  }

  @Override
  public int features() {
    return mean.length;
  }

  /** Known from the start, since it is asked of every row. */
  @Override
  public boolean keepsZeros() {
    return keepsZeros;
  }

  @Override
  public double value(int feature, double y) {
    double z = activations[feature].inverse(y);
    return scale[feature] == 0
        ? mean[feature] + 0 * y
        : (z - beta[feature]) / scale[feature] + mean[feature];
  }

  @Override
  public void apply(double[] x) {
    for (int j = 0; j < x.length; j++) {
      x[j] = value(j, x[j]);
    }
  }

  @Override
  public void apply(int[] indices, double[] x) {
    for (int i = 0; i < indices.length; i++) {
      x[i] = value(indices[i], x[i]);
    }
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Denormalization that
            && Arrays.equals(scale, that.scale)
            && Arrays.equals(mean, that.mean)
            && Arrays.equals(beta, that.beta)
            && Arrays.equals(activations, that.activations));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "denormalization of %d", mean.length);
  }
}
