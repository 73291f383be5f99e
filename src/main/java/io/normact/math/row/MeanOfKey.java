package io.normact.math.row;

/**
 * A function to which null, NaN and infinity are the feature's mean within the row's key, and the
 * mean of all rows where the key is unknown.
 *
 * @param function what is applied then, by the row's key
 * @param ofAll the same by the numbers of all rows, with their means for what is invalid
 */
public record MeanOfKey(KeyedFunction function, FeatureFunction ofAll)
    implements KeyedFunction, ComposedFunction {

  @Override
  public MeanOfKey slice(int from, int length) {
    return new MeanOfKey(function.slice(from, length), ofAll.slice(from, length));
  }

  @Override
  public MeanForInvalid by(KeyNumbers numbers) {
    return new MeanForInvalid(numbers.mean(), function.by(numbers));
  }

  @Override
  public FeatureFunction ofUnknown() {
    return new InvalidRow(ofAll);
  }

  @Override
  public boolean readsNull() {
    return true;
  }

  @Override
  public double value(int feature, double x) {
    return ofAll.value(feature, x);
  }

  @Override
  public void apply(double[] x) {
    ofAll.apply(x);
  }

  @Override
  public void apply(int[] indices, double[] x) {
    ofAll.apply(indices, x);
  }

  @Override
  public String toString() {
    return "mean of the key for invalid, " + function;
  }
}
