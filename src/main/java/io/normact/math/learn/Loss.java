package io.normact.math.learn;

import io.normact.math.ActivationFunction;

/**
 * The losses of supervised learning, over the rows of a block. They are given the head's scores, in
 * an array for each output with a number for each row. They replace the scores by the derivatives
 * of the loss with respect to them.
 */
public enum Loss {
  /** The log-loss of one score s and a label y of 0 or 1: {@code log(1 + e^s) - y s}. */
  LOGISTIC {
    @Override
    void evaluate(double[][] scores, double[] label, double[] loss) {
      double[] s = scores[0];
      SOFTPLUS.values(s, loss);
      for (int i = 0; i < s.length; i++) {
        loss[i] -= label[i] * s[i];
      }
      SIGMOID.values(s, s);
      for (int i = 0; i < s.length; i++) {
        s[i] -= label[i];
      }
    }
  },

  /**
   * The log-loss of a score s_k for each class k and a label y of 0 to K - 1: {@code log(sum_k
   * e^s_k) - s_y}.
   */
  SOFTMAX {
    @Override
    void evaluate(double[][] scores, double[] label, double[] loss) {
      int n = label.length;
      double[] largest = scores[0].clone();
      for (double[] s : scores) {
        for (int i = 0; i < n; i++) {
          largest[i] = Math.max(largest[i], s[i]);
        }
      }
      for (int i = 0; i < n; i++) {
        loss[i] = largest[i] - scores[(int) label[i]][i];
      }
      double[] sum = new double[n];
      for (double[] s : scores) {
        for (int i = 0; i < n; i++) {
          s[i] -= largest[i];
        }
        EXPONENTIAL.values(s, s);
        for (int i = 0; i < n; i++) {
          sum[i] += s[i];
        }
      }
      for (double[] s : scores) {
        for (int i = 0; i < n; i++) {
          s[i] /= sum[i];
        }
      }
      for (int i = 0; i < n; i++) {
        loss[i] += Math.log(sum[i]);
        scores[(int) label[i]][i] -= 1;
      }
    }
  },

  /** Half the squared error of one score: {@code (s - y)^2 / 2}. */
  SQUARED {
    @Override
    void evaluate(double[][] scores, double[] label, double[] loss) {
      double[] s = scores[0];
      for (int i = 0; i < s.length; i++) {
        s[i] -= label[i];
        loss[i] = 0.5 * s[i] * s[i];
      }
    }
  };

  private static final ActivationFunction SOFTPLUS = ActivationFunction.parse("softplus");
  private static final ActivationFunction SIGMOID = ActivationFunction.parse("sigmoid");
  private static final ActivationFunction EXPONENTIAL = ActivationFunction.parse("exponential");

  /**
   * Evaluates the loss of every row.
   *
   * @param scores by output, the scores; overwritten by the derivatives of the loss by them
   * @param label the labels
   * @param loss receives the losses
   */
  abstract void evaluate(double[][] scores, double[] label, double[] loss);
}
