package io.normact.job.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.normact.text.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts variables of the environment into the values of a spec: {@code ${NAME}} stands for one, and
 * <code>$${</code> for the characters <code>${</code> themselves. A value that is a variable and
 * nothing else is read as YAML reads a word, so that it can be a number or a flag; it is never more
 * than that. An empty one is as if the key were not given.
 */
final class Environment {

  private static final Pattern VARIABLE = Pattern.compile("\\$(\\$?)\\{([^}]*)(}?)");
  private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";

  private final Map<String, String> variables;

  Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  /** Replaces the variables in all values of a spec. */
  void apply(ObjectNode spec) {
    apply(spec, "");
  }

  private void apply(JsonNode node, String key) {
    if (node instanceof ObjectNode mapping) {
      List<String> names = new ArrayList<>();
      mapping.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        String child = key.isEmpty() ? name : key + "." + name;
        mapping.set(name, replaced(mapping.get(name), child));
      }
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, replaced(list.get(i), String.format(Locale.ROOT, "%s.%d", key, i)));
      }
    }
  }

  private JsonNode replaced(JsonNode node, String key) {
    if (!node.isTextual()) {
      apply(node, key);
      return node;
    }
    Matcher variable = VARIABLE.matcher(node.textValue());
    if (!variable.find()) {
      return node;
    }
    if (variable.matches() && variable.group(1).isEmpty()) {
      return PlainYaml.word(value(variable, key));
    }
    return text(variable.reset(), key);
  }

  private JsonNode text(Matcher variable, String key) {
    StringBuilder text = new StringBuilder();
    while (variable.find()) {
      boolean quoted = !variable.group(1).isEmpty();
      String value = quoted ? variable.group().substring(1) : value(variable, key);
      variable.appendReplacement(text, Matcher.quoteReplacement(value));
    }
    return TextNode.valueOf(variable.appendTail(text).toString());
  }

  private String value(Matcher variable, String key) {
    String name = variable.group(2);
    if (!name.matches(NAME) || variable.group(3).isEmpty()) {
      throw SpecException.of(
          "Key '%s' has '%s', but a variable of the environment is written as ${NAME}, and the characters themselves as $${.",
          key, variable.group());
    }
    String value = variables.get(name);
    if (value == null) {
      throw SpecException.of(
          "Key '%s' has '${%s}', but the environment has no variable of this name%s",
          key,
          name,
          NearestName.find(name, variables.keySet())
              .map(near -> "; did you mean '" + near + "'?")
              .orElse("."));
    }
    return value;
  }
}
