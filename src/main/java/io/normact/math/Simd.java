package io.normact.math;

import static io.normact.math.Elementary.DENSITY_0;
import static io.normact.math.Elementary.E10;
import static io.normact.math.Elementary.E11;
import static io.normact.math.Elementary.E12;
import static io.normact.math.Elementary.E2;
import static io.normact.math.Elementary.E3;
import static io.normact.math.Elementary.E4;
import static io.normact.math.Elementary.E5;
import static io.normact.math.Elementary.E6;
import static io.normact.math.Elementary.E7;
import static io.normact.math.Elementary.E8;
import static io.normact.math.Elementary.E9;
import static io.normact.math.Elementary.L0;
import static io.normact.math.Elementary.L1;
import static io.normact.math.Elementary.L10;
import static io.normact.math.Elementary.L2;
import static io.normact.math.Elementary.L3;
import static io.normact.math.Elementary.L4;
import static io.normact.math.Elementary.L5;
import static io.normact.math.Elementary.L6;
import static io.normact.math.Elementary.L7;
import static io.normact.math.Elementary.L8;
import static io.normact.math.Elementary.L9;
import static io.normact.math.Elementary.LN2_HIGH;
import static io.normact.math.Elementary.LN2_LOW;
import static io.normact.math.Elementary.LOG2_E;
import static io.normact.math.Elementary.R0;
import static io.normact.math.Elementary.R1;
import static io.normact.math.Elementary.R10;
import static io.normact.math.Elementary.R11;
import static io.normact.math.Elementary.R12;
import static io.normact.math.Elementary.R13;
import static io.normact.math.Elementary.R14;
import static io.normact.math.Elementary.R15;
import static io.normact.math.Elementary.R16;
import static io.normact.math.Elementary.R17;
import static io.normact.math.Elementary.R18;
import static io.normact.math.Elementary.R19;
import static io.normact.math.Elementary.R2;
import static io.normact.math.Elementary.R20;
import static io.normact.math.Elementary.R21;
import static io.normact.math.Elementary.R22;
import static io.normact.math.Elementary.R3;
import static io.normact.math.Elementary.R4;
import static io.normact.math.Elementary.R5;
import static io.normact.math.Elementary.R6;
import static io.normact.math.Elementary.R7;
import static io.normact.math.Elementary.R8;
import static io.normact.math.Elementary.R9;
import static io.normact.math.Elementary.ROUND;
import static io.normact.math.Elementary.SCALE_BITS;
import static io.normact.math.Elementary.UNSCALE;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponentials of {@link Elementary} over arrays, in vector registers: the same steps in the
 * same order, and so the same bits. Loaded only where the module jdk.incubator.vector is.
 *
 * <p>All arrays are taken from their start, in whole vectors: n is rounded up to a multiple of
 * {@link #LANES}, and the arrays must be that long. Constants are broadcast inside the loops; as
 * static vectors they made the loops 3 to 10 times slower.
 */
final class Simd {
  /** Arrays have to be padded to a multiple of this. */
  static final int LANES = 8;

  private static final VectorSpecies<Double> SPECIES =
      DoubleVector.SPECIES_PREFERRED.length() > LANES
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;

  private Simd() {}

  private static DoubleVector reducedExpm1(DoubleVector r) {
    DoubleVector r2 = r.mul(r);
    DoubleVector r4 = r2.mul(r2);
    DoubleVector a = r.fma(E5, E4).fma(r2, r.fma(E3, E2));
    DoubleVector b = r.fma(E9, E8).fma(r2, r.fma(E7, E6));
    DoubleVector c = r2.fma(r2.broadcast(E12), r.fma(E11, E10));
    DoubleVector q = c.fma(r4, b).fma(r4, a);
    return r2.fma(q, r);
  }

  private static DoubleVector reduce(DoubleVector x, DoubleVector k) {
    return k.fma(k.broadcast(-LN2_LOW), k.fma(k.broadcast(-LN2_HIGH), x));
  }

  private static DoubleVector powerOfTwo(DoubleVector rounded, int extra) {
    LongVector bits = rounded.reinterpretAsLongs().add(1023 + extra);
    return bits.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles();
  }

  private static DoubleVector scaledExp(DoubleVector x) {
    DoubleVector a = x.max(-886.0);
    DoubleVector rounded = a.fma(LOG2_E, ROUND);
    DoubleVector m = reducedExpm1(reduce(a, rounded.sub(ROUND))).add(1);
    return m.mul(powerOfTwo(rounded, SCALE_BITS));
  }

  private static DoubleVector exp(DoubleVector x) {
    DoubleVector a = x.max(-746.0).min(710.0);
    DoubleVector k = a.fma(LOG2_E, ROUND).sub(ROUND);
    DoubleVector m = reducedExpm1(reduce(a, k)).add(1);
    DoubleVector half = k.fma(0.5, ROUND);
    DoubleVector rest = k.sub(half.sub(ROUND)).add(ROUND);
    return m.mul(powerOfTwo(half, 0)).mul(powerOfTwo(rest, 0));
  }

  private static DoubleVector expm1(DoubleVector x) {
    DoubleVector a = x.max(-44.0);
    DoubleVector rounded = a.fma(LOG2_E, ROUND);
    DoubleVector p = reducedExpm1(reduce(a, rounded.sub(ROUND)));
    DoubleVector s = powerOfTwo(rounded, 0);
    LongVector bits = s.fma(p, s.sub(1)).reinterpretAsLongs();
    LongVector sign = x.reinterpretAsLongs().and(Long.MIN_VALUE);
    return bits.or(sign).reinterpretAsDoubles();
  }

  private static DoubleVector scaledLog1pExp(DoubleVector x) {
    DoubleVector t = scaledExp(x);
    DoubleVector e = t.mul(UNSCALE);
    DoubleVector d = e.add(2);
    DoubleVector quotient = t.div(d);
    DoubleVector z = quotient.mul(UNSCALE);
    DoubleVector negative = quotient.neg();
    DoubleVector lost =
        negative.fma(e.sub(d.sub(2)), negative.fma(d, t)).mul(z.fma(-0.5, 0.5));
    DoubleVector w = z.mul(z);
    DoubleVector w2 = w.mul(w);
    DoubleVector w4 = w2.mul(w2);
    DoubleVector a = w.fma(L3, L2).fma(w2, w.fma(L1, L0));
    DoubleVector b = w.fma(L7, L6).fma(w2, w.fma(L5, L4));
    DoubleVector c = w2.fma(w2.broadcast(L10), w.fma(L9, L8));
    DoubleVector series = c.fma(w4, b).fma(w4, a);
    return quotient.add(quotient.mul(w).fma(series, lost)).mul(2);
  }

  private static DoubleVector logistic(DoubleVector x) {
    DoubleVector a = x.neg().max(-600.0).min(750.0);
    DoubleVector rounded = a.fma(LOG2_E, ROUND);
    DoubleVector m = reducedExpm1(reduce(a, rounded.sub(ROUND))).add(1);
    DoubleVector t = m.mul(powerOfTwo(rounded, -64));
    return t.broadcast(0x1p-64).div(t.add(0x1p-64));
  }

  private static DoubleVector tanh(DoubleVector x) {
    DoubleVector m = expm1(x.max(-22.0).min(22.0).mul(2));
    return m.div(m.add(2));
  }

  private static DoubleVector normalTailPolynomial(DoubleVector q) {
    DoubleVector q2 = q.mul(q);
    DoubleVector q4 = q2.mul(q2);
    DoubleVector q8 = q4.mul(q4);
    DoubleVector c0 = q.fma(R3, R2).fma(q2, q.fma(R1, R0));
    DoubleVector c4 = q.fma(R7, R6).fma(q2, q.fma(R5, R4));
    DoubleVector c8 = q.fma(R11, R10).fma(q2, q.fma(R9, R8));
    DoubleVector c12 = q.fma(R15, R14).fma(q2, q.fma(R13, R12));
    DoubleVector c16 = q.fma(R19, R18).fma(q2, q.fma(R17, R16));
    DoubleVector c20 = q2.fma(q2.broadcast(R22), q.fma(R21, R20));
    DoubleVector high = c20.fma(q4, c16).fma(q8, c12.fma(q4, c8));
    return high.fma(q8, c4.fma(q4, c0));
  }

  private static DoubleVector scaledGaussian(DoubleVector a) {
    DoubleVector square = a.mul(a);
    DoubleVector t = scaledExp(square.mul(-0.5));
    return t.fma(a.fma(a, square.neg()).mul(-0.5), t);
  }

  private static DoubleVector scaledNormalTail(DoubleVector a) {
    DoubleVector d = a.add(4);
    return normalTailPolynomial(a.sub(4).div(d)).div(d).mul(scaledGaussian(a));
  }

  private static DoubleVector scaledNormalTailExcess(DoubleVector a) {
    DoubleVector d = a.add(4);
    DoubleVector tail = normalTailPolynomial(a.sub(4).div(d)).div(d);
    return a.fma(a.broadcast(-DENSITY_0), tail).mul(scaledGaussian(a));
  }

  /** {@link Elementary#scaledExp}. */
  static void scaledExp(double[] x, double[] y, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      scaledExp(DoubleVector.fromArray(SPECIES, x, i)).intoArray(y, i);
    }
  }

  /** {@link Elementary#exp}. */
  static void exp(double[] x, double[] y, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      exp(DoubleVector.fromArray(SPECIES, x, i)).intoArray(y, i);
    }
  }

  /** {@link Elementary#expm1}. */
  static void expm1(double[] x, double[] y, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      expm1(DoubleVector.fromArray(SPECIES, x, i)).intoArray(y, i);
    }
  }

  /** {@link Elementary#scaledLog1pExp}. */
  static void scaledLog1pExp(double[] x, double[] y, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      scaledLog1pExp(DoubleVector.fromArray(SPECIES, x, i)).intoArray(y, i);
    }
  }

  /** {@link Elementary#logistic}. */
  static void logistic(double[] x, double[] y, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      logistic(DoubleVector.fromArray(SPECIES, x, i)).intoArray(y, i);
    }
  }

  /** {@link Elementary#tanh}. */
  static void tanh(double[] x, double[] y, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      tanh(DoubleVector.fromArray(SPECIES, x, i)).intoArray(y, i);
    }
  }

  /** {@link Elementary#scaledNormalTail}. */
  static void scaledNormalTail(double[] x, double[] y, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      scaledNormalTail(DoubleVector.fromArray(SPECIES, x, i)).intoArray(y, i);
    }
  }

  /** {@link Elementary#scaledNormalTailExcess}. */
  static void scaledNormalTailExcess(double[] x, double[] y, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      scaledNormalTailExcess(DoubleVector.fromArray(SPECIES, x, i)).intoArray(y, i);
    }
  }
}
