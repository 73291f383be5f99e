package io.normact.math.learn;

import io.normact.math.array.Scratch;
import io.normact.math.exact.CompensatedSums;
import java.io.Serializable;
import java.util.Arrays;

/**
 * The loss of a {@link SupervisedProblem} and its gradient, summed over rows.
 *
 * <p>Within a block, sums are pairwise; over the blocks they are {@link CompensatedSums}, so that
 * it makes no difference in which order tasks end and are merged.
 */
public final class SupervisedSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SupervisedProblem problem;
  private final int lossAt;
  private final int weightAt;
  private final CompensatedSums sums;
  private transient Scratch scratch;

  /** Intermediate results of a block of n rows. */
  private static final class Scratch {
    final double[][] value;
    final double[][] slope;
    final double[][] score;
    final double[] label;
    final double[] loss;
    final double[] ones;
    final double[] delta;
    final double[] product;

    Scratch(SupervisedProblem problem, int n) {
      value = new double[problem.features()][n];
      slope = new double[problem.features()][n];
      score = new double[problem.outputs()][n];
      label = new double[n];
      loss = new double[n];
      ones = new double[n];
      Arrays.fill(ones, 1);
      delta = new double[n];
      product = new double[n];
    }
  }

  /** Empty sums. */
  public SupervisedSums(SupervisedProblem problem) {
    this.problem = problem;
    lossAt = problem.parameters();
    weightAt = lossAt + 1;
    sums = new CompensatedSums(weightAt + 1);
  }

  /** The weighted sum of losses. */
  public double loss() {
    return sums.value(lossAt);
  }

  /** The sum of weights. */
  public double weight() {
    return sums.value(weightAt);
  }

  /** The weighted sum of the losses' derivatives by one parameter. */
  public double gradient(int parameter) {
    return sums.value(parameter);
  }

  /** Adds a block of rows at these parameters, and returns this. */
  public SupervisedSums add(RowBlock block, double[] parameters) {
    int n = block.rows();
    if (scratch == null || scratch.loss.length != n) {
      scratch = new Scratch(problem, n);
    }
    forward(block, parameters);
    for (int i = 0; i < n; i++) {
      scratch.label[i] = problem.labels().of(block.label()[i]);
    }
    problem.loss().evaluate(scratch.score, scratch.label, scratch.loss);
    double[] weight = block.weight();
    if (weight != null) {
      multiply(scratch.loss, weight, scratch.loss);
      for (double[] score : scratch.score) {
        multiply(score, weight, score);
      }
      sums.add(weightAt, CompensatedSums.pairwise(weight.clone(), n));
    } else {
      sums.add(weightAt, n);
    }
    sums.add(lossAt, CompensatedSums.pairwise(scratch.loss, n));
    backward(block, parameters);
    return this;
  }

  /** Values and slopes of f, and the scores. */
  private void forward(RowBlock block, double[] p) {
    int n = block.rows();
    int d = problem.features();
    double[] x = block.x();
    for (int k = 0; k < problem.outputs(); k++) {
      Arrays.fill(scratch.score[k], p[problem.interceptsFrom() + k]);
    }
    for (int j = 0; j < d; j++) {
      double[] value = scratch.value[j];
      double[] slope = scratch.slope[j];
      double gamma = p[j];
      double beta = p[d + j];
      int from = j * n;
      for (int i = 0; i < n; i++) {
        slope[i] = Math.fma(gamma, x[from + i], beta);
      }
      if (problem.learnsSlopes()) {
        double below = p[problem.slopesFrom() + j];
        for (int i = 0; i < n; i++) {
          double z = slope[i];
          value[i] = z > 0 ? z : below * z;
          slope[i] = z > 0 ? 1 : below;
        }
      } else {
        problem.activation().values(slope, value);
        problem.activation().slopes(slope, slope);
      }
      for (int k = 0; k < problem.outputs(); k++) {
        addMultiple(scratch.score[k], p[problem.weightsFrom(k) + j], value);
      }
    }
  }

  private void backward(RowBlock block, double[] p) {
    int n = block.rows();
    int d = problem.features();
    double[] x = block.x();
    double[] product = scratch.product;
    double[] delta = scratch.delta;
    for (int k = 0; k < problem.outputs(); k++) {
      sums.add(problem.interceptsFrom() + k, dot(scratch.score[k], scratch.ones, 0));
    }
    for (int j = 0; j < d; j++) {
      Arrays.fill(delta, 0);
      for (int k = 0; k < problem.outputs(); k++) {
        int w = problem.weightsFrom(k) + j;
        sums.add(w, dot(scratch.score[k], scratch.value[j], 0));
        addMultiple(delta, p[w], scratch.score[k]);
      }
      int from = j * n;
      if (problem.learnsSlopes()) {
        for (int i = 0; i < n; i++) {
          product[i] = delta[i] * Math.min(Math.fma(p[j], x[from + i], p[d + j]), 0);
        }
        sums.add(problem.slopesFrom() + j, CompensatedSums.pairwise(product, n));
      }
      multiply(delta, scratch.slope[j], delta);
      sums.add(j, dot(delta, x, from));
      sums.add(d + j, CompensatedSums.pairwise(delta, n));
    }
  }

  /** The pairwise sum of products, the first halving of which needs no array between. */
  private double dot(double[] a, double[] b, int from) {
    double[] product = scratch.product;
    int n = a.length;
    int half = n >> 1;
    for (int i = 0; i < half; i++) {
      product[i] = a[i] * b[from + i] + a[half + i] * b[from + half + i];
    }
    double last = (n & 1) == 0 ? 0 : a[n - 1] * b[from + n - 1];
    return CompensatedSums.pairwise(product, half) + last;
  }

  private static void addMultiple(double[] to, double factor, double[] x) {
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.fma(factor, x[i], to[i]);
    }
  }

  private static void multiply(double[] a, double[] b, double[] product) {
    for (int i = 0; i < a.length; i++) {
      product[i] = a[i] * b[i];
    }
  }

  /** Adds the rows of other sums at the same parameters, and returns this. */
  public SupervisedSums merge(SupervisedSums other) {
    sums.merge(other.sums);
    return this;
  }
}
