package io.normact.ml;

/** A listener that is told how a fit goes on, on the driver. */
@FunctionalInterface
public interface LearningProgress {

  /** Called when the fit starts, once its columns and params are checked. */
  default void start() {}

  /**
   * Called when the statistics are known, before the first iteration; also where nothing is
   * learned.
   *
   * @param rows the rows that the fit has read, those dropped by handleInvalid=skip included
   */
  default void statistics(long rows) {}

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
