package io.normact.math.row;

import java.util.Arrays;
import java.util.Locale;

/** A function to which null, NaN and infinity are the feature's mean. */
public final class MeanForInvalid implements FiniteFunction {

  private static final long serialVersionUID = 1L;

  private final double[] mean;
  private final FeatureFunction function;

  /**
   * The function with these means for what is invalid.
   *
   * @param mean finite, one a feature
   * @param function what is applied then
   */
  public MeanForInvalid(double[] mean, FeatureFunction function) {
    this.mean = mean;
    this.function = function;
  }

  @Override
  public FeatureFunction function() {
    return function;
  }

  @Override
  public MeanForInvalid slice(int from, int length) {
    return new MeanForInvalid(
        Arrays.copyOfRange(mean, from, from + length), function.slice(from, length));
  }

  @Override
  public boolean readsNull() {
    return true;
  }

  @Override
  public double finite(int feature, double invalid) {
    return mean[feature];
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof MeanForInvalid that
            && function.equals(that.function)
            && Arrays.equals(mean, that.mean));
  }

  @Override
  public int hashCode() {
    return function.hashCode() + 31 * Arrays.hashCode(mean);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "mean for invalid, %s", function);
  }
}
