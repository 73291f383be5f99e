package io.normact.math.learn;

import io.normact.math.exact.CompensatedSums;
import java.io.Serializable;

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
  private transient DenseLayer dense;

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
    Layer layer =
        block instanceof SparseRows sparse
            ? new SparseLayer(problem, sparse)
            : dense((DenseRows) block);
    double[][] score = new double[problem.outputs()][n];
    layer.forward(parameters, score);
    double[] label = new double[n];
    for (int i = 0; i < n; i++) {
      label[i] = problem.labels().of(block.label()[i]);
    }
    double[] loss = new double[n];
    problem.loss().evaluate(score, label, loss);
    double[] weight = block.weight();
    if (weight != null) {
      multiply(loss, weight);
      for (double[] s : score) {
        multiply(s, weight);
      }
      sums.add(weightAt, CompensatedSums.pairwise(weight.clone(), n));
    } else {
      sums.add(weightAt, n);
    }
    sums.add(lossAt, CompensatedSums.pairwise(loss, n));
    layer.backward(parameters, score, sums);
    return this;
  }

  private DenseLayer dense(DenseRows block) {
    if (dense == null || !dense.serves(block.rows())) {
      dense = new DenseLayer(problem, block.rows());
    }
    return dense.of(block);
  }

  private static void multiply(double[] x, double[] factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= factor[i];
    }
  }

  /** Adds the rows of other sums at the same parameters, and returns this. */
  public SupervisedSums merge(SupervisedSums other) {
    sums.merge(other.sums);
    return this;
  }
}
