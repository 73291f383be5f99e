package io.normact.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph of ONNX in the making: each operation gives the name of its result. It uses operators of
 * opset 18 of which onnxruntime has kernels for float and double, and no attributes for numbers,
 * since those are float32.
 */
final class Graph {

  /** ONNX 1.14 and onnxruntime 1.15, of 2023, read it, and so do later ones. */
  static final int OPSET = 18;

  static final int IR_VERSION = 8;

  private static final int INT64 = 7;
  private static final int BOOL = 9;
  private static final int ATTRIBUTE_INT = 2;

  final NumberType precision;
  private final Message graph = new Message();
  private final Map<List<Object>, String> constants = new HashMap<>();
  private final Set<String> given = new HashSet<>();
  private int made;

  Graph(NumberType precision) {
    this.precision = precision;
    graph.text(2, "normact");
  }

  /** Keeps a name of the user's for what bears it. */
  void reserve(String name) {
    given.add(name);
  }

  private String next(String what) {
    String name;
    do {
      name = what + "_" + made++;
    } while (given.contains(name));
    return name;
  }

  /** An input or output of the model, of rows of some features; below 0 for any number of them. */
  void input(String name, int width) {
    graph.message(11, value(name, width));
  }

  /** Makes a result an output of the model, of rows of some features; below 0 for any number. */
  void output(String name, int width, String result) {
    graph.message(1, node("Identity", name, List.of(result), Map.of()));
    graph.message(12, value(name, width));
  }

  private Message value(String name, int width) {
    Message batch = new Message().text(2, "batch");
    Message features =
        width < 0 ? new Message().text(2, "features") : new Message().number(1, width);
    Message shape = new Message().message(1, batch).message(1, features);
    Message tensor = new Message().number(1, precision.type).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  private Message node(
      String operator, String output, List<String> inputs, Map<String, Integer> attributes) {
    Message node = new Message();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(3, output).text(4, operator);
    attributes.forEach(
        (name, value) ->
            node.message(
                5, new Message().text(1, name).number(3, value).number(20, ATTRIBUTE_INT)));
    return node;
  }

  /** The result of an operator without attributes. */
  String op(String operator, String... inputs) {
    return op(operator, Map.of(), inputs);
  }

  String op(String operator, Map<String, Integer> attributes, String... inputs) {
    String output = next(operator);
    graph.message(1, node(operator, output, List.of(inputs), attributes));
    return output;
  }

  /** The first result of an operator that has two. */
  String first(String operator, Map<String, Integer> attributes, String... inputs) {
    String output = next(operator);
    Message node = node(operator, output, List.of(inputs), attributes);
    graph.message(1, node.text(2, next(operator)));
    return output;
  }

  /** A position that is no list. */
  String scalarPosition(long value) {
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    return constants.computeIfAbsent(
        List.of("position", value), key -> tensor(INT64, new int[0], bytes));
  }

  /** A number for all rows and features. */
  String number(double value) {
    return constant(precision.nearest(value));
  }

  /** A threshold: x is above it where x is above the number. */
  String threshold(double value) {
    return constant(precision.notAbove(value));
  }

  private String constant(double value) {
    return constants.computeIfAbsent(
        List.of("number", value),
        key -> tensor(precision.type, new int[0], precision.bytes(new double[] {value})));
  }

  /** A number for each feature. */
  String numbers(double[] values) {
    double[] rounded = Arrays.stream(values).map(precision::nearest).toArray();
    return tensor(precision.type, new int[] {1, values.length}, precision.bytes(rounded));
  }

  String flags(boolean[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return tensor(BOOL, new int[] {1, values.length}, bytes);
  }

  /** Positions: axes, or where a slice begins and ends. */
  String positions(long... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(buffer::putLong);
    return constants.computeIfAbsent(
        List.of("positions", Arrays.toString(values)),
        key -> tensor(INT64, new int[] {values.length}, buffer.array()));
  }

  private String tensor(int type, int[] dimensions, byte[] bytes) {
    String name = next("constant");
    Message tensor = new Message();
    Arrays.stream(dimensions).forEach(dimension -> tensor.number(1, dimension));
    graph.message(5, tensor.number(2, type).text(8, name).bytes(9, bytes));
    return name;
  }

  String add(String a, String b) {
    return op("Add", a, b);
  }

  String sub(String a, String b) {
    return op("Sub", a, b);
  }

  String mul(String a, String b) {
    return op("Mul", a, b);
  }

  String div(String a, String b) {
    return op("Div", a, b);
  }

  String max(String a, double b) {
    return op("Max", a, number(b));
  }

  String min(String a, double b) {
    return op("Min", a, number(b));
  }

  String abs(String a) {
    return op("Abs", a);
  }

  String neg(String a) {
    return op("Neg", a);
  }

  String exp(String a) {
    return op("Exp", a);
  }

  String log(String a) {
    return op("Log", a);
  }

  String where(String condition, String then, String otherwise) {
    return op("Where", condition, then, otherwise);
  }

  String positive(String a) {
    return op("Greater", a, number(0));
  }

  String negative(String a) {
    return op("Less", a, number(0));
  }

  String equal(String a, String b) {
    return op("Equal", a, b);
  }

  /** True, a flag a row, if one of the flags of its features is. */
  String any(String flags) {
    String numbers = op("Cast", Map.of("to", precision.type), flags);
    return positive(op("ReduceMax", numbers, positions(1)));
  }

  String sum(String a) {
    return op("ReduceSum", a, positions(1));
  }

  String mean(String a) {
    return op("ReduceMean", a, positions(1));
  }

  /** The greatest of each row. */
  String top(String a) {
    return op("ReduceMax", a, positions(1));
  }

  /** log(1 + z), to the last digits for small z too, by W. Kahan's correction. */
  String log1p(String z) {
    String u = add(z, number(1));
    String d = sub(u, number(1));
    String log = log(u);
    String corrected = mul(log, div(z, d));
    return where(equal(d, z), log, where(equal(d, number(0)), z, corrected));
  }

  /** e^x - 1 for x up to 0, as {@link #log1p}. */
  String expm1(String x) {
    String u = exp(x);
    String d = sub(u, number(1));
    String corrected = mul(d, div(x, log(u)));
    return where(equal(u, number(1)), x, where(equal(d, number(-1)), number(-1), corrected));
  }

  /** Coefficients from the lowest power up, by Horner's rule. */
  String polynomial(String x, double... coefficients) {
    String value = number(coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i >= 0; i--) {
      value = add(mul(value, x), number(coefficients[i]));
    }
    return value;
  }

  Message message() {
    return graph;
  }
}
