package io.normact.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.fuzz.Fuzz.Outcome;
import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.ml.Activation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Texts of activation functions, right and wrong, read by the library, a stage and SQL. */
@Tag("thorough")
class FunctionFuzzTest {

  /** SQL costs a thousand times what reading a text does. */
  private static final int CASES_FOR_A_QUERY = 8;

  private static final double[] POINTS = {
    Double.NEGATIVE_INFINITY, -1e308, -700, -1, -Double.MIN_VALUE, 0, 0.3, 2, 1e308
  };

  /** A text that is right, and what it must be read as. */
  private record Written(String text, ActivationFunction function) {}

  @Test
  void everyTextIsReadRightOrRefusedInOneSentence() throws Exception {
    Fuzz.run(getClass(), 57, Duration.ofSeconds(30), FunctionFuzzTest::tryText);
  }

  private static Outcome tryText(SplittableRandom random, List<String> trail) {
    Written written = written(random);
    String text = written.text;
    trail.add("written " + text);
    if (random.nextInt(3) == 0) {
      return accepted(text, written.function, random);
    }
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      text = random.nextInt(8) == 0 ? Texts.odd(random) : Texts.mistyped(text, random);
      trail.add("mistyped " + text);
    }
    ActivationFunction read;
    try {
      read = ActivationFunction.parse(text);
    } catch (IllegalArgumentException e) {
      assertIsOneSentence(e.getMessage());
      assertRefusedByStageAndSql(text, e.getMessage(), random);
      return Outcome.REFUSED;
    }
    // What was mistyped may still be a function; then it must be the one that it says.
    String plain = text.replaceAll("\\s", "").toLowerCase(Locale.ROOT);
    assertThat(
            Stream.concat(Stream.of(read.name()), read.definition().aliases().stream())
                .anyMatch(plain::startsWith))
        .isTrue();
    return accepted(text, read, random);
  }

  /** A function with some of its parameters written, in any order, case and spacing. */
  private static Written written(SplittableRandom random) {
    Definition definition = Texts.one(Definition.all(), random);
    double[] values = new double[definition.parameters().size()];
    List<String> assignments = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      Definition.ParameterDefinition parameter = definition.parameters().get(i);
      values[i] = parameter.defaultValue();
      if (random.nextBoolean()) {
        double value = number(random);
        if (parameter.allows(value)) {
          values[i] = value;
          String assignment = blank(random) + parameter.name() + blank(random) + "=" + value;
          assignments.add(random.nextInt(assignments.size() + 1), assignment);
        }
      }
    }
    if (!isAllowed(definition, values)) {
      return written(random);
    }
    List<String> names = new ArrayList<>(definition.aliases());
    names.add(definition.name());
    String name = Texts.one(names, random);
    String text =
        assignments.isEmpty() && random.nextBoolean()
            ? name
            : name + "(" + String.join(blank(random) + ",", assignments) + ")";
    return new Written(
        blank(random) + (random.nextBoolean() ? text.toUpperCase(Locale.ROOT) : text),
        definition.create(values));
  }

  /** Whether the parameters suit one another: hard_tanh's bounds have an order. */
  private static boolean isAllowed(Definition definition, double[] values) {
    return !definition.name().equals("hard_tanh") || values[0] < values[1];
  }

  private static double number(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> random.nextInt(-3, 4);
      case 1 -> random.nextDouble();
      case 2 -> Double.longBitsToDouble(random.nextLong());
      case 3 -> -random.nextDouble() * 1e-5;
      default -> random.nextDouble() * 10;
    };
  }

  private static String blank(SplittableRandom random) {
    return " ".repeat(random.nextInt(8) / 6);
  }

  private static Outcome accepted(
      String text, ActivationFunction function, SplittableRandom random) {
    ActivationFunction read = ActivationFunction.parse(text);
    assertThat(read).isEqualTo(function);
    assertThat(ActivationFunction.parse(read.toString())).isEqualTo(function);
    assertThat(new Activation().setFunction(text).getFunction()).isEqualTo(text);
    double[] x = POINTS.clone();
    read.values(x, x);
    for (int i = 0; i < x.length && read.elementwise(); i++) {
      assertThat(x[i]).isEqualTo((Double) read.value(POINTS[i]));
    }
    if (read.zeroAtZero()) {
      // What a sparse vector does not store is 0.0, not -0.0.
      assertThat(Double.doubleToRawLongBits(read.value(0))).isZero();
    }
    if (random.nextInt(CASES_FOR_A_QUERY) == 0) {
      List<?> inSql = query(text).getList(0);
      assertThat(inSql).isEqualTo(Arrays.stream(x).boxed().toList());
    }
    return Outcome.ACCEPTED;
  }

  private static Row query(String text) {
    String points =
        String.join(", ", Arrays.stream(POINTS).mapToObj(x -> "double('" + x + "')").toList());
    return LocalSpark.session()
        .sql("SELECT activate(array(" + points + "), :f)", java.util.Map.of("f", text))
        .head();
  }

  private static void assertRefusedByStageAndSql(
      String text, String message, SplittableRandom random) {
    assertThatThrownBy(() -> new Activation().setFunction(text)).hasMessage(message);
    if (random.nextInt(CASES_FOR_A_QUERY) == 0) {
      assertThatThrownBy(() -> query(text)).hasMessageContaining(message);
    }
  }

  static void assertIsOneSentence(String message) {
    assertThat(message)
        .matches("\\p{Lu}.*[.?]")
        .doesNotContainPattern("[\\p{Cc}\\u2028\\u2029]")
        .hasSizeLessThan(1000);
  }
}
