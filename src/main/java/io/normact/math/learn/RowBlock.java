package io.normact.math.learn;

import java.io.Serializable;

/**
 * Rows of normalised features, packed for loops over a column: what learning reads again and again.
 *
 * <p>They are doubles. Floats would save memory but no time, since the loops compute in double.
 * What is learned would then belong to other values than those that are transformed.
 */
public sealed interface RowBlock extends Serializable permits DenseRows, SparseRows {

  /**
   * About this many values go into a block: with what is computed of them they fit into a cache.
   */
  int VALUES = 32_000;

  /** How many rows, 1 or more. */
  int rows();

  /** One a row, or null. */
  double[] label();

  /** One a row, or null for 1. */
  double[] weight();
}
