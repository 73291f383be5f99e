package io.normact.math;

import io.normact.math.array.Elementary;
import io.normact.math.array.Primitive;
import io.normact.math.array.Scratch;
import java.math.BigDecimal;
import java.math.MathContext;
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

    /** All sums are of several doubles, since x - tau may cancel. */
    private static void project(double[] x, double[] y, double max) {
      double[] sorted = x.clone();
      Arrays.sort(sorted);
      Excess excess = new Excess(sorted, max);
      int k = 1;
      excess.include();
      while (k < x.length && excess.of(sorted[x.length - 1 - k]) > 0) {
        excess.include();
        k++;
      }
      for (int i = 0; i < x.length; i++) {
        y[i] = Math.max(excess.of(x[i]), 0);
      }
    }

    /**
     * How far elements are above tau, with tau such that what the greatest ones so far have above
     * it is 1.
     */
    private static final class Excess {
      /** Differences of numbers up to 1 whose two doubles keep too few bits if they are smaller. */
      private static final double DOUBTFUL = 0x1p-48;

      private final double[] sorted;
      private final double max;
      private int count;

      // The sum of the included elements, less max each, less 1.
      private double high = -1;
      private double low;
      private double lowest;
      private boolean rounded;

      private double tauHigh;
      private double tauLow;

      /** 1 less the first elements, exactly; made when it is needed. */
      private BigDecimal rest = BigDecimal.ONE;

      private int subtracted;

      Excess(double[] sorted, double max) {
        this.sorted = sorted;
        this.max = max;
      }

      private double element(int rank) {
        return sorted[sorted.length - 1 - rank];
      }

      void include() {
        double z = element(count++);
        double d = z - max;
        add(d);
        addLow(differenceError(z, max, d));
        tauHigh = high / count;
        tauLow = (Math.fma(-tauHigh, count, high) + (low + lowest)) / count;
      }

      private void add(double term) {
        double s = high + term;
        double back = s - high;
        double error = high - (s - back) + (term - back);
        high = s;
        addLow(error);
      }

      private void addLow(double term) {
        double s = low + term;
        double back = s - low;
        lowest += low - (s - back) + (term - back);
        low = s;
        rounded |= term != 0;
      }

      double of(double x) {
        double d = x - max;
        double e = differenceError(x, max, d);
        double excess = d - tauHigh + (e - tauLow);
        return Math.abs(excess) < DOUBTFUL && (rounded || e != 0 || tauLow != 0)
            ? exactly(x)
            : excess;
      }

      private double exactly(double x) {
        while (subtracted < count) {
          rest = rest.subtract(new BigDecimal(element(subtracted++)));
        }
        BigDecimal divisor = BigDecimal.valueOf(count);
        return new BigDecimal(x)
            .multiply(divisor)
            .add(rest)
            .divide(divisor, MathContext.DECIMAL128)
            .doubleValue();
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
