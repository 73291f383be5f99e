package io.normact.math.array;

/**
 * Arrays of one thread, a block long each: to allocate and to clear them in every call would cost
 * more than the exponentials in between, and loops over arrays that cannot be one and the same are
 * the ones that C2 turns into vector instructions.
 */
public final class Scratch {
  /** Elements at a time: few enough to stay in the first-level cache; whole vectors. */
  public static final int BLOCK = 512;

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  public final double[] inputs = new double[BLOCK];
  public final double[] results = new double[BLOCK];
  public final double[] first = new double[BLOCK];
  final double[] second = new double[BLOCK];
  final double[] third = new double[BLOCK];

  private Scratch() {}

  public static Scratch ofThread() {
    return OF_THREAD.get();
  }
}
