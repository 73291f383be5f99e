package io.normact.onnx;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The graph of a model that others have written: its nodes, and the numbers that stand in it. */
final class ModelGraph {

  private static final int FLOAT = 1;
  private static final int INT32 = 6;
  private static final int INT64 = 7;
  private static final int DOUBLE = 11;

  private final long opset;
  private final List<ProtoReader> nodes;
  private final List<String> outputs;
  private final Map<String, ProtoReader> tensors = new HashMap<>();

  /** Numbers that stand in a node themselves. */
  private final Map<String, Double> literals = new HashMap<>();

  /** From a result that is another one under a new name to that one. */
  private final Map<String, String> same = new HashMap<>();

  /**
   * The graph of a model.
   *
   * @throws IllegalArgumentException if the model has none
   */
  ModelGraph(ProtoReader model) {
    List<ProtoReader> graphs = model.messages(7);
    if (graphs.size() != 1) {
      throw new IllegalArgumentException("It has no graph.");
    }
    ProtoReader graph = graphs.get(0);
    opset =
        model.messages(8).stream()
            .filter(each -> each.text(1).isEmpty() || each.text(1).equals("ai.onnx"))
            .mapToLong(each -> each.number(2))
            .findFirst()
            .orElse(1);
    nodes = graph.messages(1);
    outputs = graph.messages(12).stream().map(output -> output.text(1)).toList();
    for (ProtoReader tensor : graph.messages(5)) {
      tensors.put(tensor.text(8), tensor);
    }
    for (ProtoReader node : nodes) {
      if (node.text(4).equals("Constant")) {
        for (ProtoReader attribute : node.messages(5)) {
          attribute.messages(5).forEach(tensor -> tensors.put(node.text(2), tensor));
          if (attribute.text(1).equals("value_float")) {
            literals.put(node.text(2), (double) attribute.single(2));
          }
        }
      } else if (node.text(4).equals("Identity")) {
        same.put(node.text(2), first(node.text(1)));
      }
    }
  }

  long opset() {
    return opset;
  }

  /** All nodes; each stands behind those whose results it takes. */
  List<ProtoReader> nodes() {
    return nodes;
  }

  boolean isOutput(String result) {
    return outputs.contains(result);
  }

  boolean isConstant(String name) {
    return tensors.containsKey(first(name)) || literals.containsKey(first(name));
  }

  private String first(String name) {
    return same.getOrDefault(name, name);
  }

  /**
   * The numbers of this name.
   *
   * @param node who takes them, for messages
   * @throws IllegalArgumentException if they don't stand in the model, or are no numbers
   */
  double[] numbers(String node, String name) {
    Double literal = literals.get(first(name));
    if (literal != null) {
      return new double[] {literal};
    }
    ProtoReader tensor = tensors.get(first(name));
    if (tensor == null || tensor.number(14) != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Node '%s' takes '%s', whose numbers are not in the model; export it in one file, with its weights.",
              node,
              name));
    }
    int type = (int) tensor.number(2);
    if (!List.of(FLOAT, DOUBLE, INT32, INT64).contains(type)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Node '%s' takes '%s' of the type %d, but numbers must be float32 or float64.",
              node,
              name,
              type));
    }
    ByteBuffer raw = tensor.bytes(9);
    List<? extends Number> numbers =
        switch (type) {
          case FLOAT ->
              raw == null ? tensor.singles(4) : ProtoReader.numbers(raw, ByteBuffer::getFloat);
          case DOUBLE ->
              raw == null ? tensor.doubles(10) : ProtoReader.numbers(raw, ByteBuffer::getDouble);
          case INT32 ->
              raw == null ? tensor.integers(5) : ProtoReader.numbers(raw, ByteBuffer::getInt);
          default ->
              raw == null ? tensor.integers(7) : ProtoReader.numbers(raw, ByteBuffer::getLong);
        };
    return numbers.stream().mapToDouble(Number::doubleValue).toArray();
  }

  /** Numbers as {@link #decimal} reads them; null if the name isn't one of numbers in the model. */
  double[] decimals(String node, String name) {
    return isConstant(name)
        ? Arrays.stream(numbers(node, name)).map(ModelGraph::decimal).toArray()
        : null;
  }

  /** The shortest decimal that a float is nearest to: 0.1f was 0.1 before it became a float. */
  private static double decimal(double number) {
    float single = (float) number;
    return single == number ? Double.parseDouble(Float.toString(single)) : number;
  }

  /** A number in an attribute. */
  static double attribute(ProtoReader node, String name, double otherwise) {
    for (ProtoReader attribute : node.messages(5)) {
      if (attribute.text(1).equals(name)) {
        return decimal(attribute.single(2));
      }
    }
    return otherwise;
  }

  /** An integer in an attribute. */
  static long attribute(ProtoReader node, String name, long otherwise) {
    for (ProtoReader attribute : node.messages(5)) {
      if (attribute.text(1).equals(name)) {
        return attribute.number(3);
      }
    }
    return otherwise;
  }

  /** A text in an attribute; empty if there is none. */
  static String attribute(ProtoReader node, String name) {
    for (ProtoReader attribute : node.messages(5)) {
      if (attribute.text(1).equals(name)) {
        return attribute.text(4);
      }
    }
    return "";
  }
}
