package io.normact.math;

import java.math.BigDecimal;

/**
 * Values and slopes of the elementwise functions by their formulas, in arithmetic of {@link Real}:
 * the exact functions of the doubles that x and the parameters are. At kinks the slope is the one
 * that the function's Javadoc names.
 */
final class ExactActivation {
  private static final Real LAMBDA = Real.of("1.0507009873554804934193349852946");
  private static final Real ALPHA = Real.of("1.6732632423543772848170429916717");
  private static final Real CUBIC = Real.of("0.044715");
  private static final Real RATIONAL_HEIGHT = Real.of("1.7159");
  private static final Real RATIONAL_QUARTIC = Real.of("1.41645");
  private static final Real GELU_FACTOR = Real.TWO.over(Real.PI).sqrt();

  private ExactActivation() {}

  static Real value(String name, double[] parameters, double input) {
    Real x = Real.of(input);
    Real p = parameters.length > 0 ? Real.of(parameters[0]) : null;
    Real q = parameters.length > 1 ? Real.of(parameters[1]) : null;
    boolean above = input > 0;
    return switch (name) {
      case "identity" -> x;
      case "relu" -> clamp(x, Real.ZERO, null);
      case "relu6" -> clamp(x, Real.ZERO, Real.of(6));
      case "leaky_relu", "prelu" -> above ? x : x.times(p);
      case "thresholded_relu" -> x.compareTo(p) > 0 ? x : Real.ZERO;
      case "threshold" -> x.compareTo(p) > 0 ? x : q;
      case "hard_tanh" -> clamp(x, p, q);
      case "hard_sigmoid" -> clamp(x.times(p).plus(q), Real.ZERO, Real.ONE);
      case "sparse_sigmoid" -> clamp(x.plus(Real.ONE).scaled(-1), Real.ZERO, Real.ONE);
      case "soft_shrink" -> x.minus(clamp(x, p.negated(), p));
      case "hard_shrink" -> x.abs().compareTo(p) > 0 ? x : Real.ZERO;
      case "softsign" -> x.over(x.abs().plus(Real.ONE));
      case "squareplus" -> squareplus(x, p);
      case "sparse_plus" ->
          input >= 1 ? x : clamp(x.plus(Real.ONE), Real.ZERO, null).squared().scaled(-2);
      case "hard_swish" -> x.times(clamp(x.plus(3), Real.ZERO, Real.of(6))).over(6);
      case "tanh" -> tanh(x);
      case "tanh_shrink" -> tanhShrink(x);
      case "elu" -> above ? x : p.times(x.expm1());
      case "celu" -> above ? x : p.times(x.over(p).expm1());
      case "selu" -> LAMBDA.times(above ? x : ALPHA.times(x.expm1()));
      case "exponential" -> x.exp();
      case "sigmoid" -> logistic(x);
      case "log_sigmoid" -> softplus(x.negated()).negated();
      case "softplus" -> softplus(x.times(p)).over(p);
      case "silu" -> x.times(logistic(x));
      case "swish" -> x.times(logistic(x.times(p)));
      case "gelu_tanh" -> x.times(logistic(geluArgument(x)));
      case "gelu" -> x.times(x.normalDistribution());
      case "mish" -> x.times(mishGate(x));
      case "cube" -> x.squared().times(x);
      case "rational_tanh" -> rationalTanh(x);
      case "rectified_tanh" -> above ? tanh(x) : Real.ZERO;
      case "log1p" -> x.log1p();
      case "signed_log1p" -> above ? x.log1p() : x.negated().log1p().negated();
      case "logit" -> x.ln().minus(x.negated().log1p());
      default -> throw new IllegalArgumentException("No formula of %s.".formatted(name));
    };
  }

  static Real slope(String name, double[] parameters, double input) {
    Real x = Real.of(input);
    Real p = parameters.length > 0 ? Real.of(parameters[0]) : null;
    Real q = parameters.length > 1 ? Real.of(parameters[1]) : null;
    boolean above = input > 0;
    return switch (name) {
      case "identity" -> Real.ONE;
      case "relu" -> inside(x, Real.ZERO, null);
      case "relu6" -> inside(x, Real.ZERO, Real.of(6));
      case "leaky_relu", "prelu" -> above ? Real.ONE : p;
      case "thresholded_relu", "threshold" -> inside(x, p, null);
      case "hard_tanh" -> inside(x, p, q);
      case "hard_sigmoid" -> hardSigmoidSlope(input, parameters[0], parameters[1]);
      case "sparse_sigmoid" -> inside(x, Real.of(-1), Real.ONE).scaled(-1);
      case "soft_shrink", "hard_shrink" -> inside(x.abs(), p, null);
      case "softsign" -> Real.ONE.over(x.abs().plus(Real.ONE).squared());
      case "squareplus" -> squareplus(x, p).over(x.squared().plus(p).sqrt());
      case "sparse_plus" -> clamp(x, Real.of(-1), Real.ONE).plus(Real.ONE).scaled(-1);
      case "hard_swish" ->
          input <= -3 ? Real.ZERO : input >= 3 ? Real.ONE : x.scaled(1).plus(3).over(6);
      case "tanh" -> logisticSlope(x.scaled(1)).scaled(2);
      case "tanh_shrink" -> tanh(x).squared();
      case "elu" -> above ? Real.ONE : p.times(x.exp());
      case "celu" -> above ? Real.ONE : x.over(p).exp();
      case "selu" -> LAMBDA.times(above ? Real.ONE : ALPHA.times(x.exp()));
      case "exponential" -> x.exp();
      case "sigmoid" -> logisticSlope(x);
      case "log_sigmoid" -> logistic(x.negated());
      case "softplus" -> logistic(x.times(p));
      case "silu" -> gateSlope(x, x);
      case "swish" -> gateSlope(x.times(p), x.times(p));
      case "gelu_tanh" ->
          gateSlope(
              geluArgument(x), geluArgument(x).times(3).minus(GELU_FACTOR.times(x).scaled(2)));
      case "gelu" -> x.normalDistribution().plus(x.times(x.normalDensity()));
      case "mish" -> mishSlope(x);
      case "cube" -> x.squared().times(3);
      case "rational_tanh" -> rationalTanhSlope(x);
      case "rectified_tanh" -> above ? logisticSlope(x.scaled(1)).scaled(2) : Real.ZERO;
      case "log1p" -> Real.ONE.over(x.plus(Real.ONE));
      case "signed_log1p" -> Real.ONE.over(x.abs().plus(Real.ONE));
      case "logit" -> Real.ONE.over(x.times(Real.ONE.minus(x)));
      default -> throw new IllegalArgumentException("No slope of %s.".formatted(name));
    };
  }

  private static Real clamp(Real x, Real from, Real to) {
    if (x.compareTo(from) < 0) {
      return from;
    }
    return to != null && x.compareTo(to) > 0 ? to : x;
  }

  private static Real inside(Real x, Real from, Real to) {
    return x.compareTo(from) > 0 && (to == null || x.compareTo(to) < 0) ? Real.ONE : Real.ZERO;
  }

  /** A sum of any magnitudes has to be compared, which takes exact arithmetic. */
  private static Real hardSigmoidSlope(double x, double alpha, double beta) {
    BigDecimal y = new BigDecimal(x).multiply(new BigDecimal(alpha)).add(new BigDecimal(beta));
    return y.signum() > 0 && y.compareTo(BigDecimal.ONE) < 0 ? Real.of(alpha) : Real.ZERO;
  }

  /** From the side where nothing cancels. */
  private static Real squareplus(Real x, Real b) {
    Real far = x.abs().plus(x.squared().plus(b).sqrt());
    return x.sign() > 0 ? far.scaled(-1) : b.over(far).scaled(-1);
  }

  private static Real logistic(Real z) {
    Real e = z.abs().negated().exp();
    return (z.sign() < 0 ? e : Real.ONE).over(e.plus(Real.ONE));
  }

  private static Real logisticSlope(Real z) {
    Real e = z.abs().negated().exp();
    return e.over(e.plus(Real.ONE).squared());
  }

  /** x sigma(z) has the slope sigma(z) (1 + k (1 - sigma(z))), k being x dz/dx. */
  private static Real gateSlope(Real z, Real k) {
    return logistic(z).times(Real.ONE.plus(k.times(logistic(z.negated()))));
  }

  private static Real softplus(Real z) {
    Real small = z.abs().negated().exp().log1p();
    return z.sign() > 0 ? z.plus(small) : small;
  }

  private static Real tanh(Real x) {
    Real h = x.scaled(1).abs().negated().expm1();
    Real t = h.negated().over(h.plus(Real.TWO));
    return x.sign() < 0 ? t.negated() : t;
  }

  private static Real tanhShrink(Real x) {
    if (x.abs().compareTo(Real.ONE.scaled(-20)) > 0) {
      return x.minus(tanh(x));
    }
    Real w = x.squared();
    Real series = Real.of(-62).over(2835).times(w).plus(Real.of(17).over(315));
    series = series.times(w).minus(Real.TWO.over(15)).times(w).plus(Real.ONE.over(3));
    return series.times(w).times(x);
  }

  /** z, so that the function is x sigma(z); x dz/dx is 3 z less 4 sqrt(2 / pi) x. */
  private static Real geluArgument(Real x) {
    return GELU_FACTOR.scaled(1).times(x.plus(x.squared().times(x).times(CUBIC)));
  }

  /** tanh(ln(1 + e^x)) */
  private static Real mishGate(Real x) {
    Real e = x.abs().negated().exp();
    Real one = Real.ONE.plus(e.scaled(1));
    // n / (n + 2) with n = e^x (e^x + 2), or both over e^2x.
    return x.sign() > 0
        ? one.over(one.plus(e.squared().scaled(1)))
        : e.times(e.plus(2)).over(e.times(e.plus(2)).plus(2));
  }

  private static Real mishSlope(Real x) {
    Real gate = mishGate(x);
    // gate + x (1 - gate^2) sigma(x)
    Real e = x.abs().negated().exp();
    Real rest;
    if (x.sign() > 0) {
      Real d = Real.ONE.plus(e.scaled(1)).plus(e.squared().scaled(1));
      rest = e.squared().scaled(2).times(Real.ONE.plus(e).squared()).over(d.squared());
    } else {
      rest = Real.ONE.minus(gate.squared());
    }
    return gate.plus(x.times(rest).times(logistic(x)));
  }

  /** a + a^2 + 1.41645 a^4 */
  private static Real rationalTerms(Real a) {
    Real w = a.squared();
    return a.plus(w).plus(w.squared().times(RATIONAL_QUARTIC));
  }

  private static Real rationalTanh(Real x) {
    Real s = rationalTerms(x.abs().scaled(1).over(3));
    Real y = RATIONAL_HEIGHT.times(s.over(s.plus(Real.ONE)));
    return x.sign() < 0 ? y.negated() : y;
  }

  private static Real rationalTanhSlope(Real x) {
    Real a = x.abs().scaled(1).over(3);
    Real rise =
        Real.ONE.plus(a.scaled(1)).plus(a.squared().times(a).times(RATIONAL_QUARTIC).scaled(2));
    return RATIONAL_HEIGHT
        .scaled(1)
        .over(3)
        .times(rise)
        .over(rationalTerms(a).plus(Real.ONE).squared());
  }
}
