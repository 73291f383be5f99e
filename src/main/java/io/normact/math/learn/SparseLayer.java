package io.normact.math.learn;

import io.normact.math.exact.CompensatedSums;
import java.util.Arrays;

/**
 * A {@link Layer} over {@link SparseRows}. All rows start from the score of a row that stores
 * nothing, and each stored value adds what it makes different. On the way back the derivatives by
 * the scores are added up once, over all rows. A feature subtracts those of the rows that store it.
 * The rest belongs to its zeros.
 */
final class SparseLayer implements Layer {
  private final SupervisedProblem problem;
  private final SparseRows block;

  /** Of each stored value. */
  private final double[] value;

  private final double[] slope;

  /** Of each feature's zeros; 0 where there are none. */
  private final double[] zeroValue;

  private final double[] zeroSlope;

  private final double[] delta;
  private final double[] product;

  SparseLayer(SupervisedProblem problem, SparseRows block) {
    this.problem = problem;
    this.block = block;
    value = new double[block.x().length];
    slope = new double[block.x().length];
    zeroValue = new double[problem.features()];
    zeroSlope = new double[problem.features()];
    delta = new double[block.rows()];
    product = new double[block.rows()];
  }

  @Override
  public void forward(double[] p, double[][] score) {
    int d = problem.features();
    int[] from = block.from();
    for (int j = 0; j < d; j++) {
      zeroSlope[j] = Math.fma(p[j], block.zero()[j], p[d + j]);
      for (int v = from[j]; v < from[j + 1]; v++) {
        slope[v] = Math.fma(p[j], block.x()[v], p[d + j]);
      }
    }
    activate(p);
    for (int j = 0; j < d; j++) {
      if (block.absent()[j] == 0) {
        zeroValue[j] = 0;
        zeroSlope[j] = 0;
      }
    }
    for (int k = 0; k < problem.outputs(); k++) {
      int w = problem.weightsFrom(k);
      double nothing = p[problem.interceptsFrom() + k];
      for (int j = 0; j < d; j++) {
        nothing = Math.fma(p[w + j], zeroValue[j], nothing);
      }
      double[] s = score[k];
      Arrays.fill(s, nothing);
      for (int j = 0; j < d; j++) {
        for (int v = from[j]; v < from[j + 1]; v++) {
          int i = block.row()[v];
          s[i] = Math.fma(p[w + j], value[v] - zeroValue[j], s[i]);
        }
      }
    }
  }

  /** Replaces inputs by values and slopes. */
  private void activate(double[] p) {
    if (problem.learnsSlopes()) {
      for (int j = 0; j < problem.features(); j++) {
        double below = p[problem.slopesFrom() + j];
        Layer.rectify(below, slope, value, block.from()[j], block.from()[j + 1]);
        Layer.rectify(below, zeroSlope, zeroValue, j, j + 1);
      }
    } else {
      problem.activation().values(slope, value);
      problem.activation().slopes(slope, slope);
      problem.activation().values(zeroSlope, zeroValue);
      problem.activation().slopes(zeroSlope, zeroSlope);
    }
  }

  @Override
  public void backward(double[] p, double[][] score, CompensatedSums sums) {
    double[] all = new double[problem.outputs()];
    for (int k = 0; k < all.length; k++) {
      all[k] = CompensatedSums.pairwise(score[k].clone(), block.rows());
      sums.add(problem.interceptsFrom() + k, all[k]);
    }
    int d = problem.features();
    for (int j = 0; j < d; j++) {
      int from = block.from()[j];
      int n = block.from()[j + 1] - from;
      boolean zeros = block.absent()[j] > 0;
      double ofZeros = 0;
      Arrays.fill(delta, 0, n, 0);
      for (int k = 0; k < all.length; k++) {
        int w = problem.weightsFrom(k) + j;
        for (int v = 0; v < n; v++) {
          double s = score[k][block.row()[from + v]];
          product[v] = s * value[from + v];
          delta[v] = Math.fma(p[w], s, delta[v]);
        }
        sums.add(w, CompensatedSums.pairwise(product, n));
        if (zeros) {
          double rest = all[k] - stored(score[k], from, n);
          sums.add(w, zeroValue[j] * rest);
          ofZeros = Math.fma(p[w], rest, ofZeros);
        }
      }
      if (problem.learnsSlopes()) {
        for (int v = 0; v < n; v++) {
          product[v] = delta[v] * below(p, j, block.x()[from + v]);
        }
        int at = problem.slopesFrom() + j;
        sums.add(at, CompensatedSums.pairwise(product, n));
        sums.add(at, ofZeros * below(p, j, block.zero()[j]));
      }
      for (int v = 0; v < n; v++) {
        delta[v] *= slope[from + v];
        product[v] = delta[v] * block.x()[from + v];
      }
      ofZeros *= zeroSlope[j];
      sums.add(j, CompensatedSums.pairwise(product, n));
      sums.add(j, ofZeros * block.zero()[j]);
      sums.add(d + j, CompensatedSums.pairwise(delta, n));
      sums.add(d + j, ofZeros);
    }
  }

  /** The sum over the rows that store a feature. */
  private double stored(double[] score, int from, int n) {
    for (int v = 0; v < n; v++) {
      product[v] = score[block.row()[from + v]];
    }
    return CompensatedSums.pairwise(product, n);
  }

  /** What of an input lies below zero. */
  private double below(double[] p, int feature, double x) {
    return Math.min(Math.fma(p[feature], x, p[problem.features() + feature]), 0);
  }
}
