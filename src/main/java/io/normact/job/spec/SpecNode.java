package io.normact.job.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.normact.text.NearestName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value in a spec together with its key, so that whatever is wrong with it can say where.
 *
 * @param key dotted path from the top, as {@code --set} takes it; empty at the top
 * @param value what stands there
 */
record SpecNode(String key, JsonNode value) {

  /** {@code stages[0]}, {@code stages.0.batchNorm} or {@code input.path} written as one key. */
  private static final Pattern PATH =
      Pattern.compile("(?<key>\\w+)\\s*(?:[.\\[]\\s*(?<position>\\d+)|\\.).*");

  /** The value of a key; empty if it is not given or null. */
  Optional<SpecNode> get(String name) {
    JsonNode child = value.get(name);
    return child == null || child.isNull()
        ? Optional.empty()
        : Optional.of(new SpecNode(child(name), child));
  }

  /** The value of a key; empty if it is not given or null. */
  Optional<SpecNode> get(SpecKey known) {
    return get(known.key());
  }

  /** The value of a key that must be there. */
  SpecNode require(SpecKey known) {
    return get(known)
        .orElseThrow(
            () ->
                SpecException.of(
                    "Key '%s' is missing, but must be %s.", known.path(), known.expected()));
  }

  /** The text at a key. */
  Optional<String> text(SpecKey known) {
    return get(known).map(node -> node.text(known.expected()));
  }

  /** The text at a key, or the texts of a list; empty if it is not given. */
  List<String> texts(SpecKey known) {
    return get(known).map(node -> node.texts(known.expected())).orElse(List.of());
  }

  /** The flag at a key, or its default. */
  boolean flag(SpecKey known) {
    return get(known).map(SpecNode::flag).orElse(Boolean.valueOf(known.fallback()));
  }

  /** The word at a key, or its default. */
  String word(SpecKey known) {
    return get(known).map(node -> node.oneOf(known.words())).orElse(known.fallback());
  }

  /** The key of what stands below this one. */
  String child(String name) {
    return key.isEmpty() ? name : key + "." + name;
  }

  /** This node, once it is known to be a mapping without any other keys than these. */
  SpecNode mapping(List<String> known) {
    if (!value.isObject()) {
      throw wrong("a mapping with the keys " + String.join(", ", known));
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      if (!known.contains(entry.getKey())) {
        throw unknown(entry.getKey(), known);
      }
    }
    return this;
  }

  /**
   * What to throw at a key that is none of these: where it belongs, if it has its place elsewhere.
   */
  SpecException unknown(String name, List<String> known) {
    List<String> places = new ArrayList<>();
    for (SpecKey key : SpecKey.values()) {
      if (key.key().equals(name)) {
        boolean top = key.path().equals(name);
        places.add(
            String.format(Locale.ROOT, "'%s'%s", key.path(), top ? " at the top of the spec" : ""));
      }
    }
    StageSpec.kinds()
        .forEach(
            (kind, stage) -> {
              if (StageSpec.params(stage).stream().anyMatch(it -> it.name().equals(name))) {
                places.add(String.format(Locale.ROOT, "'%s.%s' of a stage", kind, name));
              }
            });
    return new SpecException(
        String.format(
            Locale.ROOT,
            "Key '%s' is unknown%s",
            child(name),
            places.isEmpty()
                ? path(name, known)
                    .or(() -> joined(name, known))
                    .or(() -> option(name, known))
                    .orElseGet(() -> NearestName.suggestion(name, known))
                : "; did you mean " + String.join(" or ", places) + "?"));
  }

  /** The end of a sentence about a key that is a path, which only --set takes. */
  private Optional<String> path(String name, List<String> known) {
    Matcher path = PATH.matcher(name);
    if (!path.matches() || !known.contains(path.group("key"))) {
      return Optional.empty();
    }
    String parent = child(path.group("key"));
    return Optional.of(
        path.group("position") == null
            ? String.format(
                Locale.ROOT, "; in a file, what is below '%s' is a mapping under that key.", parent)
            : String.format(
                Locale.ROOT,
                "; in a file, '%s' is one key, and each element of its list has a line that begins with a dash.",
                parent));
  }

  /** The end of a sentence about a key that may be an option of a data source, such as header. */
  private Optional<String> option(String name, List<String> known) {
    String options = SpecKey.INPUT_OPTIONS.key();
    return known.contains(options) && NearestName.find(name, known).isEmpty()
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "; options of the data source stand under '%s'%s",
                child(options),
                NearestName.suggestion(name, known)))
        : Optional.empty();
  }

  /** The end of a sentence about a key and its value that YAML takes for one text. */
  private static Optional<String> joined(String name, List<String> known) {
    int colon = name.indexOf(':');
    return colon > 0 && known.contains(name.substring(0, colon))
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "; did you mean '%s: %s', with a blank behind the colon?",
                name.substring(0, colon),
                name.substring(colon + 1)))
        : Optional.empty();
  }

  String text(String expectation) {
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw wrong(expectation);
    }
    return value.textValue();
  }

  boolean flag() {
    if (!value.isBoolean()) {
      throw wrong("true or false");
    }
    return value.booleanValue();
  }

  double number() {
    if (value.isNumber()) {
      return value.doubleValue();
    }
    // YAML takes 1e-5 for a text, since it has no point.
    if (value.isTextual() && value.textValue().matches("[-+0-9][0-9.eE+-]*")) {
      try {
        return Double.parseDouble(value.textValue());
      } catch (NumberFormatException e) {
        throw new SpecException(wrong("a number").getMessage(), e);
      }
    }
    throw wrong("a number");
  }

  long integer() {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong("an integer");
    }
    return value.longValue();
  }

  /** One of these words. */
  String oneOf(List<String> words) {
    if (!value.isTextual() || !words.contains(value.textValue())) {
      throw wrong("one of " + String.join(", ", words));
    }
    return value.textValue();
  }

  /** The elements of a list. */
  List<SpecNode> elements(String expectation) {
    if (!value.isArray() || value.isEmpty()) {
      throw wrong(expectation + (value.isArray() ? " with something in it" : ""));
    }
    List<SpecNode> elements = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      elements.add(new SpecNode(child(Integer.toString(i)), value.get(i)));
    }
    return elements;
  }

  /** One text, or a list of them. */
  List<String> texts(String expectation) {
    return value.isTextual()
        ? List.of(text(expectation))
        : elements(expectation).stream().map(element -> element.text("a text")).toList();
  }

  /** Options of a data source: plain values, handed on as texts. */
  Map<String, String> options() {
    if (!value.isObject()) {
      throw wrong("a mapping of options");
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      if (!entry.getValue().isValueNode() || entry.getValue().isNull()) {
        throw new SpecNode(child(entry.getKey()), entry.getValue()).wrong("a plain value");
      }
      options.put(entry.getKey(), entry.getValue().asText());
    }
    return options;
  }

  /** What to throw if this value is not what was expected. */
  SpecException wrong(String expectation) {
    String shown = value.isTextual() ? "'" + value.textValue() + "'" : value.toString();
    if (shown.length() > 80) {
      shown = shown.substring(0, 77) + "...";
    }
    return new SpecException(
        key.isEmpty()
            ? String.format(Locale.ROOT, "The spec is %s, but must be %s.", shown, expectation)
            : String.format(
                Locale.ROOT, "Key '%s' is %s, but must be %s.", key, shown, expectation));
  }
}
