package io.normact.math.row;

import java.io.Serializable;

/**
 * A function of a row of features, {@code y_j = f_j(x_j)} or, for whole-vector functions such as
 * softmax, {@code y = f(x)}. It is what a Spark column of vectors, arrays or scalars is mapped by.
 *
 * <p>All forms give the same bits for the same feature and value, wherever it stands: as a scalar,
 * in a dense row, in a sparse row, in a column.
 *
 * <p>A function is a value: two that give the same results are equal and hash alike. Spark knows a
 * query as one that ran before by the equality of its functions. What is only for messages, such as
 * a column's name, takes no part in equality. {@link Object#toString()} is short, since plans show
 * it.
 */
public interface FeatureFunction extends Serializable {

  /** What {@link #features()} says when rows of every length are accepted. */
  int ANY = -1;

  /** The number of features a row must have, or {@link #ANY}. */
  int features();

  /** Whether every feature maps 0 to 0, so that a sparse row stays sparse. */
  boolean keepsZeros();

  /** Whether each output depends on its own feature alone. */
  default boolean elementwise() {
    return true;
  }

  /** The part of this function that belongs to {@code length} features from {@code from}. */
  FeatureFunction slice(int from, int length);

  /**
   * Whether a null in place of a feature, or of a whole row, is read as NaN and has a value. Else
   * it gives null, or is an error.
   */
  default boolean readsNull() {
    return false;
  }

  /**
   * What the error says where this feature is null; null if that is no error. Either every feature
   * has a message or none has. Where a whole row is null, ask with its first feature.
   */
  default String nullError(int feature) {
    return null;
  }

  /** Whether a null in place of this feature gives null. */
  default boolean nullGivesNull(int feature) {
    return nullError(feature) == null && !readsNull();
  }

  /** The value for one feature. NaN gives NaN, unless the function replaces or rejects it. */
  double value(int feature, double x);

  /** Replaces a dense row by its values. */
  void apply(double[] x);

  /**
   * Replaces the active entries of a sparse row by their values, {@code x[i]} being the entry of
   * feature {@code indices[i]}. Only called where {@link #elementwise()} holds.
   */
  void apply(int[] indices, double[] x);

  /**
   * Replaces values of one feature, those of many rows, by theirs. Only called where {@link
   * #elementwise()} holds.
   */
  default void column(int feature, double[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = value(feature, x[i]);
    }
  }
}
