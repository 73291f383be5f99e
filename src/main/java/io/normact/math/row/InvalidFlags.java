package io.normact.math.row;

/**
 * 1 where a value is null, NaN or infinite, or counts as such by its key, else 0.
 *
 * @param features how many features a row has, or {@link #ANY}
 */
public record InvalidFlags(int features) implements KeyedFunction {

  @Override
  public InvalidFlags slice(int from, int length) {
    return new InvalidFlags(length);
  }

  /** Values are invalid by themselves, whatever their key. */
  @Override
  public InvalidFlags by(KeyNumbers numbers) {
    return this;
  }

  @Override
  public boolean keepsZeros() {
    return true;
  }

  @Override
  public boolean readsNull() {
    return true;
  }

  @Override
  public double value(int feature, double x) {
    return Double.isFinite(x) ? 0 : 1;
  }

  @Override
  public void apply(double[] x) {
    for (int j = 0; j < x.length; j++) {
      x[j] = value(j, x[j]);
    }
  }

  @Override
  public void apply(int[] indices, double[] x) {
    apply(x);
  }

  @Override
  public String toString() {
    return "whether invalid";
  }
}
