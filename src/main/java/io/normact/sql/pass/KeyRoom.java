package io.normact.sql.pass;

import io.normact.math.key.KeyStatistics;
import java.util.Locale;

/**
 * How much statistics by key may take on a driver.
 *
 * @param model the most bytes that a model holds
 * @param heap where they are put together
 */
public record KeyRoom(long model, DriverHeap heap) {

  /**
   * So many times statistics are there, about, while they are put together and become texts; in an
   * update those of the model before, too. Reckoned.
   */
  private static final int COPIES = 4;

  /** That of models, on this virtual machine. */
  public static KeyRoom present() {
    return new KeyRoom(KeyStatistics.MOST_BYTES, DriverHeap.present());
  }

  /** The most bytes. */
  public long bytes() {
    return Math.min(model, heap.most(COPIES));
  }

  /**
   * Refuses statistics that are too large.
   *
   * @throws IllegalArgumentException if their bytes are more than the most
   */
  public void check(long keys, int features, long bytes) {
    if (bytes > model) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The statistics of %d keys and %d features take %d MB, but a model holds at most %d MB; take fewer or coarser key columns, or fewer features.",
              keys,
              features,
              bytes >> 20,
              model >> 20));
    }
    if (bytes > heap.most(COPIES)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The statistics of %d keys and %d features take %d MB, but a driver with a heap of %d MB holds at most %d MB; %s, or take fewer or coarser key columns, or fewer features.",
              keys,
              features,
              bytes >> 20,
              heap.bytes() >> 20,
              heap.most(COPIES) >> 20,
              DriverHeap.raise(bytes, COPIES)));
    }
  }
}
