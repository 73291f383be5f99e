package io.normact.math.array;

/**
 * Arrays of one thread, a block long each. To allocate and to clear them in every call would cost
 * more than the exponentials in between. They are there so that a loop reads one array and writes
 * another: C2 turns a loop into vector instructions only where the two cannot be one.
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
