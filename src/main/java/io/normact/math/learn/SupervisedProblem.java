package io.normact.math.learn;

import io.normact.math.ActivationFunction;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Gamma and beta of a normalisation, learned together with a linear head on the features that it
 * feeds:
 *
 * <pre>
 *   (1 / sum w) sum_i w_i loss(y_i, W f(gamma * x_i + beta) + b)
 *       + regParam / 2 * (|W|^2 + |gamma - 1|^2 + |beta|^2)
 * </pre>
 *
 * <p>The parameters stand in one array: gamma and beta (d each), W row by row (K d), b (K), and for
 * a prelu the slopes below zero, one a feature (d). No penalty pulls these towards 0, as in K. He
 * et al., Delving Deep into Rectifiers, 2015.
 *
 * @param features the number d of features
 * @param outputs the number K of scores: a score a class for {@link Loss#SOFTMAX}, else 1
 * @param activation f, elementwise
 * @param loss the loss
 * @param labels what is done to labels first
 * @param regParam the weight of the penalty
 */
public record SupervisedProblem(
    int features,
    int outputs,
    ActivationFunction activation,
    Loss loss,
    LabelScale labels,
    double regParam)
    implements Serializable {

  /** Whether f is a prelu, the slopes of which are learned too. */
  public boolean learnsSlopes() {
    return activation.name().equals("prelu");
  }

  /** The number of parameters. */
  public int parameters() {
    return slopesFrom() + (learnsSlopes() ? features : 0);
  }

  /** Where the head's weights of an output begin among the parameters, behind gamma and beta. */
  int weightsFrom(int output) {
    return (2 + output) * features;
  }

  /** Where the intercepts begin, one an output. */
  int interceptsFrom() {
    return weightsFrom(outputs);
  }

  /** Where prelu's slopes begin, one a feature. */
  int slopesFrom() {
    return interceptsFrom() + outputs;
  }

  /** Gamma 1, beta 0, W 0, b 0, and the slopes that f says. */
  public double[] start() {
    double[] start = new double[parameters()];
    Arrays.fill(start, 0, features, 1);
    if (learnsSlopes()) {
      Arrays.fill(start, slopesFrom(), start.length, activation.slope(-1));
    }
    return start;
  }

  /** The gammas among these parameters. */
  public double[] gamma(double[] parameters) {
    return Arrays.copyOf(parameters, features);
  }

  /** The betas among these parameters. */
  public double[] beta(double[] parameters) {
    return Arrays.copyOfRange(parameters, features, 2 * features);
  }

  /** The slopes below zero among these parameters; none unless {@link #learnsSlopes()}. */
  public double[] slopes(double[] parameters) {
    return Arrays.copyOfRange(parameters, slopesFrom(), parameters.length);
  }

  /**
   * The objective from the sums over all rows.
   *
   * @param gradient receives the gradient
   */
  public double objective(SupervisedSums sums, double[] parameters, double[] gradient) {
    double weight = sums.weight();
    double penalty = 0;
    for (int i = 0; i < parameters.length; i++) {
      gradient[i] = sums.gradient(i) / weight;
      if (i < interceptsFrom()) {
        double distance = parameters[i] - (i < features ? 1 : 0);
        gradient[i] += regParam * distance;
        penalty += distance * distance;
      }
    }
    return sums.loss() / weight + 0.5 * regParam * penalty;
  }
}
