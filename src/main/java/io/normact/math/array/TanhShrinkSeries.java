package io.normact.math.array;

/** The polynomial for (a - tanh(a)) / a^3 in w = a^2, for |a| up to 1. */
public final class TanhShrinkSeries {

  // On [0, 1], of degree 15, interpolated at the Chebyshev nodes in
  // 60-digit arithmetic (mpmath 1.3.0); off by 1.4e-17 of itself at most.
  private static final double C0 = 0.3333333333333333;
  private static final double C1 = -0.1333333333333309;
  private static final double C2 = 0.05396825396804637;
  private static final double C3 = -0.02186948852912909;
  private static final double C4 = 0.008863235404578283;
  private static final double C5 = -0.003592126679366341;
  private static final double C6 = 0.0014558246920964941;
  private static final double C7 = -0.0005899792946300052;
  private static final double C8 = 0.00023895705228738225;
  private static final double C9 = -9.646277743313181e-05;
  private static final double C10 = 3.8389607893147334e-05;
  private static final double C11 = -1.4606131676715378e-05;
  private static final double C12 = 4.987760317520347e-06;
  private static final double C13 = -1.3791814499083342e-06;
  private static final double C14 = 2.6330772232959337e-07;
  private static final double C15 = -2.5155023659382105e-08;

  private TanhShrinkSeries() {}

  /** Its coefficients, from that of w^0 on. */
  public static double[] coefficients() {
    return new double[] {C0, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13, C14, C15};
  }

  /** Its value, in Estrin's order. */
  public static double of(double w) {
    double w2 = w * w;
    double w4 = w2 * w2;
    double a = Math.fma(Math.fma(C4, w, C3), w2, Math.fma(C2, w, C1));
    double b = Math.fma(Math.fma(C8, w, C7), w2, Math.fma(C6, w, C5));
    double d = Math.fma(Math.fma(C12, w, C11), w2, Math.fma(C10, w, C9));
    double e = Math.fma(C15, w2, Math.fma(C14, w, C13));
    // The first coefficient last: only this rounding counts in full.
    return Math.fma(Math.fma(Math.fma(e, w4, d), w4 * w4, Math.fma(b, w4, a)), w, C0);
  }
}
