package io.normact.math;

/**
 * Arrays of one thread, a block long each: to allocate and to clear them in every call would cost
 * more than the exponentials in between, and loops over arrays that cannot be one and the same are
 * the ones that C2 turns into vector instructions.
 */
final class Scratch {
  /** Elements at a time: few enough to stay in the first-level cache; whole vectors. */
  static final int BLOCK = 512;

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  final double[] inputs = new double[BLOCK];
  final double[] results = new double[BLOCK];
  final double[] first = new double[BLOCK];
  final double[] second = new double[BLOCK];
  final double[] third = new double[BLOCK];

  private Scratch() {}

  static Scratch ofThread() {
    return OF_THREAD.get();
  }
}
