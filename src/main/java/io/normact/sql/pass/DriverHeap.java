package io.normact.sql.pass;

import java.util.Locale;

/**
 * The heap of a driver, for what is there in several copies while it is put together, saved or
 * loaded. What does not fit is refused before anything dies of it.
 *
 * @param bytes the most that the virtual machine takes
 */
public record DriverHeap(long bytes) {

  /** What Spark keeps for itself, and what sessions and classes take. */
  private static final long RESERVED = 300L << 20;

  /** So few bytes are held by any heap that a session runs in. */
  private static final long ALWAYS_HELD = 2 << 20;

  /** The heap of this virtual machine. */
  public static DriverHeap present() {
    return new DriverHeap(Runtime.getRuntime().maxMemory());
  }

  /** The most bytes of what is there in so many copies. */
  public long most(int copies) {
    return Math.max(bytes - RESERVED, 0) / copies;
  }

  /** Whether there is room for so many copies of so many bytes. */
  public boolean holds(long bytes, int copies) {
    return bytes <= Math.max(most(copies), ALWAYS_HELD);
  }

  /**
   * The error of what this heap does not hold.
   *
   * @param takes what it is and how much it takes, as the message begins
   * @param does what a driver does with it
   */
  public IllegalArgumentException refusal(String takes, long bytes, int copies, String does) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s, but a driver with a heap of %d MB %s at most %d MB; %s.",
            takes,
            this.bytes >> 20,
            does,
            most(copies) >> 20,
            raise(bytes, copies)));
  }

  /**
   * How to get a heap for so many bytes, in messages. A twentieth more is asked for, since the
   * first check knows the least size alone.
   */
  public static String raise(long bytes, int copies) {
    return String.format(
        Locale.ROOT,
        "raise spark.driver.memory to %dm or more (-Xmx, where the session runs in a JVM of yours)",
        ((RESERVED + copies * (bytes + bytes / 20)) >> 20) + 1);
  }
}
