package io.normact.math.array;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Locale;

/**
 * A loop of {@link Simd} behind a call that the just-in-time compiler does not look through.
 *
 * <p>One vector operation is hundreds of nodes to C2 before it becomes one instruction. Two of the
 * loops inlined into one method exceed its limit (NodeCountInliningCutoff), from where on it boxes
 * every vector on the heap, 10 times slower than without vectors. A method handle that is no
 * constant, as an element of an array never is, remains a call, which costs 5 ns a block.
 */
public final class VectorLoop {
  /** Whether arrays are computed in vector registers; see {@link VectorChoice}. */
  public static final boolean AVAILABLE =
      VectorChoice.logged(VectorChoice.Environment.ofJvm()).vectors();

  private static final MethodType MAP =
      MethodType.methodType(void.class, double[].class, double[].class, int.class);

  private static final MethodType TO_TWO =
      MethodType.methodType(void.class, double[].class, double[].class, double[].class, int.class);

  private static final MethodType OF_FOUR =
      MethodType.methodType(
          void.class, double[].class, double[].class, double[].class, double[].class, int.class);

  private static final MethodType TEST =
      MethodType.methodType(boolean.class, double[].class, int.class);

  private static final MethodType ADD =
      MethodType.methodType(
          boolean.class, double[].class, double[][].class, double[][].class, int.class);

  static final VectorLoop SCALED_EXP = new VectorLoop("scaledExp");
  static final VectorLoop EXP = new VectorLoop("exp");
  static final VectorLoop EXPM1 = new VectorLoop("expm1");
  static final VectorLoop SCALED_LOG1P = new VectorLoop("scaledLog1p");
  static final VectorLoop LOGISTIC = new VectorLoop("logistic");
  static final VectorLoop TANH = new VectorLoop("tanh");
  static final VectorLoop SCALED_GAUSSIAN = new VectorLoop("scaledGaussian");
  static final VectorLoop NORMAL_TAIL_SERIES = new VectorLoop("normalTailSeries", TO_TWO);
  static final VectorLoop SCALED_NORMAL_TAIL = new VectorLoop("scaledNormalTail", OF_FOUR);
  static final VectorLoop SCALED_NORMAL_TAIL_EXCESS =
      new VectorLoop("scaledNormalTailExcess", OF_FOUR);

  /** The arrays are the row, which is overwritten, the means, the scales and the betas. */
  public static final VectorLoop AFFINE = new VectorLoop("affine", OF_FOUR);

  static final VectorLoop ANY_NOT_FINITE = new VectorLoop("anyNotFinite", TEST);
  static final VectorLoop ANY_UNSAFE = new VectorLoop("anyUnsafe", TEST);
  static final VectorLoop ADD_TO_SUMS = new VectorLoop("addToSums", ADD);
  static final VectorLoop ADD_TO_SQUARES = new VectorLoop("addToSquares", ADD);

  private final MethodHandle[] loop = new MethodHandle[1];

  private VectorLoop(String name) {
    this(name, MAP);
  }

  private VectorLoop(String name, MethodType type) {
    loop[0] = find(name, type, AVAILABLE);
  }

  /** A loop by its name, or null without vectors. */
  static MethodHandle find(String name, MethodType type, boolean available) {
    if (!available) {
      // Without the module the class Simd cannot be linked, and nobody runs the loop.
      return null;
    }
    try {
      return MethodHandles.lookup().findStatic(Simd.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "Vector loop %s is missing.", name), e);
    }
  }

  /** The first n elements of x, n a multiple of {@link Simd#LANES}, into y, which may be x. */
  void run(double[] x, double[] y, int n) {
    try {
      loop[0].invokeExact(x, y, n);
    } catch (Throwable e) {
      throw failure(n, e);
    }
  }

  /** The same with two results. */
  void run(double[] x, double[] y, double[] z, int n) {
    try {
      loop[0].invokeExact(x, y, z, n);
    } catch (Throwable e) {
      throw failure(n, e);
    }
  }

  /** The same of four arrays; which of them receives the result, the loop says. */
  public void run(double[] x, double[] y, double[] z, double[] u, int n) {
    try {
      loop[0].invokeExact(x, y, z, u, n);
    } catch (Throwable e) {
      throw failure(n, e);
    }
  }

  /** Whether something holds for one of the first n elements of x. */
  boolean test(double[] x, int n) {
    try {
      return (boolean) loop[0].invokeExact(x, n);
    } catch (Throwable e) {
      throw failure(n, e);
    }
  }

  /** Adds a row to exact sums as {@link ErrorFree} says; the arrays are 0 beyond n. */
  boolean add(double[] x, double[][] levels, double[][] rest, int n) {
    try {
      return (boolean) loop[0].invokeExact(x, levels, rest, n);
    } catch (Throwable e) {
      throw failure(n, e);
    }
  }

  private static IllegalStateException failure(int n, Throwable cause) {
    return new IllegalStateException(
        String.format(Locale.ROOT, "Vector loop over %d elements failed.", n), cause);
  }
}
