package io.normact.report;

import io.normact.math.ActivationFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What to do about a verdict, in words and as a stage of a job spec. */
final class Advice {

  /** Where infomax learning exists. */
  private static final Set<String> INFOMAX = Set.of("sigmoid", "tanh");

  private final ActivationFunction function;

  /** Null before normalisation. */
  private final ModelSettings model;

  Advice(ActivationFunction function, ModelSettings model) {
    this.function = function;
    this.model = model;
  }

  /** What to do about a slope that is 0 nearly everywhere. */
  String whereDead() {
    String other = ", or use a function with a slope on both sides, such as leaky_relu.";
    if (model == null) {
      return "Normalise the column first" + other;
    }
    return function.name().equals("relu")
        ? "Raise beta or learn it" + other
        : "Choose gamma and beta so that values come to where the function has a slope, or learn them"
            + other;
  }

  /** The stage of a spec that does it. */
  String specWhereDead() {
    return model == null ? spec() : specWith("leaky_relu");
  }

  /** What to do about a slope that is flat for many values. */
  String whereSaturated() {
    boolean infomax = INFOMAX.contains(function.name());
    if (model == null) {
      return infomax
          ? "Normalise the column first, and learn gamma and beta (infomax)."
          : "Normalise the column first.";
    }
    if (infomax && model.learn().equals("none")) {
      return "Learn gamma and beta (infomax).";
    }
    return "Use a function whose slope falls off more slowly, such as "
        + switch (function.name()) {
          case "softsign" -> "leaky_relu.";
          case "leaky_relu", "prelu" -> "softplus, or a larger alpha.";
          default -> "softsign or leaky_relu.";
        };
  }

  /** The stage of a spec that does it. */
  String specWhereSaturated() {
    boolean infomax = INFOMAX.contains(function.name());
    if (infomax && (model == null || model.learn().equals("none"))) {
      return String.format(
          Locale.ROOT, "- batchNorm: {activation: %s, learn: infomax}", function.name());
    }
    if (model == null) {
      return spec();
    }
    return specWith(
        switch (function.name()) {
          case "softsign" -> "leaky_relu";
          case "leaky_relu", "prelu" -> "softplus";
          default -> "softsign";
        });
  }

  /** A normalisation with this function in place of the one that was looked at. */
  static String specWith(String other) {
    return String.format(Locale.ROOT, "- batchNorm: {activation: %s}", other);
  }

  /** The normalisation that was looked at, or one that is missing, with these settings besides. */
  String spec(String... settings) {
    List<String> all = new ArrayList<>();
    if (!function.name().equals("identity")) {
      String text = function.toString();
      all.add("activation: " + (text.contains("(") ? '"' + text + '"' : text));
    }
    if (model != null && !model.learn().equals("none")) {
      all.add("learn: " + model.learn());
    }
    all.addAll(List.of(settings));
    return all.isEmpty()
        ? "- batchNorm"
        : String.format(Locale.ROOT, "- batchNorm: {%s}", String.join(", ", all));
  }

  /** A number as YAML reads it: a mantissa without a point would make a text of it. */
  static String plain(double x) {
    return String.format(Locale.ROOT, "%.1e", x);
  }
}
