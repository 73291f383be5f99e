package io.normact.math.array;

import static io.normact.math.array.Elementary.E10;
import static io.normact.math.array.Elementary.E11;
import static io.normact.math.array.Elementary.E12;
import static io.normact.math.array.Elementary.E2;
import static io.normact.math.array.Elementary.E3;
import static io.normact.math.array.Elementary.E4;
import static io.normact.math.array.Elementary.E5;
import static io.normact.math.array.Elementary.E6;
import static io.normact.math.array.Elementary.E7;
import static io.normact.math.array.Elementary.E8;
import static io.normact.math.array.Elementary.E9;
import static io.normact.math.array.Elementary.LN2_HIGH;
import static io.normact.math.array.Elementary.LN2_LOW;
import static io.normact.math.array.Elementary.LOG2_E;
import static io.normact.math.array.Elementary.ROUND;
import static io.normact.math.array.Elementary.SCALE_BITS;
import static io.normact.math.array.Elementary.UNSCALE;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponentials of {@link Elementary} and the sums of {@link ErrorFree} over arrays, in vector
 * registers: the same steps in the same order, and so the same bits. Loaded only where the module
 * jdk.incubator.vector is.
 *
 * <p>All arrays are taken from their start, in whole vectors: n is rounded up to a multiple of
 * {@link #LANES}, and the arrays must be that long. Constants are broadcast inside the loops; as
 * static vectors they made the loops 3 to 10 times slower.
 */
public final class Simd {
  /** Arrays have to be padded to a multiple of this. */
  public static final int LANES = 8;

  private static final VectorSpecies<Double> SPECIES =
      VectorSpecies.of(
          double.class,
          VectorShape.forBitSize(
              Math.min(DoubleVector.SPECIES_PREFERRED.vectorBitSize(), LANES * Double.SIZE)));

  private Simd() {}

  /** The width of a vector register that these loops use. */
  static int bits() {
    return SPECIES.vectorBitSize();
  }

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

  /** The maximum where neither is zero: {@code max} pays for telling -0.0 from 0.0. */
  private static DoubleVector atLeast(double bound, DoubleVector x) {
    return x.blend(bound, x.compare(VectorOperators.LT, bound));
  }

  /** The minimum where neither is zero. */
  private static DoubleVector atMost(double bound, DoubleVector x) {
    return x.blend(bound, x.compare(VectorOperators.GT, bound));
  }

  private static DoubleVector scaledExp(DoubleVector x) {
    DoubleVector a = atLeast(-886.0, x);
    DoubleVector rounded = a.fma(LOG2_E, ROUND);
    DoubleVector m = reducedExpm1(reduce(a, rounded.sub(ROUND))).add(1);
    return m.mul(powerOfTwo(rounded, SCALE_BITS));
  }

  private static DoubleVector exp(DoubleVector x) {
    // Not atLeast() and atMost(), with which this would be too much for C2; see VectorLoop.
    DoubleVector a = x.max(-746.0).min(710.0);
    DoubleVector k = a.fma(LOG2_E, ROUND).sub(ROUND);
    DoubleVector m = reducedExpm1(reduce(a, k)).add(1);
    DoubleVector half = k.fma(0.5, ROUND);
    DoubleVector rest = k.sub(half.sub(ROUND)).add(ROUND);
    return m.mul(powerOfTwo(half, 0)).mul(powerOfTwo(rest, 0));
  }

  private static DoubleVector expm1(DoubleVector x) {
    DoubleVector a = atLeast(-44.0, x);
    DoubleVector rounded = a.fma(LOG2_E, ROUND);
    DoubleVector p = reducedExpm1(reduce(a, rounded.sub(ROUND)));
    DoubleVector s = powerOfTwo(rounded, 0);
    return withSignOf(x, s.fma(p, s.sub(1)));
  }

  private static DoubleVector logistic(DoubleVector x) {
    DoubleVector a = atMost(750.0, atLeast(-600.0, x.broadcast(0).sub(x)));
    DoubleVector rounded = a.fma(LOG2_E, ROUND);
    DoubleVector m = reducedExpm1(reduce(a, rounded.sub(ROUND))).add(1);
    DoubleVector t = m.mul(powerOfTwo(rounded, -64));
    return t.broadcast(0x1p-64).div(t.add(0x1p-64));
  }

  private static DoubleVector tanh(DoubleVector x) {
    // Not by way of expm1(), with which this would be too much for C2; see VectorLoop.
    DoubleVector a = atLeast(-44.0, x.abs().mul(-2));
    DoubleVector rounded = a.fma(LOG2_E, ROUND);
    DoubleVector p = reducedExpm1(reduce(a, rounded.sub(ROUND)));
    DoubleVector s = powerOfTwo(rounded, -1);
    DoubleVector h = s.fma(p, s.sub(0.5));
    return withSignOf(x, h.div(h.broadcast(-1).sub(h)).fma(h, h));
  }

  private static DoubleVector withSignOf(DoubleVector x, DoubleVector magnitude) {
    LongVector sign = x.reinterpretAsLongs().and(Long.MIN_VALUE);
    return magnitude.abs().reinterpretAsLongs().or(sign).reinterpretAsDoubles();
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

  /** {@link Elementary#scaledLog1p}. */
  static void scaledLog1p(double[] x, double[] y, int n) {
    DoubleVector l0 = DoubleVector.broadcast(SPECIES, Elementary.L0);
    DoubleVector l1 = DoubleVector.broadcast(SPECIES, Elementary.L1);
    DoubleVector l2 = DoubleVector.broadcast(SPECIES, Elementary.L2);
    DoubleVector l3 = DoubleVector.broadcast(SPECIES, Elementary.L3);
    DoubleVector l4 = DoubleVector.broadcast(SPECIES, Elementary.L4);
    DoubleVector l5 = DoubleVector.broadcast(SPECIES, Elementary.L5);
    DoubleVector l6 = DoubleVector.broadcast(SPECIES, Elementary.L6);
    DoubleVector l7 = DoubleVector.broadcast(SPECIES, Elementary.L7);
    DoubleVector l8 = DoubleVector.broadcast(SPECIES, Elementary.L8);
    DoubleVector l9 = DoubleVector.broadcast(SPECIES, Elementary.L9);
    for (int i = 0; i < n; i += SPECIES.length()) {
      DoubleVector t = DoubleVector.fromArray(SPECIES, x, i);
      DoubleVector e = t.mul(UNSCALE);
      DoubleVector z = e.div(e.broadcast(-2).sub(e));
      DoubleVector w = z.mul(z);
      DoubleVector w2 = w.mul(w);
      DoubleVector w4 = w2.mul(w2);
      DoubleVector a = w.fma(l3, l2).fma(w2, w.fma(l1, l0));
      DoubleVector b = w.fma(l7, l6).fma(w2, w.fma(l5, l4));
      DoubleVector series = w.fma(l9, l8).fma(w4, b).fma(w4, a);
      z.fma(w.fma(series, t), t).intoArray(y, i);
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

  /** {@link Elementary#scaledGaussian}. */
  static void scaledGaussian(double[] x, double[] y, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      DoubleVector a = DoubleVector.fromArray(SPECIES, x, i);
      scaledExp(a.mul(a).mul(-0.5)).intoArray(y, i);
    }
  }

  /** {@link Elementary#normalTailReciprocal} and {@link Elementary#normalTailSeries}. */
  static void normalTailSeries(double[] x, double[] reciprocal, double[] series, int n) {
    DoubleVector r2 = DoubleVector.broadcast(SPECIES, Elementary.R2);
    DoubleVector r3 = DoubleVector.broadcast(SPECIES, Elementary.R3);
    DoubleVector r4 = DoubleVector.broadcast(SPECIES, Elementary.R4);
    DoubleVector r5 = DoubleVector.broadcast(SPECIES, Elementary.R5);
    DoubleVector r6 = DoubleVector.broadcast(SPECIES, Elementary.R6);
    DoubleVector r7 = DoubleVector.broadcast(SPECIES, Elementary.R7);
    DoubleVector r8 = DoubleVector.broadcast(SPECIES, Elementary.R8);
    DoubleVector r9 = DoubleVector.broadcast(SPECIES, Elementary.R9);
    DoubleVector r10 = DoubleVector.broadcast(SPECIES, Elementary.R10);
    DoubleVector r11 = DoubleVector.broadcast(SPECIES, Elementary.R11);
    DoubleVector r12 = DoubleVector.broadcast(SPECIES, Elementary.R12);
    DoubleVector r13 = DoubleVector.broadcast(SPECIES, Elementary.R13);
    DoubleVector r14 = DoubleVector.broadcast(SPECIES, Elementary.R14);
    DoubleVector r15 = DoubleVector.broadcast(SPECIES, Elementary.R15);
    DoubleVector r16 = DoubleVector.broadcast(SPECIES, Elementary.R16);
    DoubleVector r17 = DoubleVector.broadcast(SPECIES, Elementary.R17);
    DoubleVector r18 = DoubleVector.broadcast(SPECIES, Elementary.R18);
    DoubleVector r19 = DoubleVector.broadcast(SPECIES, Elementary.R19);
    DoubleVector r20 = DoubleVector.broadcast(SPECIES, Elementary.R20);
    DoubleVector r21 = DoubleVector.broadcast(SPECIES, Elementary.R21);
    DoubleVector r22 = DoubleVector.broadcast(SPECIES, Elementary.R22);
    for (int i = 0; i < n; i += SPECIES.length()) {
      DoubleVector a = DoubleVector.fromArray(SPECIES, x, i);
      DoubleVector r = a.broadcast(1).div(a.add(4));
      r.intoArray(reciprocal, i);
      DoubleVector q = normalTailVariable(r, reciprocalError(a, r));
      DoubleVector q2 = q.mul(q);
      DoubleVector q4 = q2.mul(q2);
      DoubleVector q8 = q4.mul(q4);
      DoubleVector c2 = q.fma(r5, r4).fma(q2, q.fma(r3, r2));
      DoubleVector c6 = q.fma(r9, r8).fma(q2, q.fma(r7, r6));
      DoubleVector c10 = q.fma(r13, r12).fma(q2, q.fma(r11, r10));
      DoubleVector c14 = q.fma(r17, r16).fma(q2, q.fma(r15, r14));
      DoubleVector c18 = q.fma(r21, r20).fma(q2, q.fma(r19, r18));
      DoubleVector high = r22.fma(q4, c18).fma(q8, c14.fma(q4, c10));
      high.fma(q8, c6.fma(q4, c2)).intoArray(series, i);
    }
  }

  private static DoubleVector reciprocalError(DoubleVector a, DoubleVector r) {
    DoubleVector d = a.add(4);
    return r.neg().fma(d, r.broadcast(1)).sub(r.mul(a.sub(d.sub(4))));
  }

  private static DoubleVector normalTailVariable(DoubleVector r, DoubleVector error) {
    DoubleVector r8 = r.mul(-8);
    return r8.fma(error, r8.add(1));
  }

  /** {@link Elementary#scaledNormalTail}, from the other loops' results, in place of the last. */
  static void scaledNormalTail(
      double[] x, double[] reciprocal, double[] series, double[] gaussian, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      scaledNormalTail(x, reciprocal, series, gaussian, i, 0, 0);
    }
  }

  /** {@link Elementary#scaledNormalTailExcess}, in the same way. */
  static void scaledNormalTailExcess(
      double[] x, double[] reciprocal, double[] series, double[] gaussian, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      scaledNormalTail(
          x, reciprocal, series, gaussian, i, Elementary.DENSITY_0, Elementary.DENSITY_0_LOW);
    }
  }

  private static void scaledNormalTail(
      double[] x,
      double[] reciprocal,
      double[] series,
      double[] gaussian,
      int i,
      double density,
      double densityLow) {
    DoubleVector a = DoubleVector.fromArray(SPECIES, x, i);
    DoubleVector r = DoubleVector.fromArray(SPECIES, reciprocal, i);
    DoubleVector u = DoubleVector.fromArray(SPECIES, series, i);
    DoubleVector g = DoubleVector.fromArray(SPECIES, gaussian, i);
    DoubleVector error = reciprocalError(a, r);
    DoubleVector r8 = r.mul(-8);
    DoubleVector q0 = r8.add(1);
    DoubleVector q = r8.fma(error, q0);
    DoubleVector qLow = r8.fma(error, q0.sub(q).add(r8.sub(q0.sub(1))));
    DoubleVector r0 = a.broadcast(Elementary.R0);
    DoubleVector r1 = a.broadcast(Elementary.R1);
    DoubleVector v = q.fma(u, r1);
    DoubleVector vLow = q.fma(u, r1.sub(v));
    DoubleVector high = q.fma(v, r0);
    DoubleVector low = qLow.fma(q.fma(u, v), q.fma(vLow, q.fma(v, r0.sub(high))));
    DoubleVector tail = high.mul(r);
    DoubleVector tailLow = r.fma(high.fma(error, low), high.fma(r, tail.neg()));
    DoubleVector t = a.fma(a.broadcast(-density), tail);
    DoubleVector tLow = a.fma(a.broadcast(-densityLow), tailLow);
    DoubleVector gLow = g.mul(a.fma(a, a.mul(a).neg()).mul(-0.5));
    t.fma(g, t.fma(gLow, tLow.mul(g))).intoArray(gaussian, i);
  }

  /** The affine map of a row of features, n of them, in place. */
  static void affine(double[] x, double[] mean, double[] scale, double[] beta, int n) {
    for (int i = 0; i < n; i += SPECIES.length()) {
      DoubleVector.fromArray(SPECIES, x, i)
          .sub(DoubleVector.fromArray(SPECIES, mean, i))
          .fma(DoubleVector.fromArray(SPECIES, scale, i), DoubleVector.fromArray(SPECIES, beta, i))
          .intoArray(x, i);
    }
  }

  /** {@link FiniteValues}: whether one of n numbers is not finite. */
  static boolean anyNotFinite(double[] x, int n) {
    LongVector bits = DoubleVector.zero(SPECIES).reinterpretAsLongs();
    for (int i = 0; i < n; i += SPECIES.length()) {
      bits = bits.or(DoubleVector.fromArray(SPECIES, x, i).mul(0.0).reinterpretAsLongs());
    }
    return anyNonZero(bits);
  }

  /** The sign bit counts for nothing: the zeros are two. */
  private static boolean anyNonZero(LongVector bits) {
    return bits.lanewise(VectorOperators.LSHL, 1).reduceLanes(VectorOperators.OR) != 0;
  }

  /** {@link ErrorFree#anyUnsafe}. */
  static boolean anyUnsafe(double[] x, int n) {
    LongVector bits = DoubleVector.zero(SPECIES).reinterpretAsLongs();
    for (int i = 0; i < n; i += SPECIES.length()) {
      DoubleVector u = DoubleVector.fromArray(SPECIES, x, i).mul(ErrorFree.SCALE).abs();
      DoubleVector c = u.broadcast(ErrorFree.SCALED_SMALLEST);
      bits = bits.or(u.add(c).sub(c).sub(u).reinterpretAsLongs());
    }
    return anyNonZero(bits);
  }

  /** {@link ErrorFree#addToSums}. */
  static boolean addToSums(double[] x, double[][] levels, double[][] rest, int n) {
    LongVector bits = DoubleVector.zero(SPECIES).reinterpretAsLongs();
    double[] l0 = levels[0];
    double[] l1 = levels[1];
    double[] r0 = rest[0];
    for (int i = 0; i < n; i += SPECIES.length()) {
      DoubleVector v = DoubleVector.fromArray(SPECIES, x, i);
      DoubleVector a = DoubleVector.fromArray(SPECIES, l0, i);
      DoubleVector s = a.add(v);
      DoubleVector e = error(a, v, s);
      s.intoArray(l0, i);
      a = DoubleVector.fromArray(SPECIES, l1, i);
      s = a.add(e);
      e = error(a, e, s);
      s.intoArray(l1, i);
      e.intoArray(r0, i);
      bits = bits.or(e.reinterpretAsLongs());
    }
    return anyNonZero(bits);
  }

  /** {@link ErrorFree#addToSquares}. */
  static boolean addToSquares(double[] x, double[][] levels, double[][] rest, int n) {
    LongVector bits = DoubleVector.zero(SPECIES).reinterpretAsLongs();
    double[] l0 = levels[0];
    double[] l1 = levels[1];
    double[] l2 = levels[2];
    double[] r0 = rest[0];
    double[] r1 = rest[1];
    for (int i = 0; i < n; i += SPECIES.length()) {
      DoubleVector v = DoubleVector.fromArray(SPECIES, x, i);
      DoubleVector p = v.mul(v);
      DoubleVector low = v.fma(v, p.neg());
      DoubleVector a = DoubleVector.fromArray(SPECIES, l0, i);
      DoubleVector s = a.add(p);
      DoubleVector high = error(a, p, s);
      s.intoArray(l0, i);
      a = DoubleVector.fromArray(SPECIES, l1, i);
      s = a.add(high);
      high = error(a, high, s);
      a = s.add(low);
      low = error(s, low, a);
      a.intoArray(l1, i);
      a = DoubleVector.fromArray(SPECIES, l2, i);
      s = a.add(high);
      high = error(a, high, s);
      a = s.add(low);
      low = error(s, low, a);
      a.intoArray(l2, i);
      high.intoArray(r0, i);
      low.intoArray(r1, i);
      bits = bits.or(high.reinterpretAsLongs()).or(low.reinterpretAsLongs());
    }
    return anyNonZero(bits);
  }

  /**
   * What {@code s = a + b} was rounded by: TwoSum. Two of its sums are written as products with 1,
   * which are as exact: AMD's cores add in two of their pipes and multiply in two others.
   */
  private static DoubleVector error(DoubleVector a, DoubleVector b, DoubleVector s) {
    DoubleVector z = s.sub(a);
    DoubleVector high = a.sub(s.sub(z));
    DoubleVector low = z.fma(z.broadcast(-1), b);
    return high.fma(z.broadcast(1), low);
  }
}
