package io.normact.math.row;

/** A {@link FeatureFunction} whose statistics may be those of each row's key. */
public interface KeyedFunction extends FeatureFunction {

  @Override
  KeyedFunction slice(int from, int length);

  /**
   * This function with other statistics. It keeps zeros where this one does, whatever they are.
   *
   * @param mean what takes the place of the mean, one number a feature
   * @param scale what takes the place of the scale; both arrays are kept, so that whoever changes
   *     their numbers changes the function
   */
  KeyedFunction by(double[] mean, double[] scale);
}
