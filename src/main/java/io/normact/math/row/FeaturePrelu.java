package io.normact.math.row;

import io.normact.math.ActivationFunction;
import java.util.Arrays;
import java.util.Locale;

/**
 * The leaky rectifier with a slope below zero of each feature's own: {@code y_j = x_j} above 0,
 * {@code slopes_j * x_j} below. K. He et al., Delving Deep into Rectifiers, 2015.
 *
 * @param slopes the slopes, one a feature
 */
public record FeaturePrelu(double[] slopes) implements FeatureFunction {

  /** The functions, one a feature. */
  public ActivationFunction[] functions() {
    return Arrays.stream(slopes)
        .mapToObj(slope -> ActivationFunction.of("prelu", slope))
        .toArray(ActivationFunction[]::new);
  }

  @Override
  public int features() {
    return slopes.length;
  }

  @Override
  public boolean keepsZeros() {
    return true;
  }

  @Override
  public FeaturePrelu slice(int from, int length) {
    return new FeaturePrelu(Arrays.copyOfRange(slopes, from, from + length));
  }

  @Override
  public double value(int feature, double x) {
    return prelu(x, slopes[feature]);
  }

  @Override
  public void apply(double[] x) {
    for (int j = 0; j < x.length; j++) {
      x[j] = prelu(x[j], slopes[j]);
    }
  }

  @Override
  public void apply(int[] indices, double[] x) {
    for (int i = 0; i < indices.length; i++) {
      x[i] = prelu(x[i], slopes[indices[i]]);
    }
  }

  /** Whether the other has these slopes, be it in another array. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FeaturePrelu that && Arrays.equals(slopes, that.slopes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(slopes);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "prelu of %d", slopes.length);
  }

  /** The function {@code prelu}, to the bit, with one question for an alpha that changes. */
  private static double prelu(double x, double alpha) {
    return alpha == 0 ? Math.max(x, 0) : Math.max(x, -0.0) + alpha * Math.min(x, 0);
  }
}
