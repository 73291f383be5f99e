package io.normact.math;

/**
 * Error-free transformations of whole arrays: every rounding error is itself a double and is kept.
 *
 * <p>TwoSum (D. E. Knuth, The Art of Computer Programming 2, section 4.2.2): {@code s = fl(a + b)},
 * {@code z = fl(s - a)}, {@code e = fl((a - fl(s - z)) + (b - z))} gives {@code s + e = a + b}
 * exactly, whatever the order of magnitude of a and b, as long as nothing overflows. TwoProd with a
 * fused multiply-add: {@code p = fl(a b)}, {@code e = fma(a, b, -p)} gives {@code p + e = a b}
 * exactly, as long as nothing overflows and no bit falls below 2^-1074. T. Ogita, S. M. Rump, S.
 * Oishi, Accurate Sum and Dot Product, SIAM J. Sci. Comput. 26 (2005).
 *
 * <p>The loops are straight, free of branches and use one index, so that the JIT compiler turns
 * them into vector instructions.
 */
final class ErrorFree {
  /**
   * Values below this magnitude are safe to square and to weight: with 2^40 for a weight, the
   * products stay below 2^968, and 2^55 of them below 2^1023.
   */
  static final double LARGEST = 0x1p464;

  /** Values from here on are multiples of 2^-480, so their weighted squares are of 2^-1073. */
  static final double SMALLEST = 0x1p-428;

  /** The range of weights for which {@link #LARGEST} and {@link #SMALLEST} hold. */
  static final double LARGEST_WEIGHT = 0x1p40;

  static final double SMALLEST_WEIGHT = 0x1p-60;

  /** Sends {@link #LARGEST} and all above to infinity. */
  private static final double SCALE = 0x1p560;

  /**
   * {@link #SMALLEST}, scaled: adding it rounds what is smaller to a multiple of 2^-480, scaled.
   */
  private static final double SCALED_SMALLEST = SMALLEST * SCALE;

  private ErrorFree() {}

  /** Whether the value takes part in error-free arithmetic; NaN and infinities don't. */
  static boolean isSafe(double x) {
    double magnitude = Math.abs(x);
    return magnitude < LARGEST && (magnitude >= SMALLEST || magnitude == 0);
  }

  /**
   * False if every value is free of rounding errors in {@link #addSquares}; true if one may not be:
   * {@code u = |x| 2^560} is infinite where x is too large, and {@code (u + c) - c} differs from u
   * where x has bits below 2^-480, so {@code ((u + c) - c) - u} is 0 for safe values only.
   */
  static boolean anyUnsafe(double[] x, double[] scratch, int n) {
    for (int i = 0; i < n; i++) {
      double u = Math.abs(x[i] * SCALE);
      scratch[i] = ((u + SCALED_SMALLEST) - SCALED_SMALLEST) - u;
    }
    return anyNonZero(scratch, n);
  }

  /** Whether an element is NaN or not 0; the array is overwritten. */
  static boolean anyNonZero(double[] x, int n) {
    // Folding the upper half onto the lower is a vector loop, a running maximum would not be.
    // A sum of magnitudes is never rounded to 0, and NaN stays NaN.
    int length = n;
    while (length > 32) {
      int half = length >> 1;
      int upper = length - half;
      for (int i = 0; i < half; i++) {
        x[i] = Math.abs(x[i]) + Math.abs(x[i + upper]);
      }
      length = upper;
    }
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += Math.abs(x[i]);
    }
    return sum != 0;
  }

  /** Adds a term to one level of the sums and leaves what was rounded away in the term. */
  static void addInto(double[] level, double[] term, int n) {
    for (int i = 0; i < n; i++) {
      double a = level[i];
      double b = term[i];
      double s = a + b;
      double z = s - a;
      term[i] = (a - (s - z)) + (b - z);
      level[i] = s;
    }
  }

  /** {@code high + low = a * b}. */
  static void multiply(double[] a, double[] b, double[] high, double[] low, int n) {
    for (int i = 0; i < n; i++) {
      double p = a[i] * b[i];
      low[i] = Math.fma(a[i], b[i], -p);
      high[i] = p;
    }
  }

  /**
   * Adds x to the expansion s0 + s1 and x squared to q0 + q1 + q2. What does not fit is left in r
   * (of the sum), g and h (of the squares), mostly zeros.
   */
  static void addSquares(
      double[] x,
      double[] s0,
      double[] s1,
      double[] q0,
      double[] q1,
      double[] q2,
      double[] r,
      double[] g,
      double[] h,
      int n) {
    for (int i = 0; i < n; i++) {
      double v = x[i];
      double a = s0[i];
      double s = a + v;
      double z = s - a;
      double e = (a - (s - z)) + (v - z);
      s0[i] = s;
      a = s1[i];
      s = a + e;
      z = s - a;
      r[i] = (a - (s - z)) + (e - z);
      s1[i] = s;

      double p = v * v;
      double l = Math.fma(v, v, -p);
      a = q0[i];
      s = a + p;
      z = s - a;
      e = (a - (s - z)) + (p - z);
      q0[i] = s;

      a = q1[i];
      s = a + e;
      z = s - a;
      e = (a - (s - z)) + (e - z);
      a = s;
      s = a + l;
      z = s - a;
      l = (a - (s - z)) + (l - z);
      q1[i] = s;

      a = q2[i];
      s = a + e;
      z = s - a;
      g[i] = (a - (s - z)) + (e - z);
      a = s;
      s = a + l;
      z = s - a;
      h[i] = (a - (s - z)) + (l - z);
      q2[i] = s;
    }
  }
}
