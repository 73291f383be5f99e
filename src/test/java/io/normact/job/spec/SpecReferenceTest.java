package io.normact.job.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.normact.job.JobFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The reference of specs and their JSON Schema say what the parser takes. */
class SpecReferenceTest extends JobFixture {

  private static final Path PAGE = Path.of("jobs/SPEC.md");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String HEAD =
      """
      # The keys of a spec

      A spec is YAML: mappings, lists and words. Paths are those of Hadoop; one without a scheme lies
      where the session's default file system is. `${NAME}` in a value is a variable of the
      environment, `$${` the characters themselves. `--set key=value` changes a key from the command
      line, and `--set @FILE.yaml` takes all keys of another spec, later ones last.

      `jobs/submit schema > spec.schema.json` writes these keys as a JSON Schema, from which editors
      complete. Both come from the tables that the parser reads by.

      """;

  private static final Map<String, String> SECTIONS =
      Map.of(
          "", "At the top",
          "input", "`input`",
          "features", "`features`, where it is a mapping",
          "output", "`output`");

  private static String page() {
    StringBuilder page = new StringBuilder(HEAD);
    for (String parent : List.of("", "input", "features", "output")) {
      page.append("## ").append(SECTIONS.get(parent)).append("\n\n");
      page.append("| key | type | default | meaning | example |\n|---|---|---|---|---|\n");
      for (SpecKey key : SpecKey.below(parent)) {
        String type =
            key.words().isEmpty()
                ? key.type().description()
                : "`" + String.join("`, `", key.words()) + "`";
        row(page, "`" + key.key() + "`", type, key.fallback(), key.meaning(), code(key.example()));
      }
      page.append('\n');
    }
    page.append(
        "## `stages`\n\nEach is a kind with params, `batchNorm: {epsilon: 0}`, or the kind alone.\n");
    StageSpec.kinds()
        .forEach(
            (kind, stage) -> {
              page.append("\n### `").append(kind).append("`\n\n");
              if (StageSpec.isFunctionAlone(stage)) {
                page.append("`activation: tanh` is short for `activation: {function: tanh}`.\n\n");
              }
              page.append("| param | type | default | meaning |\n|---|---|---|---|\n");
              for (Param<?> param : StageSpec.params(stage)) {
                row(
                    page,
                    "`" + param.name() + "`",
                    type(param),
                    fallback(stage, param),
                    param.doc());
              }
            });
    return page.toString();
  }

  private static void row(StringBuilder page, String... cells) {
    page.append('|');
    for (String cell : cells) {
      page.append(cell.isEmpty() ? "" : " " + cell.replace("|", "\\|")).append(" |");
    }
    page.append('\n');
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static String type(Param<?> param) {
    if (param instanceof DoubleParam) {
      return "number";
    }
    if (param instanceof IntParam || param instanceof LongParam) {
      return "integer";
    }
    if (param instanceof BooleanParam) {
      return "true or false";
    }
    if (param instanceof DoubleArrayParam) {
      return "list of numbers";
    }
    return param instanceof StringArrayParam ? "list of texts" : "text";
  }

  private static String fallback(PipelineStage stage, Param<?> param) {
    return stage.hasDefault(param)
        ? String.format(Locale.ROOT, "%s", stage.getOrDefault(param))
        : "";
  }

  /** With -Dspec.write the page is written first. */
  @Test
  void pageIsWhatTheParserTakes() throws IOException {
    if (System.getProperty("spec.write") != null) {
      Files.writeString(PAGE, page());
    }
    assertThat(page())
        .as("%s; `./mvnw test -Dtest=SpecReferenceTest -Dspec.write` writes it anew", PAGE)
        .isEqualTo(Files.readString(PAGE));
  }

  private static String spec(SpecKey key) {
    int dot = key.path().indexOf('.');
    String value = key.example();
    if (dot < 0) {
      return key == SpecKey.INPUT
          ? "input: " + value + "\n"
          : "input: {path: a}\n" + key.key() + ": " + value + "\n";
    }
    String parent = key.path().substring(0, dot);
    return (parent.equals("input") ? "" : "input: {path: a}\n")
        + String.format(Locale.ROOT, "%s:%n  %s: %s%n", parent, key.key(), value);
  }

  /** Each example is one that the parser takes and the schema allows. */
  @Test
  void examplesAreTaken() throws IOException {
    JsonNode schema = JSON.readTree(SpecSchema.text());
    for (SpecKey key : SpecKey.values()) {
      String yaml = spec(key);
      assertThat(SpecParser.read(write("spec.yaml", yaml), List.of())).as(yaml).isNotNull();
      assertThat(faults(PlainYaml.read(yaml, "Spec"), schema, "")).as(yaml).isEmpty();
    }
  }

  /** Whatever key is misspelt, or has a value of another type, schema and parser refuse alike. */
  @Test
  @Tag("thorough")
  void schemaRefusesWhatTheParserRefuses() throws IOException {
    JsonNode schema = JSON.readTree(SpecSchema.text());
    List<String> values = List.of("7", "true", "word", "[]", "[word]", "{a: 1}", "[[1]]", "1e-5");
    int refused = 0;
    for (SpecKey key : SpecKey.values()) {
      ObjectNode misspelt =
          (ObjectNode) PlainYaml.read(spec(key).replace(key.key() + ":", key.key() + "x:"), "Spec");
      assertThat(faults(misspelt, schema, "")).as("%s", misspelt).isNotEmpty();
      for (String value : values) {
        String yaml = spec(key).replace(" " + key.example() + "\n", " " + value + "\n");
        boolean allowed = faults(PlainYaml.read(yaml, "Spec"), schema, "").isEmpty();
        if (!allowed) {
          refused++;
          assertThat(run("validate", yaml, List.of()).err()).as(yaml).startsWith("Error: Key '");
        }
      }
    }
    for (String stage :
        List.of(
            "{}",
            "batchNorn",
            "{batchNorm: {}, activation: relu}",
            "{batchNorm: {epsilonn: 1}}",
            "{batchNorm: {epsilon: small}}",
            "{batchNorm: {withMean: 1}}",
            "{activation: 3}")) {
      String yaml = "input: {path: a}\nstages: [" + stage + "]\n";
      assertThat(faults(PlainYaml.read(yaml, "Spec"), schema, "")).as(yaml).isNotEmpty();
      assertThat(run("validate", yaml, List.of()).err())
          .as(yaml)
          .startsWith("Error: Key 'stages.0");
    }
    for (String stage :
        List.of(
            "batchNorm",
            "{batchNorm: }",
            "{activation: tanh}",
            "{batchNorm: {epsilon: 1e-5, gamma: [1, 2]}}")) {
      JsonNode spec = PlainYaml.read("input: {path: a}\nstages: [" + stage + "]\n", "Spec");
      assertThat(faults(spec, schema, "")).as("%s", spec).isEmpty();
    }
    assertThat(refused).isGreaterThan(80);
  }

  @Test
  void commandPrintsTheSchema() throws IOException {
    Result result = run("schema");
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    JsonNode schema = JSON.readTree(result.out());
    assertThat(schema.at("/properties/input/anyOf/0/properties/format/description").asText())
        .isEqualTo("The name of a Spark data source.");
    assertThat(schema.get("$schema").asText()).isEqualTo("http://json-schema.org/draft-07/schema#");
    assertThat(run("schema", "x").err())
        .isEqualTo("Error: Argument 'x' is one too many: expected none.\n");
  }

  /** Where a value breaks the part of JSON Schema that ours is written in. */
  private static List<String> faults(JsonNode value, JsonNode schema, String at) {
    List<String> faults = new ArrayList<>();
    schema
        .properties()
        .forEach(
            rule -> {
              JsonNode says = rule.getValue();
              boolean holds =
                  switch (rule.getKey()) {
                    case "$schema",
                        "title",
                        "description",
                        "items",
                        "properties",
                        "additionalProperties" ->
                        true;
                    case "type" -> types(says).stream().anyMatch(type -> isOf(value, type));
                    case "enum" -> contains(says, value);
                    case "pattern" ->
                        !value.isTextual() || value.textValue().matches(says.asText());
                    case "minItems" -> !value.isArray() || value.size() >= says.asInt();
                    case "minProperties" -> !value.isObject() || value.size() >= says.asInt();
                    case "maxProperties" -> !value.isObject() || value.size() <= says.asInt();
                    case "required" -> !value.isObject() || value.has(says.get(0).asText());
                    case "anyOf" -> anyHolds(value, says, at);
                    default -> throw new AssertionError("The test does not know " + rule.getKey());
                  };
              if (!holds) {
                faults.add(at + " " + rule);
              }
            });
    if (value.isObject() && schema.path("type").asText().equals("object")) {
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        JsonNode known = schema.path("properties").get(field.getKey());
        JsonNode other = schema.get("additionalProperties");
        if (known == null && other != null && other.isBoolean() && !other.asBoolean()) {
          faults.add(at + " has no " + field.getKey());
        } else if (known != null || (other != null && other.isObject())) {
          faults.addAll(
              faults(field.getValue(), known == null ? other : known, at + "/" + field.getKey()));
        }
      }
    }
    if (value.isArray() && schema.has("items")) {
      value.forEach(element -> faults.addAll(faults(element, schema.get("items"), at + "/")));
    }
    return faults;
  }

  private static boolean anyHolds(JsonNode value, JsonNode alternatives, String at) {
    for (JsonNode alternative : alternatives) {
      if (faults(value, alternative, at).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode element : list) {
      if (element.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static List<String> types(JsonNode says) {
    return says.isTextual()
        ? List.of(says.asText())
        : Arrays.stream(says.toString().replaceAll("[\\[\\]\"]", "").split(",", -1)).toList();
  }

  private static boolean isOf(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      default -> value.isNull();
    };
  }
}
