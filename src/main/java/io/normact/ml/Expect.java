package io.normact.ml;

import io.normact.math.ActivationFunction;
import io.normact.text.Given;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import scala.runtime.AbstractFunction1;

/**
 * The check of a param's value. Spark's own validators say only that a value is invalid; this one
 * says what it was and what it should have been.
 */
final class Expect<T> extends AbstractFunction1<T, Object> implements Serializable {

  private static final long serialVersionUID = 1L;

  /** A test that travels with the stage. */
  private interface Test<T> extends Predicate<T>, Serializable {}

  private final String param;
  private final String expectation;
  private final Test<T> test;

  private Expect(String param, String expectation, Test<T> test) {
    this.param = param;
    this.expectation = expectation;
    this.test = test;
  }

  @Override
  public Object apply(T value) {
    if (value == null || !test.test(value)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Param %s is %s, but must be %s.", param, text(value), expectation));
    }
    return true;
  }

  private static String text(Object value) {
    if (value instanceof Object[] array) {
      return Arrays.toString(array);
    }
    return value instanceof double[] array ? Arrays.toString(array) : String.valueOf(value);
  }

  static Expect<Object> atLeastZero(String param) {
    return new Expect<>(
        param, "a finite number of at least 0", value -> isFinite(value) && number(value) >= 0);
  }

  static Expect<Object> positive(String param) {
    return new Expect<>(
        param, "a finite number above 0", value -> isFinite(value) && number(value) > 0);
  }

  static Expect<Object> momentum(String param) {
    return new Expect<>(
        param,
        "from 0 (cumulative, which torch calls None) to 1",
        value -> number(value) >= 0 && number(value) <= 1);
  }

  static Expect<String> oneOf(String param, String... values) {
    return new Expect<>(param, "one of " + String.join(", ", values), List.of(values)::contains);
  }

  static Expect<double[]> finite(String param) {
    return new Expect<>(
        param, "finite numbers", values -> Arrays.stream(values).allMatch(Double::isFinite));
  }

  /** A text that {@link ActivationFunction#parse} reads; its message says why one is not. */
  static Expect<String> function(String param) {
    return new Expect<>(
        param, "an activation function", text -> ActivationFunction.parse(text) != null);
  }

  /** Texts that {@link ActivationFunction#parse} reads. */
  static Expect<String[]> functions(String param) {
    return new Expect<>(
        param,
        "activation functions",
        texts -> Arrays.stream(texts).map(ActivationFunction::parse).toList().size() > 0);
  }

  static Expect<String> name(String param) {
    return new Expect<>(param, "the name of a column", name -> true);
  }

  static Expect<String[]> names(String param) {
    return new Expect<>(
        param, "names of columns", names -> Arrays.stream(names).allMatch(Objects::nonNull));
  }

  /** An argument that must not be null, back. */
  static <A> A given(A argument, String name, String expectation) {
    return Given.argument(argument, name, expectation);
  }

  static Dataset<?> dataset(Dataset<?> argument) {
    return given(argument, "dataset", "a Dataset");
  }

  static StructType schema(StructType argument) {
    return given(argument, "schema", "the schema of a Dataset");
  }

  static ParamMap extra(ParamMap argument) {
    return given(argument, "extra", "a ParamMap, empty if no param is to change");
  }

  private static boolean isFinite(Object value) {
    return Double.isFinite(number(value));
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }
}
