package io.normact.math;

import io.normact.text.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the text of an activation function, {@code name} or {@code name(param=value, ...)}. */
final class Spelling {

  private Spelling() {}

  static ActivationFunction parse(String text) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(
          "Activation function is missing: expected a name such as 'sigmoid' or 'elu(alpha=0.5)', but got "
              + (text == null ? "null" : "'" + shown(text) + "'")
              + ".");
    }
    String stripped = text.strip().toLowerCase(Locale.ROOT);
    int open = stripped.indexOf('(');
    int close = stripped.indexOf(')');
    if (open < 0 && close < 0) {
      return Definition.named(stripped).create();
    }
    if (open < 1 || close != stripped.length() - 1 || stripped.indexOf('(', open + 1) >= 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Activation function '%s' is not well formed: expected name or name(param=value, ...).",
              shown(text.strip())));
    }
    Definition definition = Definition.named(stripped.substring(0, open));
    return definition.create(values(definition, stripped.substring(open + 1, close).strip()));
  }

  private static double[] values(Definition definition, String assignments) {
    List<Definition.ParameterDefinition> parameters = definition.parameters();
    double[] values =
        parameters.stream().mapToDouble(Definition.ParameterDefinition::defaultValue).toArray();
    if (assignments.isEmpty()) {
      return values;
    }
    List<String> names = parameters.stream().map(Definition.ParameterDefinition::name).toList();
    List<String> seen = new ArrayList<>();
    for (String assignment : assignments.split(",", -1)) {
      int equals = assignment.indexOf('=');
      String name = equals < 0 ? "" : assignment.substring(0, equals).strip();
      if (name.isEmpty()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Parameter '%s' of %s is not well formed: expected param=value; %s.",
                shown(assignment.strip()),
                definition.name(),
                expected(definition)));
      }
      int position = names.indexOf(name);
      if (position < 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Parameter '%s' of %s is unknown: %s.",
                shown(name),
                definition.name(),
                expected(definition)));
      }
      if (seen.contains(name)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Parameter %s of %s is given twice: expected it once.",
                name,
                definition.name()));
      }
      seen.add(name);
      values[position] =
          number(definition, parameters.get(position), assignment.substring(equals + 1).strip());
    }
    return values;
  }

  private static String expected(Definition definition) {
    return definition.parameters().isEmpty()
        ? "the function takes no parameters"
        : "expected " + definition.signature();
  }

  private static double number(
      Definition definition, Definition.ParameterDefinition parameter, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Parameter %s of %s is '%s', but must be %s.",
              parameter.name(),
              definition.name(),
              shown(text),
              parameter.range()),
          e);
    }
  }

  private static String shown(String text) {
    return Excerpt.of(text, Definition.SHOWN);
  }
}
