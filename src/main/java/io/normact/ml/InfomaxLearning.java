package io.normact.ml;

import io.normact.math.InfomaxFit;
import io.normact.math.InfomaxSums;
import io.normact.math.Normalization;
import io.normact.sql.RowBlocks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an {@link InfomaxFit} over the rows: one Spark job a pass, all columns at once. The rows are
 * packed and kept in memory by the first pass, on disk where memory does not suffice.
 *
 * <p>Columns are fitted with mean 0 and variance 1, and what is found is put in terms of the
 * model's own normalisation: the best z of a column does not depend on how its values are shifted
 * and scaled before, so neither epsilon nor withMean nor withStd makes any difference to it.
 *
 * <p>{@code tanh(z) = 2 s(2 z) - 1}: gamma and beta of tanh are half those of the logistic function
 * s, and the objective is that of s plus log 2.
 */
final class InfomaxLearning {
  private static final Logger LOG = LoggerFactory.getLogger(InfomaxLearning.class);

  private InfomaxLearning() {}

  /** Refuses other activations than sigmoid and tanh. */
  static void check(BatchNorm stage) {
    divisor(stage);
  }

  /** By how much z is smaller than that of the logistic function. */
  private static double divisor(BatchNorm stage) {
    return switch (stage.getActivation().name()) {
      case "sigmoid" -> 1;
      case "tanh" -> 2;
      default ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "Param activation is %s, but learn=infomax works with sigmoid and tanh only; choose one of these, or learn=supervised for any other.",
                  stage.getActivation()));
    };
  }

  /** Learns gamma and beta, and stores them in the task's model. */
  static void run(LearningTask task) {
    BatchNorm stage = task.stage();
    double[] mean = task.model().mean().toArray();
    double[] variance = task.model().variance().toArray();
    int features = mean.length;
    double[] inverseDeviation = new double[features];
    boolean[] varies = new boolean[features];
    for (int j = 0; j < features; j++) {
      varies[j] = variance[j] > 0;
      inverseDeviation[j] = varies[j] ? 1 / Math.sqrt(variance[j]) : 0;
    }
    double[] ones = new double[features];
    Arrays.fill(ones, 1);
    double[] scale =
        stage.getWithStd() ? Normalization.scale(ones, variance, stage.getEpsilon()) : ones;
    double divisor = divisor(stage);

    // log gamma of the model's terms, less that of the fit's.
    double offset = 0;
    int learned = 0;
    for (int j = 0; j < features; j++) {
      if (varies[j]) {
        offset += Math.log(inverseDeviation[j] / scale[j]);
        learned++;
      }
    }
    InfomaxFit fit = new InfomaxFit(task.weights(), varies, stage.getTol());
    double constant = learned == 0 ? 0 : offset / learned + Math.log(divisor);
    List<Double> history = passes(task, fit, varies, inverseDeviation, constant);

    double[] gamma = ones.clone();
    double[] beta = new double[features];
    double[] shift = task.shift();
    for (int j = 0; j < features; j++) {
      if (varies[j]) {
        gamma[j] = fit.gamma(j) * inverseDeviation[j] / scale[j] / divisor;
        beta[j] =
            (fit.beta(j) - fit.gamma(j) * inverseDeviation[j] * (mean[j] - shift[j])) / divisor;
      }
    }
    task.model().setScaleAndShift(gamma, beta);
    task.model().setObjectiveHistory(history);
  }

  private static List<Double> passes(
      LearningTask task, InfomaxFit fit, boolean[] varies, double[] scale, double constant) {
    if (fit.active().length == 0) {
      return List.of();
    }
    double[] mean = task.model().mean().toArray();
    List<Double> history =
        task.passes(
            task.packing(null, mean, scale, Double.NaN),
            blocks -> passes(task, blocks, fit, varies, constant));
    if (fit.active().length > 0) {
      List<String> names = task.model().featureNames();
      LOG.warn(
          "Infomax has not converged after {} passes in {}; raise maxIter",
          history.size(),
          Arrays.stream(fit.active()).mapToObj(names::get).toList());
    }
    return history;
  }

  private static List<Double> passes(
      LearningTask task, RowBlocks blocks, InfomaxFit fit, boolean[] varies, double constant) {
    List<Double> history = new ArrayList<>();
    while (fit.active().length > 0 && history.size() < task.stage().getMaxIter()) {
      int[] active = fit.active();
      double[] gamma = fit.trialGamma();
      double[] beta = fit.trialBeta();
      InfomaxSums sums =
          blocks.aggregate(
              new InfomaxSums(active.length),
              (sum, block) -> sum.add(block, active, gamma, beta),
              InfomaxSums::merge);
      fit.advance(sums);
      history.add(mean(fit, varies) + constant);
      task.progress().iteration(history.size(), history.get(history.size() - 1), fit.largestStep());
    }
    return history;
  }

  private static double mean(InfomaxFit fit, boolean[] varies) {
    double sum = 0;
    int n = 0;
    for (int j = 0; j < varies.length; j++) {
      if (varies[j]) {
        sum += fit.objective(j);
        n++;
      }
    }
    return sum / n;
  }
}
