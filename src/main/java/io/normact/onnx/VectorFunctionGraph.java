package io.normact.onnx;

import io.normact.math.ActivationFunction;
import java.util.Map;

/** Functions of a whole vector, such as softmax, in operators of ONNX; a row is a vector. */
final class VectorFunctionGraph {

  private final Graph g;

  VectorFunctionGraph(Graph graph) {
    g = graph;
  }

  /** f(x); one NaN makes all of a row NaN. */
  String value(ActivationFunction f, String x) {
    String y =
        switch (f.name()) {
          case "hardmax" -> hardmax(x);
          case "layer_norm", "rms_norm", "unit_norm" -> normalization(f, x);
          default -> shares(f, x);
        };
    return g.where(g.any(g.op("IsNaN", x)), g.number(Double.NaN), y);
  }

  /** Of those at the top the one up to which there is one. */
  private String hardmax(String x) {
    String atTop = g.op("Cast", Map.of("to", g.precision.type), g.equal(x, g.top(x)));
    String count = g.mul(atTop, g.op("CumSum", atTop, g.scalarPosition(1)));
    return g.where(g.equal(count, g.number(1)), g.number(1), g.number(0));
  }

  /** A row over its size; where elements are infinite the others are as good as 0. */
  private String normalization(ActivationFunction f, String x) {
    double parameter = ActivationGraph.parameters(f)[0];
    boolean isNorm = f.name().equals("unit_norm");
    String zero = g.number(0);
    String infinite = g.op("IsInf", x);
    String isFar = g.any(infinite);
    String sign = g.where(g.negative(x), g.number(-1), g.number(1));
    String input = g.where(isFar, g.where(infinite, sign, zero), x);
    String epsilon = g.where(isFar, zero, g.number(isNorm ? 0 : parameter));
    // In units of what is greatest, so that no square overflows.
    String unit = orOne(g.op("Max", g.top(g.abs(input)), g.op("Sqrt", epsilon)));
    String z = g.div(input, unit);
    String addend = g.div(g.div(epsilon, unit), unit);
    if (f.name().equals("layer_norm")) {
      // Twice, since the first mean is rounded.
      z = g.sub(z, g.mean(z));
      z = g.sub(z, g.mean(z));
    }
    String size = isNorm ? norm(z, parameter) : g.op("Sqrt", g.add(g.mean(g.mul(z, z)), addend));
    return g.div(z, orOne(size));
  }

  private String norm(String z, double p) {
    if (p == 1) {
      return g.sum(g.abs(z));
    }
    return p == 2
        ? g.op("Sqrt", g.sum(g.mul(z, z)))
        : g.op("Pow", g.sum(g.op("Pow", g.abs(z), g.number(p))), g.number(1 / p));
  }

  private String orOne(String size) {
    return g.where(g.equal(size, g.number(0)), g.number(1), size);
  }

  /** Elements that are infinite share the mass. */
  private String shares(ActivationFunction f, String x) {
    String input = f.name().equals("softmin") ? g.neg(x) : x;
    String top = g.top(input);
    String atTop = g.op("Cast", Map.of("to", g.precision.type), g.equal(input, top));
    String share = g.div(atTop, g.sum(atTop));
    String d = g.sub(input, top);
    String y =
        switch (f.name()) {
          case "softmax", "softmin" -> {
            String e = g.exp(d);
            yield g.div(e, g.sum(e));
          }
          case "log_softmax" -> logSoftmax(d);
          case "sparsemax" -> sparsemax(d);
          default -> throw ActivationGraph.inexpressible(f, "");
        };
    String shared = f.name().equals("log_softmax") ? g.log(share) : share;
    return g.where(g.op("IsInf", top), shared, y);
  }

  /** d less the logarithm of 1 and the sum of all others' exponentials. */
  private String logSoftmax(String d) {
    String one = g.number(1);
    String atTop = g.equal(d, g.number(0));
    String others = g.sum(g.where(atTop, g.number(0), g.exp(d)));
    String count = g.sum(g.where(atTop, one, g.number(0)));
    return g.sub(d, g.log1p(g.add(others, g.sub(count, one))));
  }

  /** tau is the greatest of (sum of the k greatest - 1) / k. */
  private String sparsemax(String d) {
    String width = g.op("Gather", Map.of("axis", 0), g.op("Shape", d), g.positions(1));
    String sorted = g.first("TopK", Map.of("axis", 1), d, width);
    String axis = g.positions(1);
    String sums = g.op("CumSum", sorted, g.scalarPosition(1));
    String one = g.op("Add", g.mul(sorted, g.number(0)), g.number(1));
    String counts = g.op("CumSum", one, g.scalarPosition(1));
    String tau = g.op("ReduceMax", g.div(g.sub(sums, g.number(1)), counts), axis);
    return g.max(g.sub(d, tau), 0);
  }
}
