package io.normact.math.learn;

import io.normact.math.exact.CompensatedSums;

/**
 * The normalisation, activation and head of a {@link SupervisedProblem} over the rows of a block:
 * the scores from the features, and the gradient from the derivatives by the scores.
 */
interface Layer {

  /**
   * Scores the rows.
   *
   * @param p the parameters
   * @param score by output, receives a number a row
   */
  void forward(double[] p, double[][] score);

  /**
   * Adds up the gradient, after {@link #forward} at the same parameters.
   *
   * @param p the parameters
   * @param score by output, the loss's derivative by each row's score
   * @param sums by parameter
   */
  void backward(double[] p, double[][] score, CompensatedSums sums);

  /** A prelu: replaces inputs by slopes. */
  static void rectify(double below, double[] slope, double[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      double z = slope[i];
      value[i] = z > 0 ? z : below * z;
      slope[i] = z > 0 ? 1 : below;
    }
  }
}
