package io.normact.math;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/**
 * The loops of {@link Simd} that add rows to exact sums, behind calls for the reason that {@link
 * VectorLoop} gives. Arrays are as long as n rounded up to {@link Simd#LANES}, and 0 beyond n.
 */
final class VectorSums {
  private static final MethodType ADD =
      MethodType.methodType(
          boolean.class, double[].class, double[][].class, double[][].class, int.class);

  /** No constants to the compiler, as elements of an array. */
  private static final MethodHandle[] LOOPS = {
    VectorLoop.find("addToSums", ADD, VectorLoop.AVAILABLE),
    VectorLoop.find("addToSquares", ADD, VectorLoop.AVAILABLE)
  };

  private VectorSums() {}

  /** {@link ErrorFree#addToSums}. */
  static boolean addToSums(double[] x, double[][] levels, double[][] rest, int n) {
    return add(LOOPS[0], x, levels, rest, n);
  }

  /** {@link ErrorFree#addToSquares}. */
  static boolean addToSquares(double[] x, double[][] levels, double[][] rest, int n) {
    return add(LOOPS[1], x, levels, rest, n);
  }

  private static boolean add(
      MethodHandle loop, double[] x, double[][] levels, double[][] rest, int n) {
    try {
      return (boolean) loop.invokeExact(x, levels, rest, n);
    } catch (Throwable e) {
      throw VectorLoop.failure(n, e);
    }
  }
}
