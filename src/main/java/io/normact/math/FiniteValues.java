package io.normact.math;

/** Whether numbers are neither NaN nor infinite. */
public final class FiniteValues {

  private FiniteValues() {}

  /** Whether all of them are: x * 0 is a zero for a finite x, else NaN. */
  public static boolean all(double[] x) {
    return all(x, VectorLoop.AVAILABLE);
  }

  /** The same with or without vector registers. */
  static boolean all(double[] x, boolean inVectors) {
    if (!inVectors) {
      return !ErrorFree.anyNonZero(x, 0, x.length);
    }
    int whole = x.length & -Simd.LANES;
    for (int i = whole; i < x.length; i++) {
      if (!Double.isFinite(x[i])) {
        return false;
      }
    }
    return !VectorRow.anyNotFinite(x, whole);
  }
}
