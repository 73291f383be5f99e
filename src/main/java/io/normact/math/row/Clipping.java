package io.normact.math.row;

import java.util.Arrays;
import java.util.Locale;

/**
 * {@code f(min(max(z_j, lower_j), upper_j))}: what is done to normalised features whose values far
 * out are clipped. NaN stays NaN.
 */
public final class Clipping implements KeyedFunction {

  private static final long serialVersionUID = 1L;

  private final double[] lower;
  private final double[] upper;
  private final FeatureFunction activation;
  private final boolean keepsZeros;
  private final int hash;

  /**
   * A clipping to these bounds.
   *
   * @param lower the least z of each feature
   * @param upper the greatest z of each feature
   * @param activation what is applied then
   */
  public Clipping(double[] lower, double[] upper, FeatureFunction activation) {
    this.lower = lower;
    this.upper = upper;
    this.activation = activation;
    boolean zerosStay = activation.keepsZeros();
    for (int j = 0; j < lower.length; j++) {
      zerosStay &= lower[j] <= 0 && upper[j] >= 0;
    }
    this.keepsZeros = zerosStay;
    // Once, as in Normalization.
    this.hash = Arrays.hashCode(lower) + 31 * Arrays.hashCode(upper);
  }

  /**
   * The bounds of z where x is clipped to {@code clip} standard deviations on either side of the
   * mean: {@code {lower, upper}}. z is computed as in {@link Normalization}, whose arithmetic never
   * falls where x rises, so clipping z is clipping x.
   *
   * @param mean the means
   * @param variance the variances
   * @param epsilon added to the variances
   * @param clip above 0
   * @param shift what is subtracted from x: the means, or zeros
   * @param scale what the difference is multiplied by; where it is 0 both bounds are beta
   * @param beta what is added
   */
  public static double[][] bounds(
      double[] mean,
      double[] variance,
      double epsilon,
      double clip,
      double[] shift,
      double[] scale,
      double[] beta) {
    double[] lower = new double[mean.length];
    double[] upper = new double[mean.length];
    for (int j = 0; j < mean.length; j++) {
      double centre = mean[j] - shift[j];
      double reach = scale[j] == 0 ? 0 : clip * Math.sqrt(variance[j] + epsilon);
      double a = Math.fma(centre - reach, scale[j], beta[j]);
      double b = Math.fma(centre + reach, scale[j], beta[j]);
      lower[j] = Math.min(a, b);
      upper[j] = Math.max(a, b);
    }
    return new double[][] {lower, upper};
  }

  @Override
  public Clipping slice(int from, int length) {
    int to = from + length;
    return new Clipping(
        Arrays.copyOfRange(lower, from, to),
        Arrays.copyOfRange(upper, from, to),
        activation.slice(from, length));
  }

  @Override
  public Clipping by(KeyNumbers numbers) {
    return new Clipping(numbers.lower(), numbers.upper(), activation);
  }

  @Override
  public int features() {
    return lower.length;
  }

  @Override
  public boolean elementwise() {
    return activation.elementwise();
  }

  @Override
  public boolean keepsZeros() {
    return keepsZeros;
  }

  private double clipped(int feature, double z) {
    return Math.min(Math.max(z, lower[feature]), upper[feature]);
  }

  @Override
  public double value(int feature, double z) {
    return activation.value(feature, clipped(feature, z));
  }

  @Override
  public void apply(double[] z) {
    for (int j = 0; j < z.length; j++) {
      z[j] = clipped(j, z[j]);
    }
    activation.apply(z);
  }

  @Override
  public void column(int feature, double[] z) {
    double least = lower[feature];
    double most = upper[feature];
    for (int i = 0; i < z.length; i++) {
      z[i] = Math.min(Math.max(z[i], least), most);
    }
    activation.column(feature, z);
  }

  @Override
  public void apply(int[] indices, double[] z) {
    for (int i = 0; i < indices.length; i++) {
      z[i] = clipped(indices[i], z[i]);
    }
    activation.apply(indices, z);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Clipping that
            && activation.equals(that.activation)
            && Arrays.equals(lower, that.lower)
            && Arrays.equals(upper, that.upper));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "clipping of %d, %s", lower.length, activation);
  }
}
