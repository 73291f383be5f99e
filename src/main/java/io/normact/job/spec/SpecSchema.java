package io.normact.job.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The JSON Schema of specs, by which editors complete and check them. It says which keys there are
 * and of which types their values; what a value must be beyond that, the parser says.
 */
public final class SpecSchema {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Draft 7 is what editors of YAML know best. */
  private static final String DRAFT = "http://json-schema.org/draft-07/schema#";

  /** A variable of the environment may stand for any value. */
  private static final String VARIABLE = "^\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}$";

  /** YAML takes 1e-5 for a text, since it has no point. */
  private static final String NUMBER = "^[-+0-9][0-9.eE+-]*$";

  private SpecSchema() {}

  /** The schema as text. */
  public static String text() {
    ObjectNode root = mapping("");
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", DRAFT);
    schema.put("title", "Job spec of normact");
    schema.setAll(root);
    schema.putArray("required").add(SpecKey.INPUT.key());
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(schema);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of JSON nodes can always be written.", e);
    }
  }

  private static ObjectNode mapping(String parent) {
    ObjectNode mapping = JSON.createObjectNode();
    mapping.put("type", "object");
    ObjectNode properties = mapping.putObject("properties");
    for (SpecKey key : SpecKey.below(parent)) {
      ObjectNode value = nullable(value(key));
      value.put("description", key.meaning());
      properties.set(key.key(), value);
    }
    mapping.put("additionalProperties", false);
    return mapping;
  }

  private static ObjectNode value(SpecKey key) {
    return switch (key.type()) {
      case TEXT -> type("string");
      case TEXTS -> anyOf(type("string"), list(type("string")));
      case FLAG -> variable(type("boolean"));
      case NUMBER -> number("number");
      case WORD -> variable(words(key.words()));
      case OPTIONS -> options();
      case MAPPING -> mapping(key.path());
      case COLUMNS -> anyOf(type("string"), list(type("string")), mapping(key.path()));
      case STAGES -> list(stage());
    };
  }

  private static ObjectNode stage() {
    Map<String, PipelineStage> kinds = StageSpec.kinds();
    ObjectNode mapping = JSON.createObjectNode();
    mapping.put("type", "object");
    ObjectNode properties = mapping.putObject("properties");
    kinds.forEach(
        (kind, stage) -> {
          ObjectNode params = JSON.createObjectNode();
          params.put("type", "object");
          ObjectNode values = params.putObject("properties");
          for (Param<?> param : StageSpec.params(stage)) {
            ObjectNode value = nullable(value(param));
            value.put("description", param.doc());
            values.set(param.name(), value);
          }
          params.put("additionalProperties", false);
          properties.set(
              kind,
              nullable(StageSpec.isFunctionAlone(stage) ? anyOf(type("string"), params) : params));
        });
    mapping.put("additionalProperties", false);
    mapping.put("minProperties", 1);
    mapping.put("maxProperties", 1);
    return anyOf(words(List.copyOf(kinds.keySet())), mapping);
  }

  private static ObjectNode value(Param<?> param) {
    if (param instanceof DoubleParam) {
      return number("number");
    }
    if (param instanceof IntParam || param instanceof LongParam) {
      return variable(type("integer"));
    }
    if (param instanceof BooleanParam) {
      return variable(type("boolean"));
    }
    if (param instanceof DoubleArrayParam) {
      return list(number("number"));
    }
    return param instanceof StringArrayParam
        ? anyOf(type("string"), list(type("string")))
        : type("string");
  }

  private static ObjectNode type(String name) {
    return JSON.createObjectNode().put("type", name);
  }

  private static ObjectNode number(String name) {
    ObjectNode text = type("string").put("pattern", NUMBER);
    return anyOf(type(name), text, type("string").put("pattern", VARIABLE));
  }

  private static ObjectNode variable(ObjectNode value) {
    return anyOf(value, type("string").put("pattern", VARIABLE));
  }

  private static ObjectNode words(List<String> words) {
    ObjectNode value = JSON.createObjectNode();
    ArrayNode list = value.putArray("enum");
    words.forEach(list::add);
    return value;
  }

  private static ObjectNode list(ObjectNode element) {
    ObjectNode list = type("array").put("minItems", 1);
    list.set("items", element);
    return list;
  }

  private static ObjectNode options() {
    ObjectNode options = type("object");
    ArrayNode types = options.putObject("additionalProperties").putArray("type");
    List.of("string", "number", "boolean").forEach(types::add);
    return options;
  }

  /** A key without a value is as if it were not given. */
  private static ObjectNode nullable(ObjectNode value) {
    return anyOf(value, type("null"));
  }

  private static ObjectNode anyOf(ObjectNode... alternatives) {
    ObjectNode value = JSON.createObjectNode();
    ArrayNode list = value.putArray("anyOf");
    for (ObjectNode alternative : alternatives) {
      if (alternative.size() == 1 && alternative.has("anyOf")) {
        alternative.get("anyOf").forEach(list::add);
      } else {
        list.add(alternative);
      }
    }
    return value;
  }
}
