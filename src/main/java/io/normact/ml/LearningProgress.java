package io.normact.ml;

/** Told how learning goes on, once an iteration and on the driver. */
@FunctionalInterface
public interface LearningProgress {

  /**
   * An iteration is over.
   *
   * @param iteration its number, from 1; for infomax, of a pass over the rows
   * @param objective what it reached: for infomax the mean over the learned features, which grows,
   *     for supervised learning the objective, which falls
   * @param gradientNorm how far it is: for infomax the largest step left in any feature, for
   *     supervised learning the largest component of the gradient
   */
  void iteration(int iteration, double objective, double gradientNorm);
}
