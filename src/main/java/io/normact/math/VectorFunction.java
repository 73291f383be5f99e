package io.normact.math;

import io.normact.math.array.Elementary;
import io.normact.math.array.Primitive;
import io.normact.math.array.Scratch;
import java.util.Arrays;
import java.util.Locale;

/**
 * Functions of a whole vector. Any NaN makes all elements NaN; an element at infinity takes all the
 * mass, several share it equally, and so do elements that are all minus infinity. Of a {@link
 * VectorNormalization} that is said there. The empty vector stays empty.
 */
sealed interface VectorFunction extends ActivationFunction
    permits VectorFunction.Softmax,
        VectorFunction.Softmin,
        VectorFunction.LogSoftmax,
        VectorFunction.Sparsemax,
        VectorFunction.Hardmax,
        VectorNormalization {
  @Override
  default boolean elementwise() {
    return false;
  }

  @Override
  default double value(double x) {
    double[] one = {x};
    values(one, one);
    return one[0];
  }

  @Override
  default double slope(double x) {
    throw noSlopes(this);
  }

  @Override
  default void slopes(double[] x, double[] y) {
    throw noSlopes(this);
  }

  @Override
  default double infimum() {
    return 0;
  }

  @Override
  default double supremum() {
    return 1;
  }

  /** Exponentials over their sum. */
  @Formula("e^x[i] / sum e^x[j]")
  record Softmax() implements VectorFunction {
    @Override
    public void values(double[] x, double[] y) {
      softmax(x, y, 1);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Softmax of -x. */
  @Formula("e^-x[i] / sum e^-x[j]")
  record Softmin() implements VectorFunction {
    @Override
    public void values(double[] x, double[] y) {
      softmax(x, y, -1);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Logarithm of softmax, accurate near 0 too. */
  @Formula("x[i] - ln(sum e^x[j])")
  record LogSoftmax() implements VectorFunction {
    @Override
    public void values(double[] x, double[] y) {
      int n = x.length;
      int top = indexOfMaximum(x, 1);
      if (top < 0) {
        Arrays.fill(y, 0, n, Double.NaN);
      } else if (n > 0 && Double.isInfinite(x[top])) {
        shareAmong(x, y, x[top]);
        for (int i = 0; i < n; i++) {
          y[i] = StrictMath.log(y[i]);
        }
      } else if (n > 0) {
        double max = x[top];
        double[] t = new double[n];
        scaledExponentials(x, t, max, 1);
        t[top] = 0;
        double others = sum(t, n);
        double logOfSum = StrictMath.log1p(others * Elementary.UNSCALE);
        for (int i = 0; i < n; i++) {
          double d = x[i] - max;
          y[i] = d + (differenceError(x[i], max, d) - logOfSum);
        }
        // Exactly 0 only if nothing else has mass; else an underflow from below is -0.
        y[top] = others == 0 ? 0 : -logOfSum;
      }
    }

    @Override
    public double infimum() {
      return Double.NEGATIVE_INFINITY;
    }

    @Override
    public double supremum() {
      return 0;
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** Nearest point of the probability simplex. Martins and Astudillo, 2016. */
  @Formula("max(x[i] - tau, 0) with tau such that the sum is 1")
  record Sparsemax() implements VectorFunction {
    @Override
    public void values(double[] x, double[] y) {
      int n = x.length;
      int top = indexOfMaximum(x, 1);
      if (top < 0) {
        Arrays.fill(y, 0, n, Double.NaN);
      } else if (n > 0 && Double.isInfinite(x[top])) {
        shareAmong(x, y, x[top]);
      } else if (n > 0) {
        project(x, y, x[top]);
      }
    }

    /** All sums are of two doubles, since x - tau may cancel. */
    private static void project(double[] x, double[] y, double max) {
      double[] sorted = x.clone();
      Arrays.sort(sorted);
      double high = -1;
      double low = 0;
      double tauHigh = 0;
      double tauLow = 0;
      for (int k = 1; k <= x.length; k++) {
        double z = sorted[x.length - k];
        double d = z - max;
        double e = differenceError(z, max, d);
        if (k > 1 && !(d - tauHigh + (e - tauLow) > 0)) {
          break;
        }
        double s = high + d;
        double back = s - high;
        low += high - (s - back) + (d - back) + e;
        high = s;
        tauHigh = high / k;
        tauLow = (Math.fma(-tauHigh, k, high) + low) / k;
      }
      for (int i = 0; i < x.length; i++) {
        double d = x[i] - max;
        y[i] = Math.max(d - tauHigh + (differenceError(x[i], max, d) - tauLow), 0);
      }
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /**
   * 1 at the greatest element, 0 at the others: operator Hardmax of ONNX. Of several that are equal
   * the first is taken.
   */
  @Formula("1 at the first x[i] that is greatest, else 0")
  record Hardmax() implements VectorFunction {
    @Override
    public void values(double[] x, double[] y) {
      int n = x.length;
      int top = indexOfMaximum(x, 1);
      Arrays.fill(y, 0, n, top < 0 ? Double.NaN : 0);
      if (top >= 0 && n > 0) {
        y[top] = 1;
      }
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  private static UnsupportedOperationException noSlopes(VectorFunction function) {
    return new UnsupportedOperationException(
        String.format(
            Locale.ROOT,
            "Activation function %s has a matrix of slopes: expected an elementwise function.",
            function));
  }

  private static void softmax(double[] x, double[] y, double sign) {
    int n = x.length;
    int top = indexOfMaximum(x, sign);
    if (top < 0) {
      Arrays.fill(y, 0, n, Double.NaN);
    } else if (n > 0 && Double.isInfinite(x[top])) {
      shareAmong(x, y, x[top]);
    } else if (n > 0) {
      scaledExponentials(x, y, x[top], sign);
      double total = sum(y, n) * Elementary.UNSCALE;
      for (int i = 0; i < n; i++) {
        y[i] = y[i] / total * Elementary.UNSCALE;
      }
    }
  }

  /** Where sign * x is greatest: 0 for an empty array, -1 if there is a NaN. */
  private static int indexOfMaximum(double[] x, double sign) {
    int top = 0;
    for (int i = 0; i < x.length; i++) {
      if (Double.isNaN(x[i])) {
        return -1;
      }
      if (sign * x[i] > sign * x[top]) {
        top = i;
      }
    }
    return top;
  }

  /** Equal shares of 1 for the elements that equal an infinity, 0 for the others. */
  private static void shareAmong(double[] x, double[] y, double infinity) {
    int count = 0;
    for (double element : x) {
      count += element == infinity ? 1 : 0;
    }
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] == infinity ? 1.0 / count : 0;
    }
  }

  /** 2^256 e^(sign * (x - top)), the difference taken with all its digits. */
  private static void scaledExponentials(double[] x, double[] y, double top, double sign) {
    Scratch scratch = Scratch.ofThread();
    double[] u = scratch.inputs;
    double[] t = scratch.results;
    for (int from = 0; from < x.length; from += Scratch.BLOCK) {
      int n = Math.min(Scratch.BLOCK, x.length - from);
      System.arraycopy(x, from, u, 0, n);
      for (int i = 0; i < n; i++) {
        t[i] = sign * (u[i] - top);
      }
      Primitive.SCALED_EXP.of(t, n);
      for (int i = 0; i < n; i++) {
        double low = sign * differenceError(u[i], top, u[i] - top);
        // Beyond 1 the difference is so large that the exponential is 0.
        double refined = Math.fma(t[i], Math.max(-1, Math.min(low, 1)), t[i]);
        y[from + i] = Double.isInfinite(u[i]) ? 0 : refined;
      }
    }
  }

  /** What the rounding of d = a - b took away. */
  static double differenceError(double a, double b, double d) {
    double back = d - a;
    return Double.isInfinite(d) ? 0 : a - (d - back) - (b + back);
  }

  /** Neumaier's compensated sum. */
  private static double sum(double[] terms, int n) {
    double sum = 0;
    double low = 0;
    for (int i = 0; i < n; i++) {
      double term = terms[i];
      double s = sum + term;
      double back = s - sum;
      low += sum - (s - back) + (term - back);
      sum = s;
    }
    return sum + low;
  }
}
