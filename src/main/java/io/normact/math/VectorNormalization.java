package io.normact.math;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * A whole vector by its own size. Any NaN makes all elements NaN. Infinite elements outgrow the
 * finite ones alike, whatever epsilon is: the vector is as one of 1, -1 and 0. A vector that is
 * zero, or constant where the mean is subtracted, becomes zero, with epsilon 0 too.
 *
 * <p>Sums are compensated, and a vector that is very large or small is first multiplied by a power
 * of two, so nothing overflows or loses its digits on the way.
 */
sealed interface VectorNormalization extends VectorFunction {

  /** Squares of magnitudes from 2^-300 to 2^300 and their sums are free of over- and underflow. */
  int PLAIN_EXPONENT = 300;

  /** Writes what x becomes; x is free of NaN and of infinities, and not empty. */
  void normalize(double[] x, double[] y, double epsilon);

  /** What is added to a mean of squares; 0 if nothing is. */
  default double epsilon() {
    return 0;
  }

  @Override
  default double infimum() {
    return Double.NEGATIVE_INFINITY;
  }

  @Override
  default double supremum() {
    return Double.POSITIVE_INFINITY;
  }

  @Override
  default void values(double[] x, double[] y) {
    int n = x.length;
    double largest = largest(x, n);
    if (Double.isNaN(largest)) {
      Arrays.fill(y, 0, n, Double.NaN);
    } else if (largest == Double.POSITIVE_INFINITY) {
      double[] directions = new double[n];
      for (int i = 0; i < n; i++) {
        directions[i] = Double.isInfinite(x[i]) ? Math.signum(x[i]) : 0;
      }
      normalize(directions, y, 0);
    } else if (n > 0) {
      int exponent = Math.getExponent(Math.max(largest, Math.sqrt(epsilon())));
      if (Math.abs(exponent) < PLAIN_EXPONENT && !isNearlySubnormal(x, n)) {
        normalize(x, y, epsilon());
      } else {
        // Far above 1, so that no small element loses digits that its result has.
        int power = Math.min(PLAIN_EXPONENT - 1 - exponent, Double.MAX_EXPONENT);
        double factor = Math.scalb(1.0, power);
        double[] scaled = new double[n];
        for (int i = 0; i < n; i++) {
          scaled[i] = x[i] * factor;
        }
        normalize(scaled, y, epsilon() * factor * factor);
      }
    }
  }

  /**
   * Mean 0 and variance 1 within the vector, as {@code torch.nn.LayerNorm} and Keras's
   * LayerNormalization without weights. Ba et al., 2016.
   */
  @Formula("(x[i] - mean(x)) / sqrt(variance(x) + epsilon)")
  record LayerNorm(@Parameter(defaultValue = 1e-5, atLeast = 0) double epsilon)
      implements VectorNormalization {
    /** Elements that are nearer to the mean keep too few bits of two doubles. */
    private static final double DOUBTFUL = 0x1p-48;

    public LayerNorm {
      Definition.of(LayerNorm.class).check(epsilon);
    }

    /** x less the mean of two doubles, which counts from the first element. */
    private static double centred(double x, double first, double mean, double meanLow) {
      double d = x - first;
      double e = VectorFunction.differenceError(x, first, d);
      double centred = d - mean;
      return centred + (VectorFunction.differenceError(d, mean, centred) + (e - meanLow));
    }

    /** The same exactly, but for one rounding. */
    private static double centred(double x, BigDecimal total, int n) {
      BigDecimal count = BigDecimal.valueOf(n);
      return new BigDecimal(x)
          .multiply(count)
          .subtract(total)
          .divide(count, MathContext.DECIMAL128)
          .doubleValue();
    }

    private static BigDecimal total(double[] x, int n) {
      BigDecimal total = BigDecimal.ZERO;
      for (int i = 0; i < n; i++) {
        total = total.add(new BigDecimal(x[i]));
      }
      return total;
    }

    @Override
    public void normalize(double[] x, double[] y, double addend) {
      int n = x.length;
      // Differences from one element, since what all have in common would cost digits of the mean.
      double first = x[0];
      double high = 0;
      double low = 0;
      double lowest = 0;
      double widest = 0;
      boolean rounded = false;
      for (int i = 0; i < n; i++) {
        double d = x[i] - first;
        double sum = high + d;
        double back = sum - high;
        double error = high - (sum - back) + (d - back);
        high = sum;
        double lows = low + error;
        back = lows - low;
        lowest += low - (lows - back) + (error - back);
        low = lows;
        double rest = VectorFunction.differenceError(x[i], first, d);
        lows = low + rest;
        back = lows - low;
        lowest += low - (lows - back) + (rest - back);
        low = lows;
        widest = Math.max(widest, Math.abs(d));
        rounded |= error != 0 || rest != 0;
      }
      double mean = high / n;
      double meanLow = (Math.fma(-mean, n, high) + (low + lowest)) / n;
      double doubtful = rounded || meanLow != 0 ? widest * DOUBTFUL : 0;
      BigDecimal total = null;
      for (int i = 0; i < n && total == null; i++) {
        total = Math.abs(centred(x[i], first, mean, meanLow)) < doubtful ? total(x, n) : null;
      }
      for (int i = 0; i < n; i++) {
        double centred = centred(x[i], first, mean, meanLow);
        y[i] = Math.abs(centred) < doubtful ? centred(x[i], total, n) : centred;
      }
      divide(y, y, n, Math.sqrt(squares(y, n) / n + addend));
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /**
   * Mean square 1 within the vector, as {@code torch.nn.RMSNorm} and Keras's RMSNormalization
   * without weights; epsilon is that of Keras. Zhang and Sennrich, 2019.
   */
  @Formula("x[i] / sqrt(mean(x^2) + epsilon)")
  record RmsNorm(@Parameter(defaultValue = 1e-6, atLeast = 0) double epsilon)
      implements VectorNormalization {
    public RmsNorm {
      Definition.of(RmsNorm.class).check(epsilon);
    }

    @Override
    public void normalize(double[] x, double[] y, double addend) {
      int n = x.length;
      divide(x, y, n, Math.sqrt(squares(x, n) / n + addend));
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /**
   * Norm 1, as Keras's UnitNormalization, {@code torch.nn.functional.normalize} and Spark's
   * Normalizer. A p in the thousands is as good as the greatest magnitude.
   */
  @Formula("x[i] / (sum |x[j]|^p)^(1 / p)")
  record UnitNorm(@Parameter(defaultValue = 2, atLeast = 1) double p)
      implements VectorNormalization {
    public UnitNorm {
      Definition.of(UnitNorm.class).check(p);
    }

    @Override
    public double infimum() {
      return -1;
    }

    @Override
    public double supremum() {
      return 1;
    }

    @Override
    public void normalize(double[] x, double[] y, double addend) {
      int n = x.length;
      divide(x, y, n, p == 2 ? Math.sqrt(squares(x, n)) : norm(x, n));
    }

    private double norm(double[] x, int n) {
      double largest = p == 1 ? 1 : largest(x, n);
      if (largest == 0) {
        return 0;
      }
      double sum = 0;
      double low = 0;
      for (int i = 0; i < n; i++) {
        double a = Math.abs(x[i]) / largest;
        double term = p == 1 ? a : StrictMath.pow(a, p);
        double s = sum + term;
        double back = s - sum;
        low += sum - (s - back) + (term - back);
        sum = s;
      }
      return p == 1 ? sum + low : largest * StrictMath.pow(sum + low, 1 / p);
    }

    @Override
    public String toString() {
      return definition().text(this);
    }
  }

  /** The greatest magnitude of the first n elements; NaN if one is. */
  private static double largest(double[] x, int n) {
    double largest = 0;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    return largest;
  }

  /** Whether an element has bits so low that a difference from a mean would lose some. */
  private static boolean isNearlySubnormal(double[] x, int n) {
    boolean found = false;
    for (int i = 0; i < n; i++) {
      found |= x[i] != 0 && Math.abs(x[i]) < 0x1p-960;
    }
    return found;
  }

  /** The sum of squares, compensated. */
  private static double squares(double[] x, int n) {
    double sum = 0;
    double low = 0;
    for (int i = 0; i < n; i++) {
      double square = x[i] * x[i];
      double s = sum + square;
      double back = s - sum;
      low += sum - (s - back) + (square - back);
      sum = s;
    }
    return sum + low;
  }

  /** Elements over a size; those of size 0 are all 0 already. */
  private static void divide(double[] x, double[] y, int n, double size) {
    double divisor = size == 0 ? 1 : size;
    for (int i = 0; i < n; i++) {
      y[i] = x[i] / divisor;
    }
  }
}
