package io.normact.math;

/** Whether numbers are neither NaN nor infinite. */
public final class FiniteValues {

  private FiniteValues() {}

  /**
   * Whether all of them are: x * 0 is a zero for a finite x, else NaN.
   *
   * <p>Neither a branch a value nor a running sum of doubles, each of which waits for the one
   * before: four running "or"s of bits read three values in a cycle. The sign of a zero is shifted
   * out at the end.
   */
  public static boolean all(double[] x) {
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    int i = 0;
    for (; i < x.length - 3; i += 4) {
      a |= Double.doubleToRawLongBits(x[i] * 0);
      b |= Double.doubleToRawLongBits(x[i + 1] * 0);
      c |= Double.doubleToRawLongBits(x[i + 2] * 0);
      d |= Double.doubleToRawLongBits(x[i + 3] * 0);
    }
    for (; i < x.length; i++) {
      a |= Double.doubleToRawLongBits(x[i] * 0);
    }
    return (a | b | c | d) << 1 == 0;
  }
}
