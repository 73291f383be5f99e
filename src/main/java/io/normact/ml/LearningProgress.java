package io.normact.ml;

/** A listener that is told how learning goes on, once an iteration and on the driver. */
@FunctionalInterface
public interface LearningProgress {

  /**
   * Called after an iteration.
   *
   * @param iteration its number, from 1; for infomax an iteration is a pass over the rows
   * @param objective the objective so far; for infomax the mean over the learned features, which
   *     grows; for supervised learning the penalised loss, which falls
   * @param gradientNorm how far learning is from the optimum; for infomax the largest step left in
   *     any feature; for supervised learning the largest component of the gradient
   */
  void iteration(int iteration, double objective, double gradientNorm);
}
