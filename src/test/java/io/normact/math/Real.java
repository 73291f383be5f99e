package io.normact.math;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A number {@code m * 2^e} with a mantissa of {@link #BITS} bits, and the elementary functions of
 * it: a reference for what is computed in doubles, with which it shares nothing. Each operation is
 * off by a few units of its last bit, so that three quarters of the bits may cancel before a double
 * made of the rest is wrong.
 */
final class Real implements Comparable<Real> {
  private static final int BITS = 224;

  /** Beyond this an exponential is out of the range of doubles, whatever it is multiplied by. */
  private static final int FAR = 6000;

  private static final String PI_DIGITS =
      "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534";
  private static final String LN2_DIGITS =
      "0.69314718055994530941723212145817656807550013436025525412068000949339362196969471560586332699";

  static final Real ZERO = new Real(BigInteger.ZERO, 0);
  static final Real ONE = of(1);
  static final Real TWO = of(2);
  static final Real PI = of(PI_DIGITS);
  private static final Real LN2 = of(LN2_DIGITS);

  private final BigInteger m;
  private final int e;

  private Real(BigInteger m, int e) {
    this.m = m;
    this.e = e;
  }

  private static Real rounded(BigInteger m, int e) {
    int excess = m.bitLength() - BITS;
    // Cut rather than rounded: a unit of the last bit at most.
    return excess > 0 ? new Real(m.shiftRight(excess), e + excess) : new Real(m, e);
  }

  /** The number that a finite double is. */
  static Real of(double x) {
    long bits = Double.doubleToRawLongBits(x);
    int exponent = Math.max(Math.getExponent(x), Double.MIN_EXPONENT);
    long fraction = bits & 0xfffffffffffffL;
    long hidden = Math.abs(x) < Double.MIN_NORMAL ? 0 : 1L << 52;
    BigInteger mantissa = BigInteger.valueOf(fraction | hidden);
    return new Real(bits < 0 ? mantissa.negate() : mantissa, exponent - 52);
  }

  /** The number nearest to a decimal one. */
  static Real of(String decimal) {
    BigDecimal x = new BigDecimal(decimal);
    Real digits = rounded(x.unscaledValue(), 0);
    return digits.over(rounded(BigInteger.TEN.pow(x.scale()), 0));
  }

  Real plus(Real other) {
    if (m.signum() == 0) {
      return other;
    }
    if (other.m.signum() == 0) {
      return this;
    }
    int gap = e - other.e;
    if (gap < 0) {
      return other.plus(this);
    }
    // What is this far below has no part in the sum.
    if (order() - other.order() > 2 * BITS) {
      return this;
    }
    return rounded(m.shiftLeft(gap).add(other.m), other.e);
  }

  Real minus(Real other) {
    return plus(other.negated());
  }

  Real plus(double other) {
    return plus(of(other));
  }

  Real minus(double other) {
    return plus(of(-other));
  }

  Real times(Real other) {
    return rounded(m.multiply(other.m), e + other.e);
  }

  Real times(double other) {
    return times(of(other));
  }

  Real squared() {
    return times(this);
  }

  Real over(Real other) {
    int shift = Math.max(0, BITS + other.m.bitLength() - m.bitLength() + 1);
    return rounded(m.shiftLeft(shift).divide(other.m), e - shift - other.e);
  }

  Real over(double other) {
    return over(of(other));
  }

  Real negated() {
    return new Real(m.negate(), e);
  }

  Real abs() {
    return m.signum() < 0 ? negated() : this;
  }

  /** Times a power of two. */
  Real scaled(int power) {
    return new Real(m, e + power);
  }

  Real power(Real exponent) {
    return sign() == 0 ? ZERO : ln().times(exponent).exp();
  }

  int sign() {
    return m.signum();
  }

  Real sqrt() {
    int shift = Math.max(0, 2 * BITS - m.bitLength()) + (e & 1);
    shift += (e - shift) & 1;
    return rounded(m.shiftLeft(shift).sqrt(), (e - shift) / 2);
  }

  @Override
  public int compareTo(Real other) {
    return minus(other).sign();
  }

  /** The exponent k of 2^k up to |this|, that up to 2^(k + 1); least for zero. */
  private int order() {
    return m.signum() == 0 ? Integer.MIN_VALUE / 2 : m.abs().bitLength() - 1 + e;
  }

  Real exp() {
    if (order() > 13) {
      return ONE.scaled(sign() * FAR * 2);
    }
    // e^x = 2^k (e^(r/64))^64
    int k = (int) Math.rint(toDouble() / Math.log(2));
    Real power = minus(LN2.times(k)).scaled(-6).series().plus(ONE);
    for (int i = 0; i < 6; i++) {
      power = power.squared();
    }
    return power.scaled(k);
  }

  Real expm1() {
    return order() < -3 ? series() : exp().minus(ONE);
  }

  /** e^this - 1 by its power series. */
  private Real series() {
    Real sum = ZERO;
    Real term = this;
    for (int n = 2; term.sign() != 0 && term.order() > order() - BITS; n++) {
      sum = sum.plus(term);
      term = term.times(this).over(n);
    }
    return sum;
  }

  /** ln(this), for numbers above 0. */
  Real ln() {
    int k = order();
    return LN2.times(k).plus(scaled(-k).minus(ONE).logarithmSeries());
  }

  /** ln(1 + this), for numbers above -1. */
  Real log1p() {
    return order() < -1 ? logarithmSeries() : plus(ONE).ln();
  }

  /** ln(1 + this) for numbers from -1/2 to 1: 2 artanh(z), z = this / (2 + this). */
  private Real logarithmSeries() {
    Real z = over(plus(TWO));
    Real square = z.squared();
    Real sum = ZERO;
    Real power = z;
    for (int n = 1; power.sign() != 0 && power.order() > z.order() - BITS; n += 2) {
      sum = sum.plus(power.over(n));
      power = power.times(square);
    }
    return sum.scaled(1);
  }

  /** The density of the normal distribution. */
  Real normalDensity() {
    return squared().scaled(-1).negated().exp().over(PI.scaled(1).sqrt());
  }

  /** The distribution function of the normal distribution. */
  Real normalDistribution() {
    if (compareTo(of(-6)) < 0) {
      // Laplace's continued fraction; its 100th convergent is off by e^(-170) at -6.
      Real a = negated();
      Real fraction = a;
      for (int n = 100; n > 0; n--) {
        fraction = a.plus(of(n).over(fraction));
      }
      return normalDensity().over(fraction);
    }
    if (compareTo(of(6)) > 0) {
      return ONE.minus(negated().normalDistribution());
    }
    // 1/2 + density (x + x^3/3 + x^5/15 + ...)
    Real square = squared();
    Real sum = ZERO;
    Real term = this;
    for (int n = 3; term.sign() != 0 && term.order() > order() - BITS; n += 2) {
      sum = sum.plus(term);
      term = term.times(square).over(n);
    }
    return ONE.scaled(-1).plus(normalDensity().times(sum));
  }

  /** The double that is near, for what needs no better one. */
  double toDouble() {
    int excess = Math.max(0, m.bitLength() - 60);
    double mantissa = m.shiftRight(excess).doubleValue();
    int power = Math.max(-4000, Math.min(e + excess, 4000));
    return Math.scalb(Math.scalb(mantissa, power / 2), power - power / 2);
  }

  /**
   * How far a double is from this number, in units of the last place that a double of this
   * magnitude has: that of the least subnormal number for all of those. An infinite double stands
   * for 2^1024, unless this number is rounded to it.
   */
  double ulpsTo(double actual) {
    if (Double.isNaN(actual)) {
      return Double.POSITIVE_INFINITY;
    }
    Real number =
        Double.isInfinite(actual) ? ONE.scaled(1024).times(Math.signum(actual)) : of(actual);
    Real error = number.minus(this);
    if (Double.isInfinite(actual) && error.sign() * Math.signum(actual) < 0) {
      return 0;
    }
    int place = Math.max(Math.min(order(), Double.MAX_EXPONENT), Double.MIN_EXPONENT) - 52;
    return error.abs().scaled(-place).toDouble();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Real real && compareTo(real) == 0;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(toDouble());
  }

  @Override
  public String toString() {
    return Double.toString(toDouble());
  }
}
