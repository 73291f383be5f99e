package io.normact.math;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/** Whether numbers are neither NaN nor infinite. */
public final class FiniteValues {

  /** Behind a call for the reason that {@link VectorLoop} gives. */
  private static final MethodHandle[] ANY_NOT_FINITE = {
    VectorLoop.find(
        "anyNotFinite",
        MethodType.methodType(boolean.class, double[].class, int.class),
        VectorLoop.AVAILABLE)
  };

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
    try {
      return !(boolean) ANY_NOT_FINITE[0].invokeExact(x, whole);
    } catch (Throwable e) {
      throw VectorLoop.failure(whole, e);
    }
  }
}
