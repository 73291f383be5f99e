package io.normact;

import java.util.Arrays;
import java.util.List;

/** Times of several things that take turns, so that what else the machine does falls on all. */
final class Rounds {

  private Rounds() {}

  /** The milliseconds of each in each round after the warm-up, each on a heap just collected. */
  static double[][] millis(List<? extends Runnable> contenders, int warmUp, int rounds) {
    double[][] times = new double[contenders.size()][rounds];
    for (int round = -warmUp; round < rounds; round++) {
      for (int i = 0; i < times.length; i++) {
        System.gc();
        long start = System.nanoTime();
        contenders.get(i).run();
        if (round >= 0) {
          times[i][round] = (System.nanoTime() - start) / 1e6;
        }
      }
    }
    return times;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
