package io.normact.ml;

import io.normact.math.learn.InfomaxFit;
import io.normact.math.learn.InfomaxSums;
import io.normact.math.row.Normalization;
import io.normact.sql.pass.RowBlocks;
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
 * <p>Columns are fitted with mean 0 and variance 1. What is found is then put in terms of the
 * model's own normalisation. The best z of a column does not depend on how its values are shifted
 * and scaled before, so epsilon, withMean and withStd make no difference to it.
 *
 * <p>{@code tanh(z) = 2 s(2 z) - 1}: gamma and beta of tanh are half those of the logistic function
 * s, and the objective is that of s plus log 2.
 */
final class InfomaxLearning {
  private static final Logger LOG = LoggerFactory.getLogger(InfomaxLearning.class);

  /**
   * All rows together weigh about 2^900 here: a feature may have its valid values in the rows of
   * least weight, while products with z stay far below 2^1023.
   */
  private static final int TOTAL_WEIGHT = 900;

  /** Of a feature's rows; digits of weights are lost below 2^-1022. */
  private static final double SMALLEST_WEIGHT = 0x1p-960;

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
    int weightExponent = task.weightExponent(TOTAL_WEIGHT);
    double[] weights = task.weights(weightExponent);
    checkWeights(task, weights, varies);
    InfomaxFit fit = new InfomaxFit(weights, varies, stage.getTol());
    double constant = learned == 0 ? 0 : offset / learned + Math.log(divisor);
    List<Double> history = passes(task, fit, varies, inverseDeviation, constant, weightExponent);

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
    task.model().setLearned(history, fit.active().length == 0);
  }

  /** Refuses features whose rows weigh so little beside the others that doubles lose the digits. */
  private static void checkWeights(LearningTask task, double[] weights, boolean[] varies) {
    for (int j = 0; j < weights.length; j++) {
      if (varies[j] && weights[j] < SMALLEST_WEIGHT) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Feature '%s' has valid values only in rows of less than 1e-550 of the weight, which learn=infomax can't work with; change the weights or leave it out.",
                task.model().featureNames().get(j)));
      }
    }
  }

  /** Refuses features whose objective is no number at the start, from where nothing leads on. */
  private static void checkStarted(LearningTask task, InfomaxFit fit, int[] active) {
    for (int j : active) {
      if (fit.objective(j) == Double.NEGATIVE_INFINITY) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Feature '%s' holds values too far from its mean %s for doubles, which learn=infomax can't work with; leave it out or clip it.",
                task.model().featureNames().get(j),
                task.model().mean().apply(j)));
      }
    }
  }

  private static List<Double> passes(
      LearningTask task,
      InfomaxFit fit,
      boolean[] varies,
      double[] scale,
      double constant,
      int weightExponent) {
    if (fit.active().length == 0) {
      return List.of();
    }
    double[] mean = task.model().mean().toArray();
    double[] leftOut = new double[mean.length];
    Arrays.fill(leftOut, Double.NaN);
    List<Double> history =
        task.passes(
            task.packing(null, mean, scale, leftOut, weightExponent),
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
      checkStarted(task, fit, active);
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
