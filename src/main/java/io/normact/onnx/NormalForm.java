package io.normact.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * A formula of one x in a normal form. Exporters write the same formula in many ways; in this form
 * they are alike. Sums, products, minima and maxima are flat, hold at most one constant, and have
 * their parts in order.
 *
 * @param operator what is done to the parts; {@code x} and {@code #}, a constant, have none
 * @param parts the parts
 * @param numbers those of a constant: one, or one a feature
 */
record NormalForm(String operator, List<NormalForm> parts, double[] numbers) {

  static final NormalForm X = new NormalForm("x", List.of(), new double[0]);

  private static final String CONSTANT = "#";

  /** What is associative and commutative: how constants are put together, and what changes none. */
  private record Monoid(DoubleBinaryOperator fold, double neutral) {}

  private static final Map<String, Monoid> MONOIDS =
      Map.of(
          "Add", new Monoid((a, b) -> a + b, 0),
          "Mul", new Monoid((a, b) -> a * b, 1),
          "Max", new Monoid(Math::max, Double.NEGATIVE_INFINITY),
          "Min", new Monoid(Math::min, Double.POSITIVE_INFINITY));

  static NormalForm constant(double... numbers) {
    return new NormalForm(CONSTANT, List.of(), numbers);
  }

  /** An operator whose parts keep their order. */
  static NormalForm call(String operator, NormalForm... parts) {
    return new NormalForm(operator, List.of(parts), new double[0]);
  }

  static NormalForm sum(NormalForm... parts) {
    return combined("Add", parts);
  }

  static NormalForm product(NormalForm... parts) {
    return combined("Mul", parts);
  }

  NormalForm atLeast(double bound) {
    return combined("Max", this, constant(bound));
  }

  NormalForm atMost(double bound) {
    return combined("Min", this, constant(bound));
  }

  NormalForm negated() {
    return product(this, constant(-1));
  }

  NormalForm reciprocal() {
    return isConstant() ? mapped(c -> 1 / c) : call("Reciprocal", this);
  }

  /** This, so many times a factor. */
  NormalForm power(int exponent) {
    return product(Stream.generate(() -> this).limit(exponent).toArray(NormalForm[]::new));
  }

  /** Add, Mul, Max or Min of the parts. */
  static NormalForm combined(String operator, NormalForm... parts) {
    Monoid monoid = MONOIDS.get(operator);
    List<NormalForm> flat = new ArrayList<>();
    NormalForm folded = constant(monoid.neutral);
    for (NormalForm part : parts) {
      for (NormalForm each : part.operator.equals(operator) ? part.parts : List.of(part)) {
        if (each.isConstant()) {
          folded = folded(monoid.fold, folded, each);
        } else {
          flat.add(each);
        }
      }
    }
    flat.sort(Comparator.comparing(NormalForm::shape));
    if (flat.isEmpty()) {
      return folded;
    }
    if (Arrays.stream(folded.numbers).anyMatch(c -> c != monoid.neutral)) {
      flat.add(0, folded);
    }
    return flat.size() == 1
        ? flat.get(0)
        : new NormalForm(operator, List.copyOf(flat), new double[0]);
  }

  private static NormalForm folded(DoubleBinaryOperator fold, NormalForm a, NormalForm b) {
    double[] numbers = new double[Math.max(a.numbers.length, b.numbers.length)];
    Arrays.setAll(numbers, j -> fold.applyAsDouble(a.number(j), b.number(j)));
    return constant(numbers);
  }

  private double number(int feature) {
    return numbers[numbers.length == 1 ? 0 : feature];
  }

  private NormalForm mapped(DoubleUnaryOperator f) {
    return constant(Arrays.stream(numbers).map(f).toArray());
  }

  boolean isX() {
    return operator.equals(X.operator);
  }

  boolean isConstant() {
    return operator.equals(CONSTANT);
  }

  /** How many x and constants it is of. */
  int size() {
    return parts.isEmpty() ? 1 : parts.stream().mapToInt(NormalForm::size).sum();
  }

  /** The formula without its numbers, as {@code Mul(#,Sigmoid(x))}. */
  String shape() {
    return parts.isEmpty()
        ? operator
        : parts.stream()
            .map(NormalForm::shape)
            .collect(Collectors.joining(",", operator + "(", ")"));
  }

  /** The constants in the order of the shape. */
  List<double[]> constants() {
    return isConstant()
        ? List.of(numbers)
        : parts.stream().map(NormalForm::constants).flatMap(List::stream).toList();
  }

  /** The one number of each constant; NaN where features have different ones. */
  double[] scalars() {
    return constants().stream()
        .mapToDouble(c -> DoubleStream.of(c).allMatch(each -> each == c[0]) ? c[0] : Double.NaN)
        .toArray();
  }
}
