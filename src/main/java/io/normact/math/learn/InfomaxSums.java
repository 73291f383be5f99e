package io.normact.math.learn;

import io.normact.math.ActivationFunction;
import io.normact.math.exact.CompensatedSums;
import java.io.Serializable;

/**
 * What one pass over the rows tells about the logistic fit of some columns, each at a gamma and
 * beta of its own. With {@code z = gamma * u + beta}, {@code t = tanh(z / 2)} and {@code v = (1 -
 * t^2) / 2}, weighted sums over the rows of
 *
 * <pre>  log s'(z) = -|z| - 2 log(1 + e^-|z|),    t,    z t,    v,    z v,    z^2 v</pre>
 *
 * <p>where s is the logistic function: {@code d log s' / dz = -t} and {@code dt / dz = v}, so the
 * gradient and Hessian are combinations of these. They don't depend on the order of rows, nor on
 * how these are split up, as far as {@link CompensatedSums} says.
 */
public final class InfomaxSums implements Serializable {
  private static final long serialVersionUID = 1L;

  static final int LOG_SLOPE = 0;
  static final int T = 1;
  static final int ZT = 2;
  static final int V = 3;
  static final int ZV = 4;
  static final int ZZV = 5;
  private static final int SUMS = 6;

  private static final ActivationFunction TANH = ActivationFunction.parse("tanh");
  private static final ActivationFunction LOG_SIGMOID = ActivationFunction.parse("log_sigmoid");

  private final CompensatedSums sums;
  private transient double[][] scratch;
  private transient Terms terms;

  /** Values of sparse rows are computed so many at a time, whatever features they are of. */
  private static final int TERMS = 4096;

  /** Values of sparse rows, on their way into the sums. */
  private static final class Terms {
    final int[] column = new int[TERMS];
    final double[] z = new double[TERMS];
    final double[] times = new double[TERMS];
    final double[] timesLow = new double[TERMS];
    final double[] t = new double[TERMS];
    final double[] p = new double[TERMS];
    int n;
  }

  /** Empty sums of so many columns. */
  public InfomaxSums(int columns) {
    sums = new CompensatedSums(SUMS * columns);
  }

  /** One of the sums of the column in this place of {@link InfomaxFit#active()}. */
  double sum(int column, int quantity) {
    return sums.value(SUMS * column + quantity);
  }

  /**
   * Adds a block's rows, and returns this.
   *
   * @param columns the features that take part; the rest is skipped
   * @param gamma for each of those, what its values are multiplied by
   * @param beta for each of those, what is added then
   */
  public InfomaxSums add(RowBlock block, int[] columns, double[] gamma, double[] beta) {
    if (block instanceof SparseRows sparse) {
      addSparse(sparse, columns, gamma, beta);
    } else {
      addDense((DenseRows) block, columns, gamma, beta);
    }
    return this;
  }

  private void addDense(DenseRows block, int[] columns, double[] gamma, double[] beta) {
    for (int c = 0; c < columns.length; c++) {
      int feature = columns[c];
      int from = feature * block.rows();
      if (block.isIncomplete(feature)) {
        addValid(block, from, c, gamma[c], beta[c]);
      } else {
        add(block.x(), from, block.weight(), block.rows(), c, gamma[c], beta[c]);
      }
    }
  }

  private void addSparse(SparseRows block, int[] columns, double[] gamma, double[] beta) {
    if (terms == null) {
      terms = new Terms();
    }
    double[] weight = block.weight();
    double[] low = block.absentLow();
    for (int c = 0; c < columns.length; c++) {
      int feature = columns[c];
      for (int v = block.from()[feature]; v < block.from()[feature + 1]; v++) {
        double value = block.x()[v];
        if (!Double.isNaN(value)) {
          double times = weight == null ? 1 : weight[block.row()[v]];
          put(c, Math.fma(gamma[c], value, beta[c]), times, 0);
        }
      }
      double absent = block.absent()[feature];
      if (absent > 0) {
        double z = Math.fma(gamma[c], block.zero()[feature], beta[c]);
        put(c, z, absent, low == null ? 0 : low[feature]);
      }
    }
    addTerms();
  }

  private void put(int column, double z, double times, double timesLow) {
    if (terms.n == TERMS) {
      addTerms();
    }
    terms.column[terms.n] = column;
    terms.z[terms.n] = z;
    terms.times[terms.n] = times;
    terms.timesLow[terms.n] = timesLow;
    terms.n++;
  }

  /** Adds the terms that were put, each as often as it counts, products unrounded. */
  private void addTerms() {
    double[] t = terms.t;
    double[] p = terms.p;
    for (int i = 0; i < TERMS; i++) {
      t[i] = 0.5 * terms.z[i];
      p[i] = -Math.abs(terms.z[i]);
    }
    TANH.values(t, t);
    LOG_SIGMOID.values(p, p);
    for (int i = 0; i < terms.n; i++) {
      double z = terms.z[i];
      double v = 0.5 * Math.fma(-t[i], t[i], 1);
      double zv = z * v;
      int at = SUMS * terms.column[i];
      double times = terms.times[i];
      double low = terms.timesLow[i];
      add(at + LOG_SLOPE, 2 * p[i] + Math.abs(z), times, low);
      add(at + ZT, z * t[i], times, low);
      add(at + T, t[i], times, low);
      add(at + ZZV, z * zv, times, low);
      add(at + ZV, zv, times, low);
      add(at + V, v, times, low);
    }
    terms.n = 0;
  }

  private void add(int sum, double term, double times, double low) {
    sums.add(sum, term, times);
    if (low != 0) {
      sums.add(sum, term * low);
    }
  }

  private void addValid(DenseRows block, int from, int column, double gamma, double beta) {
    double[] x = new double[block.rows()];
    double[] weight = block.weight() == null ? null : new double[block.rows()];
    int n = 0;
    for (int i = 0; i < block.rows(); i++) {
      double value = block.x()[from + i];
      if (!Double.isNaN(value)) {
        x[n] = value;
        if (weight != null) {
          weight[n] = block.weight()[i];
        }
        n++;
      }
    }
    if (n > 0) {
      add(x, 0, weight, n, column, gamma, beta);
    }
  }

  private void add(
      double[] x, int from, double[] weight, int n, int column, double gamma, double beta) {
    if (scratch == null || scratch[0].length != n) {
      scratch = new double[5][n];
    }
    double[] z = scratch[0];
    double[] t = scratch[1];
    double[] v = scratch[2];
    double[] p = scratch[3];
    double[] low = scratch[4];
    for (int i = 0; i < n; i++) {
      double value = Math.fma(gamma, x[from + i], beta);
      z[i] = value;
      t[i] = 0.5 * value;
      p[i] = -Math.abs(value);
    }
    TANH.values(t, t);
    LOG_SIGMOID.values(p, p);
    int at = SUMS * column;
    for (int i = 0; i < n; i++) {
      p[i] = 2 * p[i] + Math.abs(z[i]);
      v[i] = 0.5 * Math.fma(-t[i], t[i], 1);
    }
    if (weight != null) {
      // t and v carry the weight from here on, and so do all products of them.
      for (int i = 0; i < n; i++) {
        p[i] *= weight[i];
        t[i] *= weight[i];
        v[i] *= weight[i];
      }
    }
    sums.addAll(at + LOG_SLOPE, p, low, n);
    multiply(z, t, p, n);
    sums.addAll(at + ZT, p, low, n);
    sums.addAll(at + T, t, low, n);
    multiply(z, v, p, n);
    multiply(z, p, t, n);
    sums.addAll(at + ZZV, t, low, n);
    sums.addAll(at + ZV, p, low, n);
    sums.addAll(at + V, v, low, n);
  }

  private static void multiply(double[] a, double[] b, double[] product, int n) {
    for (int i = 0; i < n; i++) {
      product[i] = a[i] * b[i];
    }
  }

  /** Adds the rows of other sums of the same columns, and returns this. */
  public InfomaxSums merge(InfomaxSums other) {
    sums.merge(other.sums);
    return this;
  }
}
