package io.normact.onnx;

import io.normact.onnx.FunctionFormula.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The activation function behind a layer's result. Exporters write it as one operator or, where the
 * opset has none, as several: {@code x * Sigmoid(x)}. What is computed from the result alone is
 * read as formulas. The function is the longest formula that is known and that lies on every way
 * from the result.
 */
final class FollowingFunction {

  /** More than any function has; a formula may double with each of its nodes. */
  private static final int MOST_PARTS = 40;

  /** What keeps each number as it is, wherever it stands then. */
  private static final Set<String> MOVES =
      Set.of("Flatten", "Reshape", "Transpose", "Squeeze", "Unsqueeze");

  private static final Set<String> SAME = Set.of("Identity", "Dropout", "Cast");

  /** Other layers, which put numbers together. */
  private static final Set<String> LAYERS =
      Set.of(
          "Attention",
          "AveragePool",
          "BatchNormalization",
          "Concat",
          "Conv",
          "ConvTranspose",
          "Einsum",
          "GRU",
          "Gather",
          "Gemm",
          "GlobalAveragePool",
          "GlobalLpPool",
          "GlobalMaxPool",
          "GroupNormalization",
          "InstanceNormalization",
          "LRN",
          "LSTM",
          "LayerNormalization",
          "LpNormalization",
          "LpPool",
          "MatMul",
          "MaxPool",
          "Pad",
          "RMSNormalization",
          "RNN",
          "ReduceMax",
          "ReduceMean",
          "ReduceSum",
          "Resize",
          "Slice",
          "Split");

  /** What takes a shape and no number. */
  private static final Set<String> SHAPES = Set.of("Shape", "Size");

  private final ModelGraph graph;
  private final String result;
  private final int features;

  /** What is computed from the result alone, in the order of the nodes. */
  private final Map<String, NormalForm> formulas = new LinkedHashMap<>();

  /** Those of them that come after a node of {@link #MOVES}. */
  private final Set<String> moved = new HashSet<>();

  /** From a formula's name to the formulas that take it up. */
  private final Map<String, Set<String>> takers = new HashMap<>();

  /** Formulas that something else takes up, too. */
  private final Set<String> exits = new HashSet<>();

  /** Operators that take them up and are no layers. */
  private final Set<String> unknown = new LinkedHashSet<>();

  /** Reads what follows a result of so many features. */
  FollowingFunction(ModelGraph graph, String result, int features) {
    this.graph = graph;
    this.result = result;
    this.features = features;
    formulas.put(result, NormalForm.X);
    graph.nodes().forEach(this::take);
    for (String name : formulas.keySet()) {
      if (!takers.containsKey(name) || graph.isOutput(name)) {
        exits.add(name);
      }
    }
  }

  private void take(ProtoReader node) {
    List<String> inputs = node.texts(1);
    List<String> ours = inputs.stream().filter(formulas::containsKey).toList();
    String operator = operator(node);
    if (ours.isEmpty() || SHAPES.contains(operator)) {
      return;
    }
    boolean moves = MOVES.contains(operator);
    boolean same = moves || SAME.contains(operator);
    boolean alone =
        same
            || inputs.stream()
                .allMatch(i -> i.isEmpty() || formulas.containsKey(i) || graph.isConstant(i));
    NormalForm formula =
        same ? formulas.get(inputs.get(0)) : alone ? formula(node, operator) : null;
    if (formula == null || formula.size() > MOST_PARTS) {
      exits.addAll(ours);
      if (alone && !LAYERS.contains(operator)) {
        unknown.add(operator);
      }
      return;
    }
    String name = node.texts(2).stream().findFirst().orElse("");
    formulas.put(name, formula);
    for (String input : ours) {
      takers.computeIfAbsent(input, key -> new LinkedHashSet<>()).add(name);
      if (moves || moved.contains(input)) {
        moved.add(name);
      }
    }
  }

  private static String operator(ProtoReader node) {
    String domain = node.text(7);
    return domain.isEmpty() || domain.equals("ai.onnx")
        ? node.text(4)
        : domain + "." + node.text(4);
  }

  /** Identity where nothing but other layers follows; null if what follows isn't understood. */
  Found find() {
    if (unknown.isEmpty() && formulas.values().stream().allMatch(NormalForm::isX)) {
      return FunctionFormula.known(NormalForm.X);
    }
    Found longest = null;
    for (Map.Entry<String, NormalForm> each : formulas.entrySet()) {
      if (!each.getValue().isX() && isPassedByAll(each.getKey())) {
        Found found = FunctionFormula.known(each.getValue());
        if (found != null && (found.activation().elementwise() || !moved.contains(each.getKey()))) {
          longest = found;
        }
      }
    }
    return longest;
  }

  /** What follows, in words. */
  String text() {
    List<String> operators = new ArrayList<>();
    formulas.values().stream()
        .filter(f -> !f.isX())
        .map(NormalForm::shape)
        .limit(3)
        .forEach(operators::add);
    operators.addAll(unknown);
    return String.join(", ", operators);
  }

  /** Whether there is no way from the result to an exit but through this one. */
  private boolean isPassedByAll(String name) {
    List<String> open = new ArrayList<>(List.of(result));
    Set<String> seen = new HashSet<>(List.of(name));
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (seen.add(next)) {
        if (exits.contains(next)) {
          return false;
        }
        open.addAll(takers.getOrDefault(next, Set.of()));
      }
    }
    return true;
  }

  /** The formula of a node of which all inputs are formulas or constants; null for other nodes. */
  private NormalForm formula(ProtoReader node, String operator) {
    List<NormalForm> operands = node.texts(1).stream().map(name -> operand(node, name)).toList();
    NormalForm x = operands.get(0);
    if (operator.equals("Clip")) {
      return clip(node, operands);
    }
    if (operands.stream().anyMatch(Objects::isNull)) {
      return null;
    }
    return switch (operands.size()) {
      case 1 -> unary(node, operator, x);
      case 2 -> binary(operator, x, operands.get(1));
      default -> null;
    };
  }

  private NormalForm unary(ProtoReader node, String operator, NormalForm x) {
    return switch (operator) {
      case "Abs", "Erf", "Exp", "Log", "Sigmoid", "Softplus", "Softsign", "Tanh" ->
          NormalForm.call(operator, x);
      case "Neg" -> x.negated();
      case "Reciprocal" -> x.reciprocal();
      case "Relu" -> x.atLeast(0);
      case "LeakyRelu" -> NormalForm.call(operator, x, attribute(node, "alpha", 0.01));
      case "Elu", "Celu", "ThresholdedRelu" ->
          NormalForm.call(operator, x, attribute(node, "alpha", 1));
      case "Selu" ->
          NormalForm.product(
              attribute(node, "gamma", FunctionFormula.SELU_GAMMA),
              NormalForm.call("Elu", x, attribute(node, "alpha", FunctionFormula.SELU_ALPHA)));
      case "HardSigmoid" ->
          hardSigmoid(x, attribute(node, "alpha", 0.2), attribute(node, "beta", 0.5));
      case "HardSwish" ->
          NormalForm.product(
              x, hardSigmoid(x, NormalForm.constant(1.0 / 6), NormalForm.constant(0.5)));
      case "Mish" -> NormalForm.product(x, NormalForm.call("Tanh", NormalForm.call("Softplus", x)));
      case "Swish" ->
          NormalForm.product(
              x, NormalForm.call("Sigmoid", NormalForm.product(x, attribute(node, "alpha", 1))));
      case "Gelu" ->
          NormalForm.call(
              ModelGraph.attribute(node, "approximate").equals("tanh") ? "GeluTanh" : operator, x);
      case "Shrink" ->
          NormalForm.call(operator, x, attribute(node, "lambd", 0.5), attribute(node, "bias", 0));
      case "Softmax", "LogSoftmax" -> acrossFeatures(node) ? NormalForm.call(operator, x) : null;
      default -> null;
    };
  }

  private static NormalForm binary(String operator, NormalForm x, NormalForm y) {
    return switch (operator) {
      case "Add", "Mul", "Max", "Min" -> NormalForm.combined(operator, x, y);
      case "Sub" -> NormalForm.sum(x, y.negated());
      case "Div" -> NormalForm.product(x, y.reciprocal());
      case "Pow" -> power(x, y);
      case "PRelu" -> y.isConstant() ? NormalForm.call(operator, x, y) : null;
      default -> null;
    };
  }

  private NormalForm operand(ProtoReader node, String name) {
    NormalForm formula = formulas.get(name);
    if (formula != null) {
      return formula;
    }
    double[] numbers = graph.decimals(node.text(3), name);
    return numbers == null || (numbers.length != 1 && numbers.length != features)
        ? null
        : NormalForm.constant(numbers);
  }

  private static NormalForm attribute(ProtoReader node, String name, double otherwise) {
    return NormalForm.constant(ModelGraph.attribute(node, name, otherwise));
  }

  private static NormalForm power(NormalForm x, NormalForm exponent) {
    double e = exponent.isConstant() ? exponent.scalars()[0] : 0;
    return e == 2 || e == 3 ? x.power((int) e) : null;
  }

  /** Bounds are attributes up to opset 10, then inputs, and may be missing. */
  private static NormalForm clip(ProtoReader node, List<NormalForm> operands) {
    List<String> inputs = node.texts(1);
    NormalForm y = operands.get(0);
    String[] names = {"min", "max"};
    for (int i = 0; i < names.length && y != null; i++) {
      float beyond = i == 0 ? -Float.MAX_VALUE : Float.MAX_VALUE;
      boolean given = i + 1 < inputs.size() && !inputs.get(i + 1).isEmpty();
      NormalForm bound = given ? operands.get(i + 1) : attribute(node, names[i], beyond);
      double number = bound == null || !bound.isConstant() ? Double.NaN : bound.scalars()[0];
      if (Double.isNaN(number)) {
        return null;
      }
      if (Math.abs(number) < Float.MAX_VALUE) {
        y = i == 0 ? y.atLeast(number) : y.atMost(number);
      }
    }
    return y;
  }

  private static NormalForm hardSigmoid(NormalForm x, NormalForm alpha, NormalForm beta) {
    return NormalForm.sum(NormalForm.product(x, alpha), beta).atLeast(0).atMost(1);
  }

  /** Features are the second axis, and the last one of rows; before opset 13 all from there on. */
  private boolean acrossFeatures(ProtoReader node) {
    long axis = ModelGraph.attribute(node, "axis", graph.opset() < 13 ? 1L : -1L);
    return axis == 1 || axis == -1;
  }
}
