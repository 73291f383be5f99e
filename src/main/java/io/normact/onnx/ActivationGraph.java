package io.normact.onnx;

import io.normact.math.ActivationFunction;
import io.normact.math.array.Elementary;
import io.normact.math.array.TanhShrinkSeries;
import java.util.Locale;

/**
 * Activation functions in operators of ONNX, by formulas whose results are right in the tails and
 * near zeros as well. ONNX has operators of the same names, but they are wrong there, or have no
 * kernel for double.
 */
final class ActivationGraph {

  private final Graph g;

  ActivationGraph(Graph graph) {
    g = graph;
  }

  /** f(x); NaN gives NaN, whatever a runtime's minimum or comparison makes of it. */
  String value(ActivationFunction f, String x) {
    return f.elementwise() ? keepNaN(x, elementwise(f, x)) : new VectorFunctionGraph(g).value(f, x);
  }

  private String keepNaN(String x, String y) {
    return x.equals(y) ? y : g.where(g.op("IsNaN", x), x, y);
  }

  /** The function's parameters, in the order of its record. */
  static double[] parameters(ActivationFunction f) {
    return f.definition().parametersOf(f);
  }

  private String elementwise(ActivationFunction f, String x) {
    double[] p = parameters(f);
    return switch (f.name()) {
      case "identity" -> x;
      case "relu" -> g.max(x, 0);
      case "relu6" -> g.min(g.max(x, 0), 6);
      case "leaky_relu", "prelu" -> leaky(x, p[0]);
      case "thresholded_relu" -> g.where(g.op("Greater", x, g.threshold(p[0])), x, g.number(0));
      case "threshold" -> g.where(g.op("Greater", x, g.threshold(p[0])), x, g.number(p[1]));
      case "hard_tanh" -> g.min(g.max(x, p[0]), p[1]);
      case "hard_sigmoid" -> g.min(g.max(g.add(g.mul(x, g.number(p[0])), g.number(p[1])), 0), 1);
      case "sparse_sigmoid" -> g.mul(g.add(g.min(g.max(x, -1), 1), g.number(1)), g.number(0.5));
      case "soft_shrink" -> g.sub(x, g.min(g.max(x, -p[0]), p[0]));
      case "hard_shrink" -> g.where(g.op("Greater", g.abs(x), g.threshold(p[0])), x, g.number(0));
      case "softsign" -> softsign(x);
      case "squareplus" -> squareplus(x, p[0]);
      case "sparse_plus" -> sparsePlus(x);
      case "hard_swish" -> hardSwish(x);
      case "sigmoid" -> sigmoid(x);
      case "log_sigmoid" -> g.sub(g.min(x, 0), g.log1p(g.exp(g.neg(g.abs(x)))));
      case "softplus" -> softplus(x, p[0]);
      case "silu" -> logisticGate(x, x);
      case "swish" -> logisticGate(x, g.mul(x, g.number(p[0])));
      case "gelu" -> gelu(x);
      case "gelu_tanh" -> logisticGate(x, geluTanhArgument(x));
      case "mish" -> mish(x);
      case "tanh" -> tanh(x);
      case "tanh_shrink" -> tanhShrink(x);
      case "elu" -> exponentialUnit(x, 1, p[0], 1);
      case "celu" -> exponentialUnit(x, 1, p[0], p[0]);
      // Its slopes above 0 and just below are lambda and lambda * alpha.
      case "selu" -> exponentialUnit(x, f.slope(1), f.steepestSlope(), 1);
      case "exponential" -> g.exp(x);
      case "rectified_tanh" -> g.max(tanh(x), 0);
      case "rational_tanh" -> rationalTanh(x);
      case "cube" -> g.mul(g.mul(x, x), x);
      case "log1p" -> g.log1p(x);
      case "signed_log1p" -> withSignOf(x, g.log1p(g.abs(x)));
      case "logit" -> logit(x);
      default -> throw inexpressible(f, "");
    };
  }

  /**
   * What to throw at a function that ONNX has no operators for.
   *
   * @param what is asked of it, behind its name; empty for its values
   */
  static IllegalArgumentException inexpressible(ActivationFunction f, String what) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "Function %s%s can't be written in operators of ONNX; score it by io.normact.scoring.",
            f,
            what));
  }

  private String leaky(String x, double alpha) {
    return alpha == 0 ? g.max(x, 0) : g.where(g.positive(x), x, g.mul(x, g.number(alpha)));
  }

  /** Prelu with a slope of each feature's; where that is 0, minus infinity gives 0. */
  String prelu(String x, double[] slopes) {
    String below = g.mul(x, g.numbers(slopes));
    boolean[] flat = new boolean[slopes.length];
    boolean any = false;
    for (int j = 0; j < slopes.length; j++) {
      flat[j] = slopes[j] == 0;
      any |= flat[j];
    }
    String defined = any ? g.where(g.flags(flat), g.number(0), below) : below;
    return keepNaN(x, g.where(g.positive(x), x, defined));
  }

  private String softsign(String x) {
    String a = g.min(g.max(x, -g.precision.huge), g.precision.huge);
    return g.div(a, g.add(g.abs(a), g.number(1)));
  }

  private String squareplus(String x, double b) {
    String a = g.abs(x);
    String c = g.min(a, g.precision.hugeRoot);
    String root = g.add(g.op("Sqrt", g.add(g.mul(c, c), g.number(b))), g.sub(a, c));
    String half = g.number(0.5);
    String below = g.div(g.number(0.25 * b), g.add(g.mul(a, half), g.mul(root, half)));
    return g.add(g.max(x, 0), below);
  }

  private String sparsePlus(String x) {
    String s = g.add(g.min(g.max(x, -1), 1), g.number(1));
    return g.op("Max", g.mul(g.mul(s, s), g.number(0.25)), x);
  }

  private String hardSwish(String x) {
    String a = g.max(x, -3);
    String gate = g.max(g.sub(g.number(-3), a), -6);
    return g.mul(a, g.mul(gate, g.number(-1.0 / 6)));
  }

  /** Of e^-|x|, which never overflows and keeps the tail's digits. */
  private String sigmoid(String x) {
    String t = g.exp(g.neg(g.abs(x)));
    String numerator = g.where(g.negative(x), t, g.number(1));
    return g.div(numerator, g.add(t, g.number(1)));
  }

  private String softplus(String x, double beta) {
    String t = g.exp(g.neg(g.abs(g.mul(x, g.number(beta)))));
    return g.add(g.max(x, 0), g.div(g.log1p(t), g.number(beta)));
  }

  /** x times the logistic function of z, which has the sign of x. */
  private String logisticGate(String x, String z) {
    String h = g.exp(g.mul(g.abs(z), g.number(-0.5)));
    String numerator = g.where(g.negative(z), timesSquare(x, h), x);
    return g.div(numerator, g.add(g.mul(h, h), g.number(1)));
  }

  /**
   * x h^2, 0 where h is, for an infinite x too; h^2 alone would have few digits left in the end.
   */
  private String timesSquare(String x, String h) {
    return g.where(g.equal(h, g.number(0)), g.number(0), g.mul(g.mul(x, h), h));
  }

  /** max(x, 0) - a Q(a), where Q is the tail of the normal distribution beyond a = |x|. */
  private String gelu(String x) {
    String a = g.min(g.abs(x), 39);
    String shifted = g.add(a, g.number(4));
    String q = g.div(g.sub(a, g.number(4)), shifted);
    String gauss = g.exp(g.mul(g.mul(a, a), g.number(-0.5)));
    String tail =
        g.mul(g.div(g.polynomial(q, Elementary.normalTailCoefficients()), shifted), gauss);
    return g.sub(g.max(x, 0), g.mul(a, tail));
  }

  /** 2 sqrt(2 / pi) (x + 0.044715 x^3). */
  private String geluTanhArgument(String x) {
    double factor = 2 * Math.sqrt(2 / Math.PI);
    String a = g.min(g.max(x, -30), 30);
    String b = g.number(factor * 0.044715);
    return g.mul(a, g.add(g.mul(g.mul(a, a), b), g.number(factor)));
  }

  /** x times tanh(ln(1 + e^x)), which is t (t + 2) / (t (t + 2) + 2) of t = e^x. */
  private String mish(String x) {
    String h = g.exp(g.mul(g.abs(x), g.number(-0.5)));
    String t = g.mul(h, h);
    String two = g.number(2);
    String longer = g.add(t, two);
    String below = g.div(g.mul(timesSquare(x, h), longer), g.add(g.mul(t, longer), two));
    String above = g.add(g.mul(t, two), g.number(1));
    String gate = g.div(above, g.add(g.mul(g.mul(t, t), two), above));
    return g.where(g.negative(x), below, g.mul(x, gate));
  }

  private String tanh(String x) {
    String e = g.expm1(g.mul(g.abs(x), g.number(-2)));
    String negative = g.div(e, g.add(e, g.number(2)));
    return g.where(g.negative(x), negative, g.neg(negative));
  }

  private String rationalTanh(String x) {
    // Where the fourth power is finite; beyond, the value is the limit.
    String near = g.min(g.abs(x), Math.sqrt(g.precision.hugeRoot));
    String a = g.div(g.mul(near, g.number(2)), g.number(3));
    String w = g.mul(a, a);
    String s = g.add(a, g.add(w, g.mul(g.mul(w, w), g.number(1.41645))));
    return withSignOf(x, g.mul(g.div(s, g.add(s, g.number(1))), g.number(1.7159)));
  }

  private String withSignOf(String x, String magnitude) {
    return g.where(g.negative(x), g.neg(magnitude), magnitude);
  }

  private String tanhShrink(String x) {
    String c = g.min(g.max(x, -1), 1);
    String w = g.mul(c, c);
    String near = g.mul(c, g.mul(w, g.polynomial(w, TanhShrinkSeries.coefficients())));
    return g.where(g.op("Greater", g.abs(x), g.number(1)), g.sub(x, tanh(x)), near);
  }

  /** slope * x above 0, factor * (e^(x / width) - 1) below. */
  private String exponentialUnit(String x, double slope, double factor, double width) {
    String a = g.min(x, 0);
    String scaled = width == 1 ? a : g.div(a, g.number(width));
    String above = g.max(x, 0);
    return g.add(
        slope == 1 ? above : g.mul(above, g.number(slope)),
        g.mul(g.expm1(scaled), g.number(factor)));
  }

  /** The x of a value y: infinite at a bound that is only approached, NaN beyond. */
  String inverse(ActivationFunction f, String y) {
    double[] p = parameters(f);
    String x =
        switch (f.name()) {
          case "identity" -> y;
          case "leaky_relu", "prelu" -> g.where(g.positive(y), y, g.div(y, g.number(p[0])));
          case "elu" -> g.where(g.positive(y), y, g.log1p(g.div(g.min(y, 0), g.number(p[0]))));
          case "celu" ->
              g.where(
                  g.positive(y),
                  y,
                  g.mul(g.log1p(g.div(g.min(y, 0), g.number(p[0]))), g.number(p[0])));
          case "selu" ->
              g.where(
                  g.positive(y),
                  g.div(y, g.number(f.slope(1))),
                  g.log1p(g.div(g.min(y, 0), g.number(f.steepestSlope()))));
          case "exponential" -> g.log(y);
          case "sigmoid" -> logit(y);
          case "tanh" -> artanh(y);
          case "logit" -> sigmoid(y);
          case "log1p" -> expm1(y);
          case "signed_log1p" -> withSignOf(y, expm1(g.abs(y)));
          case "softsign" -> beyond(g.abs(y), 1, g.div(y, g.sub(g.number(1), g.abs(y))));
          case "log_sigmoid" -> beyond(y, 0, g.sub(y, g.log(g.neg(g.expm1(y)))));
          case "softplus" ->
              beyond(
                  g.neg(y),
                  0,
                  g.add(
                      y,
                      g.div(
                          g.log(g.neg(g.expm1(g.neg(g.mul(y, g.number(p[0])))))), g.number(p[0]))));
          case "squareplus" ->
              beyond(
                  g.neg(y),
                  0,
                  g.where(g.op("IsInf", y), y, g.sub(y, g.div(g.number(0.25 * p[0]), y))));
          default -> throw inexpressible(f, ", inverted,");
        };
    return keepNaN(y, x);
  }

  /** Inverse of a prelu with a slope of each feature's. */
  String inversePrelu(String y, double[] slopes) {
    return g.where(g.positive(y), y, g.div(y, g.numbers(slopes)));
  }

  private String beyond(String a, double bound, String x) {
    return g.where(g.op("Greater", a, g.number(bound)), g.number(Double.NaN), x);
  }

  /** e^y - 1, for numbers above 0 too. */
  private String expm1(String y) {
    String far = g.sub(g.exp(y), g.number(1));
    return g.where(g.op("Greater", y, g.number(1)), far, g.expm1(g.min(y, 1)));
  }

  private String logit(String y) {
    String low = g.sub(g.log(y), g.log1p(g.neg(y)));
    String doubled = g.sub(g.mul(y, g.number(2)), g.number(1));
    String high = g.log1p(g.div(doubled, g.sub(g.number(1), y)));
    return g.where(g.op("Less", y, g.number(0.25)), low, high);
  }

  private String artanh(String y) {
    String a = g.abs(y);
    String half =
        g.mul(g.log1p(g.div(g.mul(a, g.number(2)), g.sub(g.number(1), a))), g.number(0.5));
    return g.where(g.negative(y), g.neg(half), half);
  }
}
