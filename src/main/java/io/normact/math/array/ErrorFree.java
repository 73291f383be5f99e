package io.normact.math.array;

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
 * them into vector instructions. Where the module for it is there, the three that every row goes
 * through run in vector registers from start to end, see {@link VectorLoop}.
 */
public final class ErrorFree {
  /**
   * Values below this magnitude are safe to square and to weight: with 2^40 for a weight, the
   * products stay below 2^968, and 2^55 of them below 2^1023.
   */
  static final double LARGEST = 0x1p464;

  /** Values from here on are multiples of 2^-480, so their weighted squares are of 2^-1073. */
  static final double SMALLEST = 0x1p-428;

  /** The range of weights for which {@link #LARGEST} and {@link #SMALLEST} hold. */
  public static final double LARGEST_WEIGHT = 0x1p40;

  public static final double SMALLEST_WEIGHT = 0x1p-60;

  /** Sends {@link #LARGEST} and all above to infinity. */
  static final double SCALE = 0x1p560;

  /**
   * {@link #SMALLEST}, scaled: adding it rounds what is smaller to a multiple of 2^-480, scaled.
   */
  static final double SCALED_SMALLEST = SMALLEST * SCALE;

  private ErrorFree() {}

  /**
   * An array of at least so many elements. Its length is 6 modulo 8: with 16 bytes of header,
   * arrays that lie one after the other are then aligned alike to 64 bytes. Nor are the same
   * indices of two of them a few bytes apart modulo 4096, which the processor would take for one
   * address. There is room for whole vectors of {@link Simd}.
   */
  public static double[] array(int length) {
    int whole = (length + Simd.LANES - 1) & -Simd.LANES;
    return new double[whole + 6];
  }

  /** Whether the value takes part in error-free arithmetic; NaN and infinities don't. */
  public static boolean isSafe(double x) {
    double magnitude = Math.abs(x);
    return magnitude < LARGEST && (magnitude >= SMALLEST || magnitude == 0);
  }

  /**
   * Whether {@link #addSquare} may make a rounding error with some value. Let {@code u = |x|
   * 2^560}. It is infinite where x is too large. {@code (u + c) - c} differs from u where x has
   * bits below 2^-480. So {@code ((u + c) - c) - u} is 0 for safe values only.
   */
  public static boolean anyUnsafe(double[] x, double[] scratch, int n, boolean inVectors) {
    if (inVectors) {
      return VectorLoop.ANY_UNSAFE.test(x, n);
    }
    for (int i = 0; i < n; i++) {
      double u = Math.abs(x[i] * SCALE);
      scratch[i] = ((u + SCALED_SMALLEST) - SCALED_SMALLEST) - u;
    }
    return anyNonZero(scratch, n);
  }

  /** Whether an element is NaN or not 0. */
  public static boolean anyNonZero(double[] x, int n) {
    return anyNonZero(x, 1, n);
  }

  /** Whether an element times the factor is NaN or not 0. */
  public static boolean anyNonZero(double[] x, double factor, int n) {
    // A running sum or maximum of doubles is no fast vector loop, a running "or" of bits needs
    // none: with four of them, three elements are read in a cycle. The sign of a zero is shifted
    // out.
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    int i = 0;
    for (; i < n - 3; i += 4) {
      a |= Double.doubleToRawLongBits(x[i] * factor);
      b |= Double.doubleToRawLongBits(x[i + 1] * factor);
      c |= Double.doubleToRawLongBits(x[i + 2] * factor);
      d |= Double.doubleToRawLongBits(x[i + 3] * factor);
    }
    for (; i < n; i++) {
      a |= Double.doubleToRawLongBits(x[i] * factor);
    }
    return (a | b | c | d) << 1 != 0;
  }

  /** Adds x to two levels; what they can't hold comes out as the rest. Whether there is any. */
  public static boolean addToSums(
      double[] x, double[][] levels, double[][] rest, int n, boolean inVectors) {
    if (inVectors) {
      return VectorLoop.ADD_TO_SUMS.add(x, levels, rest, n);
    }
    addInto(levels[0], x, rest[0], n);
    addInto(levels[1], rest[0], rest[0], n);
    return anyNonZero(rest[0], n);
  }

  /** Adds the square of x to three levels; the rest is two terms. Whether there is any. */
  public static boolean addToSquares(
      double[] x, double[][] levels, double[][] rest, int n, boolean inVectors) {
    if (inVectors) {
      return VectorLoop.ADD_TO_SQUARES.add(x, levels, rest, n);
    }
    addSquare(levels[0], x, rest[0], rest[1], n);
    for (int k = 1; k < 3; k++) {
      addInto(levels[k], rest[0], rest[0], n);
      addInto(levels[k], rest[1], rest[1], n);
    }
    return anyNonZero(rest[0], n) || anyNonZero(rest[1], n);
  }

  /** TwoSum: what the rounding of sum = a + b took away. */
  public static double roundedOff(double a, double b, double sum) {
    double back = sum - a;
    return a - (sum - back) + (b - back);
  }

  /** TwoSum: adds a term to a level, and what is rounded away comes out. */
  public static void addInto(double[] level, double[] term, double[] out, int n) {
    for (int i = 0; i < n; i++) {
      double a = level[i];
      double b = term[i];
      double s = a + b;
      double z = s - a;
      out[i] = (a - (s - z)) + (b - z);
      level[i] = s;
    }
  }

  /** TwoProd: {@code high + low = a * b}. */
  public static void multiply(double[] a, double[] b, double[] high, double[] low, int n) {
    for (int i = 0; i < n; i++) {
      double p = a[i] * b[i];
      low[i] = Math.fma(a[i], b[i], -p);
      high[i] = p;
    }
  }

  /** Adds the square of x, {@code p + low}, to a level: {@code level + out + low} is exact. */
  private static void addSquare(double[] level, double[] x, double[] out, double[] low, int n) {
    for (int i = 0; i < n; i++) {
      double v = x[i];
      double p = v * v;
      low[i] = Math.fma(v, v, -p);
      double a = level[i];
      double s = a + p;
      double z = s - a;
      out[i] = (a - (s - z)) + (p - z);
      level[i] = s;
    }
  }
}
