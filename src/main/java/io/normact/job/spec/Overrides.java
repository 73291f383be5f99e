package io.normact.job.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * Changes to a spec from the command line, as {@code key=value}. The key is a dotted path, in which
 * the elements of a list are numbered from 0; the value is YAML, and an empty one removes the key.
 * {@code @file} takes all keys of another spec.
 */
final class Overrides {

  /** What a file of changes begins with. */
  private static final String FILE = "@";

  private Overrides() {}

  /** The files that changes are read from. */
  static List<String> files(List<String> overrides) {
    return overrides.stream()
        .filter(override -> override.startsWith(FILE))
        .map(override -> override.substring(FILE.length()))
        .toList();
  }

  /** Puts the second mapping into the first: mappings are joined, anything else is replaced. */
  private static void merge(ObjectNode spec, ObjectNode changes) {
    changes
        .properties()
        .forEach(
            change -> {
              JsonNode value = change.getValue();
              if (value instanceof ObjectNode below
                  && spec.get(change.getKey()) instanceof ObjectNode mapping) {
                merge(mapping, below);
              } else if (value.isNull()) {
                spec.remove(change.getKey());
              } else {
                spec.set(change.getKey(), value);
              }
            });
  }

  /** Makes the changes in a spec, in their order: later ones win. */
  static void apply(ObjectNode spec, List<String> overrides) {
    for (String override : overrides) {
      if (override.startsWith(FILE)) {
        merge(spec, SpecFile.read(override.substring(FILE.length())));
        continue;
      }
      int equals = override.indexOf('=');
      if (equals < 1) {
        throw new SpecException(
            String.format(
                Locale.ROOT,
                "Option --set '%s' is not well formed: expected key=value, such as mode=overwrite.",
                override));
      }
      JsonNode value = SpecFile.parseValue(override.substring(equals + 1), "--set " + override);
      String key = override.substring(0, equals).strip();
      checkNumbered(key);
      set(spec, key, value);
    }
  }

  /** Elements are numbered with dots here, and with brackets in many other languages. */
  private static void checkNumbered(String key) {
    String dotted = key.replaceAll("\\[\\s*(\\d+)\\s*]", ".$1");
    if (!dotted.equals(key) && !key.matches("(in|out)put\\.options\\..*")) {
      throw SpecException.of(
          "Option --set has the key '%s', but elements of a list are numbered with dots: expected '%s'.",
          key, dotted);
    }
  }

  private static void set(ObjectNode spec, String key, JsonNode value) {
    ContainerNode<?> parent = spec;
    String done = "";
    String rest = key;
    int depth = 0;
    for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.')) {
      // The names of options hold dots themselves, such as kafka.bootstrap.servers.
      if (done.endsWith("put.options")) {
        break;
      }
      if (++depth == PlainYaml.MAX_DEPTH) {
        throw new SpecException(
            String.format(
                Locale.ROOT,
                "Option --set has the key '%s', but specs nest to a depth of %d.",
                key,
                PlainYaml.MAX_DEPTH));
      }
      String name = rest.substring(0, dot);
      rest = rest.substring(dot + 1);
      done = done.isEmpty() ? name : done + "." + name;
      JsonNode child = child(parent, name, key);
      if (child == null || child.isNull()) {
        child = spec.objectNode();
        put(parent, name, child, key);
      }
      if (!(child instanceof ContainerNode<?> container)) {
        throw new SpecException(
            String.format(
                Locale.ROOT,
                "Option --set has the key '%s', but '%s' is %s and has no keys below it.",
                key,
                done,
                child));
      }
      parent = container;
    }
    put(parent, rest, value, key);
  }

  private static JsonNode child(ContainerNode<?> parent, String name, String key) {
    return parent instanceof ArrayNode list
        ? list.get(position(list, name, key))
        : parent.get(name);
  }

  private static void put(ContainerNode<?> parent, String name, JsonNode value, String key) {
    boolean removed = value == null || value.isNull() || value.isMissingNode();
    if (parent instanceof ArrayNode list) {
      int position = position(list, name, key);
      if (removed) {
        list.remove(position);
      } else {
        list.set(position, value);
      }
    } else if (removed) {
      ((ObjectNode) parent).remove(name);
    } else {
      ((ObjectNode) parent).set(name, value);
    }
  }

  private static int position(ArrayNode list, String name, String key) {
    if (!name.matches("\\d{1,6}") || Integer.parseInt(name) >= list.size()) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Option --set has the key '%s', but '%s' is no position in a list of %d: expected 0 to %d.",
              key,
              name,
              list.size(),
              list.size() - 1));
    }
    return Integer.parseInt(name);
  }
}
