package io.normact.math;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/**
 * The loops of {@link Simd} over a row as it comes in, behind calls for the reason that {@link
 * VectorLoop} gives. They take the first n features, n a multiple of {@link Simd#LANES}.
 */
final class VectorRow {
  private static final MethodType TEST =
      MethodType.methodType(boolean.class, double[].class, int.class);

  private static final MethodType AFFINE =
      MethodType.methodType(
          void.class, double[].class, double[].class, double[].class, double[].class, int.class);

  /** No constants to the compiler, as elements of an array. */
  private static final MethodHandle[] LOOPS = {
    VectorLoop.find("anyNotFinite", TEST, VectorLoop.AVAILABLE),
    VectorLoop.find("anyUnsafe", TEST, VectorLoop.AVAILABLE),
    VectorLoop.find("affine", AFFINE, VectorLoop.AVAILABLE)
  };

  private VectorRow() {}

  /** {@link FiniteValues}: whether one of them is NaN or infinite. */
  static boolean anyNotFinite(double[] x, int n) {
    return test(LOOPS[0], x, n);
  }

  /** {@link ErrorFree#anyUnsafe}; x is 0 beyond n, which need be no multiple. */
  static boolean anyUnsafe(double[] x, int n) {
    return test(LOOPS[1], x, n);
  }

  /** {@link Normalization}, in place. */
  static void affine(double[] x, double[] mean, double[] scale, double[] beta, int n) {
    try {
      LOOPS[2].invokeExact(x, mean, scale, beta, n);
    } catch (Throwable e) {
      throw VectorLoop.failure(n, e);
    }
  }

  private static boolean test(MethodHandle loop, double[] x, int n) {
    try {
      return (boolean) loop.invokeExact(x, n);
    } catch (Throwable e) {
      throw VectorLoop.failure(n, e);
    }
  }
}
