package io.normact.math.learn;

import io.normact.math.exact.CompensatedSums;
import java.util.Arrays;

/** A {@link Layer} over {@link DenseRows}; serves one block of so many rows after the other. */
final class DenseLayer implements Layer {
  private final SupervisedProblem problem;
  private final double[][] value;
  private final double[][] slope;
  private final double[] ones;
  private final double[] delta;
  private final double[] product;
  private DenseRows block;

  DenseLayer(SupervisedProblem problem, int rows) {
    this.problem = problem;
    value = new double[problem.features()][rows];
    slope = new double[problem.features()][rows];
    ones = new double[rows];
    Arrays.fill(ones, 1);
    delta = new double[rows];
    product = new double[rows];
  }

  /** Whether it serves blocks of so many rows. */
  boolean serves(int rows) {
    return ones.length == rows;
  }

  /** Turns to a block, and returns this. */
  DenseLayer of(DenseRows next) {
    block = next;
    return this;
  }

  @Override
  public void forward(double[] p, double[][] score) {
    int n = block.rows();
    int d = problem.features();
    double[] x = block.x();
    for (int k = 0; k < problem.outputs(); k++) {
      Arrays.fill(score[k], p[problem.interceptsFrom() + k]);
    }
    for (int j = 0; j < d; j++) {
      double gamma = p[j];
      double beta = p[d + j];
      int from = j * n;
      for (int i = 0; i < n; i++) {
        slope[j][i] = Math.fma(gamma, x[from + i], beta);
      }
      if (problem.learnsSlopes()) {
        Layer.rectify(p[problem.slopesFrom() + j], slope[j], value[j], 0, n);
      } else {
        problem.activation().values(slope[j], value[j]);
        problem.activation().slopes(slope[j], slope[j]);
      }
      for (int k = 0; k < problem.outputs(); k++) {
        addMultiple(score[k], p[problem.weightsFrom(k) + j], value[j]);
      }
    }
  }

  @Override
  public void backward(double[] p, double[][] score, CompensatedSums sums) {
    int n = block.rows();
    int d = problem.features();
    double[] x = block.x();
    for (int k = 0; k < problem.outputs(); k++) {
      sums.add(problem.interceptsFrom() + k, dot(score[k], ones, 0));
    }
    for (int j = 0; j < d; j++) {
      Arrays.fill(delta, 0);
      for (int k = 0; k < problem.outputs(); k++) {
        int w = problem.weightsFrom(k) + j;
        sums.add(w, dot(score[k], value[j], 0));
        addMultiple(delta, p[w], score[k]);
      }
      int from = j * n;
      if (problem.learnsSlopes()) {
        for (int i = 0; i < n; i++) {
          product[i] = delta[i] * Math.min(Math.fma(p[j], x[from + i], p[d + j]), 0);
        }
        sums.add(problem.slopesFrom() + j, CompensatedSums.pairwise(product, n));
      }
      for (int i = 0; i < n; i++) {
        delta[i] *= slope[j][i];
      }
      sums.add(j, dot(delta, x, from));
      sums.add(d + j, CompensatedSums.pairwise(delta, n));
    }
  }

  /** The pairwise sum of products, the first halving of which needs no array between. */
  private double dot(double[] a, double[] b, int from) {
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
}
