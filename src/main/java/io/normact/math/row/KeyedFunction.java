package io.normact.math.row;

/** A {@link FeatureFunction} whose numbers may be those of each row's key. */
public interface KeyedFunction extends FeatureFunction {

  @Override
  KeyedFunction slice(int from, int length);

  /** This function with a key's numbers. It keeps zeros where this one does, whatever they are. */
  FeatureFunction by(KeyNumbers numbers);

  /** What becomes of a row whose key is unknown and makes all of its features invalid. */
  default FeatureFunction ofUnknown() {
    return new InvalidRow(this);
  }
}
