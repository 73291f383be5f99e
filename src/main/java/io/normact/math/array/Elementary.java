package io.normact.math.array;

/**
 * The elementary functions that the activations are made of.
 *
 * <p>Every step is an addition, a multiplication, a fused multiply-add, a minimum or maximum, or a
 * move of bits. So the same steps give the same bits in scalar code and in vector registers, on
 * every processor and with every compiler. {@link Math#exp} promises neither.
 *
 * <p>The reduction is W. J. Cody and W. Waite's (Software Manual for the Elementary Functions,
 * 1980): e^x = 2^k e^r with k the integer nearest x / ln 2 and |r| at most ln(2)/2.
 */
public final class Elementary {
  /** Exponent of the factor that keeps e^x normal where e^x alone would underflow. */
  static final int SCALE_BITS = 256;

  /** 2^256: what {@link #scaledExp} multiplies e^x by. */
  public static final double SCALE = 0x1p256;

  public static final double UNSCALE = 0x1p-256;

  static final double LOG2_E = 1 / 0.6931471805599453;
  static final double LN2_HIGH = 0x1.62e42fefa39efp-1;
  static final double LN2_LOW = 0x1.abc9e3b39803fp-56;

  /** Adding 1.5 * 2^52 leaves the nearest integer in the low bits of a double. */
  static final double ROUND = 0x1.8p52;

  // (e^r - 1 - r) / r^2 on |r| <= ln(2)/2, degree 10, interpolated at the Chebyshev nodes in
  // 60-digit arithmetic (mpmath 1.3.0); e^r is then off by 4e-19 of itself at most.
  static final double E2 = 0.5;
  static final double E3 = 0.1666666666666667;
  static final double E4 = 0.04166666666666667;
  static final double E5 = 0.008333333333326136;
  static final double E6 = 0.0013888888888883748;
  static final double E7 = 0.00019841269874820627;
  static final double E8 = 2.4801587325547743e-05;
  static final double E9 = 2.7557255400206422e-06;
  static final double E10 = 2.75572736431103e-07;
  static final double E11 = 2.5105217004720745e-08;
  static final double E12 = 2.0914686968086876e-09;

  /** 1 / sqrt(2 pi), and what rounding took away from it. */
  static final double DENSITY_0 = 0.3989422804014327;

  static final double DENSITY_0_LOW = -2.49232720227773e-17;

  private Elementary() {}

  /** e^r - 1 for |r| up to ln(2)/2; Estrin's order of evaluation. */
  private static double reducedExpm1(double r) {
    double r2 = r * r;
    double r4 = r2 * r2;
    double a = Math.fma(Math.fma(E5, r, E4), r2, Math.fma(E3, r, E2));
    double b = Math.fma(Math.fma(E9, r, E8), r2, Math.fma(E7, r, E6));
    double c = Math.fma(E12, r2, Math.fma(E11, r, E10));
    double q = Math.fma(Math.fma(c, r4, b), r4, a);
    return Math.fma(r2, q, r);
  }

  private static double reduce(double x, double k) {
    return Math.fma(k, -LN2_LOW, Math.fma(k, -LN2_HIGH, x));
  }

  /** 2^k from the bits of k + ROUND, for normal results only. */
  private static double powerOfTwo(double rounded, int extra) {
    return Double.longBitsToDouble((Double.doubleToRawLongBits(rounded) + 1023 + extra) << 52);
  }

  /**
   * 2^256 e^x, for x up to 500. Below -886 it stays at 2^256 e^-886, which is as good as zero:
   * times 2^-256 it underflows.
   */
  public static double scaledExp(double x) {
    double a = Math.max(x, -886.0);
    double rounded = Math.fma(a, LOG2_E, ROUND);
    double m = 1 + reducedExpm1(reduce(a, rounded - ROUND));
    return m * powerOfTwo(rounded, SCALE_BITS);
  }

  /** e^x for every x. */
  static double exp(double x) {
    double a = Math.min(Math.max(x, -746.0), 710.0);
    double k = Math.fma(a, LOG2_E, ROUND) - ROUND;
    double m = 1 + reducedExpm1(reduce(a, k));
    // In two steps, since 2^k alone may overflow or underflow where e^x does not.
    double half = Math.fma(k, 0.5, ROUND);
    double rest = k - (half - ROUND) + ROUND;
    return m * powerOfTwo(half, 0) * powerOfTwo(rest, 0);
  }

  /** e^x - 1 for x up to 700; the zeros keep their signs. */
  static double expm1(double x) {
    double a = Math.max(x, -44.0);
    double rounded = Math.fma(a, LOG2_E, ROUND);
    double p = reducedExpm1(reduce(a, rounded - ROUND));
    double s = powerOfTwo(rounded, 0);
    return withSignOf(x, Math.fma(s, p, s - 1));
  }

  /** 1 for x above 0, else 0; NaN for NaN. */
  public static double step(double x) {
    // Two factors: the least subnormal number times 2^1023 is still below 1.
    return Math.min(Math.max(x, 0) * 0x1p1000 * 0x1p100, 1);
  }

  /**
   * 2^256 times the slope of the logistic function at z, {@code e / (1 + e)^2}, from t = 2^256 e
   * with e = e^-|z|.
   */
  public static double scaledLogisticSlope(double t) {
    return t / squareOfOneAnd(t * UNSCALE);
  }

  /** (1 + e)^2 for e from 0 to 1, with what the rounding of 1 + e took away put back. */
  public static double squareOfOneAnd(double e) {
    double d = 1 + e;
    double low = 1 - d + e;
    return Math.fma(d, d, 2 * low * d);
  }

  /** 0 for x up to 0 and 1 above, but for numbers next to 0, where it lies between. */
  public static double beginning(double x) {
    return Math.min(Math.max(x * 0x1p1000, 0), 1);
  }

  /**
   * From t = 2^256 e with e = e^-|z|: 2^256 for z above zero, t below. Over (1 + e) it is the
   * logistic function of z, times 2^256. Near z = 0, where the first factor is not yet large, e is
   * 1.
   */
  public static double logisticNumerator(double z, double t) {
    return Math.max(t, Math.min(z * 0x1p1000, SCALE));
  }

  // (artanh(z)/z - 1) / z^2 in w = z^2 on [0, 1/9], degree 9, made as above; off by 7.5e-18.
  // Times -2 and the scale, as scaledLog1p takes it.
  private static final double L_SCALE = -0x1p257;
  static final double L0 = L_SCALE * 0.3333333333333333;
  static final double L1 = L_SCALE * 0.20000000000007292;
  static final double L2 = L_SCALE * 0.1428571428355438;
  static final double L3 = L_SCALE * 0.11111111358713932;
  static final double L4 = L_SCALE * 0.09090894718066429;
  static final double L5 = L_SCALE * 0.07692785032479312;
  static final double L6 = L_SCALE * 0.06657072104827468;
  static final double L7 = L_SCALE * 0.06000536404795356;
  static final double L8 = L_SCALE * 0.04400369243072337;
  static final double L9 = L_SCALE * 0.08082022805971766;

  /** 2^256 ln(1 + e^x) for x up to 0. */
  static double scaledLog1pExp(double x) {
    return scaledLog1p(scaledExp(x));
  }

  /**
   * 2^256 ln(1 + e) from t = 2^256 e, e in [0, 1]. With z = e / (2 + e) it is 2 artanh(z) = e - z
   * (e - (2 artanh(z) / z - 2)), as in fdlibm: e is exact, and of the errors of z less than half
   * counts.
   */
  static double scaledLog1p(double t) {
    double e = t * UNSCALE;
    // -z, which spares a negation later, as the sign of the coefficients does.
    double z = e / (-2 - e);
    double w = z * z;
    double w2 = w * w;
    double w4 = w2 * w2;
    double a = Math.fma(Math.fma(L3, w, L2), w2, Math.fma(L1, w, L0));
    double b = Math.fma(Math.fma(L7, w, L6), w2, Math.fma(L5, w, L4));
    double series = Math.fma(Math.fma(Math.fma(L9, w, L8), w4, b), w4, a);
    return Math.fma(z, Math.fma(w, series, t), t);
  }

  /** 1 / (1 + e^-x) for every x. */
  static double logistic(double x) {
    // Both terms times 2^-64, so that e^-x stays finite until the quotient underflows.
    double a = Math.min(Math.max(0 - x, -600.0), 750.0);
    double rounded = Math.fma(a, LOG2_E, ROUND);
    double m = 1 + reducedExpm1(reduce(a, rounded - ROUND));
    return 0x1p-64 / (0x1p-64 + m * powerOfTwo(rounded, -64));
  }

  /** tanh(x) for every x; the zeros keep their signs. */
  static double tanh(double x) {
    // tanh(|x|) = -h / (1 + h) with h = (e^(-2|x|) - 1) / 2 from -1/2 to 0, written as
    // h (h / (1 + h)) - h, in which the errors of the quotient count half at most.
    double a = Math.max(-2 * Math.abs(x), -44.0);
    double rounded = Math.fma(a, LOG2_E, ROUND);
    double p = reducedExpm1(reduce(a, rounded - ROUND));
    double s = powerOfTwo(rounded, -1);
    double h = Math.fma(s, p, s - 0.5);
    return withSignOf(x, Math.fma(h / (-1 - h), h, h));
  }

  /** The number with the sign bit of x. */
  private static double withSignOf(double x, double magnitude) {
    return Double.longBitsToDouble(
        (Double.doubleToRawLongBits(magnitude) & Long.MAX_VALUE)
            | (Double.doubleToRawLongBits(x) & Long.MIN_VALUE));
  }

  // (a + 4) e^(a^2/2) erfc(a/sqrt(2)) / 2 for a from 0 to 39, degree 22 in (a - 4) / (a + 4),
  // interpolated at the Chebyshev nodes in 70-digit arithmetic (mpmath 1.3.0); off by 3.7e-17
  // of itself at most. The variable is that of M. M. Shepherd and J. G. Laframboise, Math. Comp.
  // 36 (1981).
  static final double R0 = 0.7552851304157515;
  static final double R1 = -0.6078966419718917;
  static final double R2 = 0.38713740074221886;
  static final double R3 = -0.18652185795969417;
  static final double R4 = 0.06039657489069947;
  static final double R5 = -0.007540188965593059;
  static final double R6 = -0.0034796923622425332;
  static final double R7 = 0.0016308184418903596;
  static final double R8 = 0.00013334425401904912;
  static final double R9 = -0.0002310948183193762;
  static final double R10 = -1.9078665316613576e-06;
  static final double R11 = 3.5144181157760973e-05;
  static final double R12 = 7.150055959216099e-07;
  static final double R13 = -5.918892731763236e-06;
  static final double R14 = -6.25132104047868e-07;
  static final double R15 = 1.0198048518135172e-06;
  static final double R16 = 2.6368248576407624e-07;
  static final double R17 = -1.5426320536771075e-07;
  static final double R18 = -7.63808205349045e-08;
  static final double R19 = 1.457859334703646e-08;
  static final double R20 = 1.392402399350171e-08;
  static final double R21 = 7.26954547902669e-11;
  static final double R22 = -9.653425420228504e-10;

  /**
   * The coefficients, from that of q^0 on, of {@code (a + 4) e^(a^2/2)} times the normal
   * distribution function of -a, in {@code q = (a - 4) / (a + 4)}, for a from 0 to 39.
   */
  public static double[] normalTailCoefficients() {
    return new double[] {
      R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11, R12, R13, R14, R15, R16, R17, R18, R19, R20,
      R21, R22
    };
  }

  /** 1 / (a + 4), rounded. */
  private static double normalTailReciprocal(double a) {
    return 1 / (a + 4);
  }

  /** What r = {@link #normalTailReciprocal} has to be multiplied by to be exact, less 1. */
  private static double reciprocalError(double a, double r) {
    double d = a + 4;
    return Math.fma(-r, d, 1) - r * (a - (d - 4));
  }

  /** (a - 4) / (a + 4) = 1 - 8 / (a + 4). */
  private static double normalTailVariable(double r, double error) {
    double r8 = -8 * r;
    return Math.fma(r8, error, r8 + 1);
  }

  /** What the rounding of q took away. */
  private static double normalTailVariableLow(double r, double error, double q) {
    double r8 = -8 * r;
    double q0 = r8 + 1;
    return Math.fma(r8, error, (q0 - q) + (r8 - (q0 - 1)));
  }

  /** The polynomial without its first two coefficients, over q^2. */
  private static double normalTailSeries(double q) {
    double q2 = q * q;
    double q4 = q2 * q2;
    double q8 = q4 * q4;
    double c2 = Math.fma(Math.fma(R5, q, R4), q2, Math.fma(R3, q, R2));
    double c6 = Math.fma(Math.fma(R9, q, R8), q2, Math.fma(R7, q, R6));
    double c10 = Math.fma(Math.fma(R13, q, R12), q2, Math.fma(R11, q, R10));
    double c14 = Math.fma(Math.fma(R17, q, R16), q2, Math.fma(R15, q, R14));
    double c18 = Math.fma(Math.fma(R21, q, R20), q2, Math.fma(R19, q, R18));
    double high = Math.fma(Math.fma(R22, q4, c18), q8, Math.fma(c14, q4, c10));
    return Math.fma(high, q8, Math.fma(c6, q4, c2));
  }

  /** 2^256 e^(-a^2/2) of the rounded square. */
  static double scaledGaussian(double a) {
    return scaledExp(-0.5 * (a * a));
  }

  /**
   * 2^256 times (the normal distribution function of -a, less density * a e^(-a^2/2)), for a from 0
   * to 39, density being a number of two doubles. What is rounded on the way is carried along, but
   * for the errors of the exponential and of {@link #normalTailSeries}.
   */
  private static double scaledNormalTail(double a, double density, double densityLow) {
    double r = normalTailReciprocal(a);
    double error = reciprocalError(a, r);
    double q = normalTailVariable(r, error);
    double qLow = normalTailVariableLow(r, error, q);
    double u = normalTailSeries(q);
    double v = Math.fma(q, u, R1);
    double vLow = Math.fma(q, u, R1 - v);
    double high = Math.fma(q, v, R0);
    // The last term is qLow times the slope of the polynomial, roughly.
    double low = Math.fma(qLow, Math.fma(q, u, v), Math.fma(q, vLow, Math.fma(q, v, R0 - high)));
    double tail = high * r;
    double tailLow = Math.fma(r, Math.fma(high, error, low), Math.fma(high, r, -tail));
    double t = Math.fma(a, -density, tail);
    double tLow = Math.fma(a, -densityLow, tailLow);
    double g = scaledGaussian(a);
    double gLow = g * (-0.5 * Math.fma(a, a, -(a * a)));
    return Math.fma(t, g, Math.fma(t, gLow, tLow * g));
  }

  /** 2^256 times the normal distribution function of -a, for a from 0 to 39. */
  static double scaledNormalTail(double a) {
    return scaledNormalTail(a, 0, 0);
  }

  /** 2^256 times (distribution function of -a, less a times density), for a from 0 to 39. */
  static double scaledNormalTailExcess(double a) {
    return scaledNormalTail(a, DENSITY_0, DENSITY_0_LOW);
  }
}
