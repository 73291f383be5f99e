package io.normact.math.array;

/** Whether numbers are neither NaN nor infinite. */
public final class FiniteValues {

  private FiniteValues() {}

  /** Whether all of them are: x * 0 is a zero for a finite x, else NaN. */
  public static boolean all(double[] x) {
    return all(x, x.length);
  }

  /** Whether the first n of them are. */
  public static boolean all(double[] x, int n) {
    return all(x, n, VectorLoop.AVAILABLE);
  }

  /** The same of the first n, with or without vector registers. */
  public static boolean all(double[] x, int n, boolean inVectors) {
    if (!inVectors) {
      return !ErrorFree.anyNonZero(x, 0, n);
    }
    int whole = n & -Simd.LANES;
    for (int i = whole; i < n; i++) {
      if (!Double.isFinite(x[i])) {
        return false;
      }
    }
    return !VectorLoop.ANY_NOT_FINITE.test(x, whole);
  }
}
