package io.normact.math;

/** Whether numbers are neither NaN nor infinite. */
public final class FiniteValues {

  private FiniteValues() {}

  /** Whether all of them are: x * 0 is a zero for a finite x, else NaN. */
  public static boolean all(double[] x) {
    return !ErrorFree.anyNonZero(x, 0, x.length);
  }
}
