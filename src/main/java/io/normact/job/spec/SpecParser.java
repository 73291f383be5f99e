package io.normact.job.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a {@link JobSpec} of YAML: known keys, the right types, names that exist. */
public final class SpecParser {

  private static final List<String> KEYS =
      List.of(
          "input", "label", "weight", "features", "stages", "output", "model", "report", "mode");
  private static final List<String> INPUT_KEYS =
      List.of("format", "path", "options", "schema", "streaming");
  private static final List<String> OUTPUT_KEYS =
      List.of(
          "format",
          "path",
          "options",
          "partitionBy",
          "columns",
          "keepInputs",
          "checkpoint",
          "trigger");

  /** Options of a writer for which there are keys, whose paths are looked at. */
  private static final Map<String, String> KEYS_OF_OPTIONS =
      Map.of("path", "output.path", "checkpointlocation", "output.checkpoint");

  private static final String DEFAULT_FORMAT = "parquet";
  private static final String AVAILABLE_NOW = "availableNow";

  private SpecParser() {}

  /** Reads a spec file, with changes from the command line. */
  public static JobSpec read(String path, List<String> overrides) {
    ObjectNode tree = SpecFile.read(path);
    Overrides.apply(tree, overrides);
    return parse(tree);
  }

  private static JobSpec parse(JsonNode tree) {
    SpecNode spec = new SpecNode("", tree).mapping(KEYS);
    return new JobSpec(
        input(spec.require("input", "a mapping with format and path")),
        spec.get("label").map(node -> node.text("a column name")),
        spec.get("weight").map(node -> node.text("a column name")),
        features(spec),
        stages(spec),
        spec.get("output").map(SpecParser::output),
        spec.get("model").map(node -> node.text("a folder")),
        spec.get("report").map(node -> node.text("a file")),
        spec.get("mode")
            .map(node -> node.oneOf(List.of("error", "overwrite")).equals("overwrite"))
            .orElse(false));
  }

  private static JobSpec.Input input(SpecNode input) {
    input.mapping(INPUT_KEYS);
    String format = format(input, "a name such as csv");
    return new JobSpec.Input(
        format,
        input.get("path").map(node -> node.texts("a path or a list of them")).orElse(List.of()),
        options(input, format),
        input.get("schema").map(node -> node.text("columns such as 'id BIGINT, x DOUBLE'")),
        input.get("streaming").map(SpecNode::flag).orElse(false));
  }

  private static String format(SpecNode side, String expectation) {
    return side.get("format")
        .map(node -> DataSourceName.check(node.key(), node.text(expectation)))
        .orElse(DEFAULT_FORMAT);
  }

  private static Map<String, String> options(SpecNode side, String format) {
    Map<String, String> options = side.get("options").map(SpecNode::options).orElse(Map.of());
    DataSourceName.checkOptions(side.child("options"), format, options);
    return options;
  }

  private static List<String> features(SpecNode spec) {
    SpecNode features = spec.get("features").orElse(null);
    if (features == null || features.value().asText().equals("*")) {
      return List.of();
    }
    List<String> names = features.texts("\"*\" or a list of columns");
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new SpecException(
            String.format(
                Locale.ROOT,
                "Key 'features' names column '%s' twice, but each must be named once.",
                name));
      }
    }
    return names;
  }

  private static List<JobSpec.Stage> stages(SpecNode spec) {
    SpecNode stages = spec.get("stages").orElse(null);
    if (stages == null) {
      return List.of();
    }
    List<JobSpec.Stage> parsed = new ArrayList<>();
    for (SpecNode element : stages.elements("a list of stages")) {
      parsed.add(StageSpec.parse(element));
    }
    return parsed;
  }

  private static JobSpec.Output output(SpecNode output) {
    output.mapping(OUTPUT_KEYS);
    String format = format(output, "a name such as parquet");
    Map<String, String> options = options(output, format);
    for (String option : options.keySet()) {
      String key = KEYS_OF_OPTIONS.get(option.toLowerCase(Locale.ROOT));
      if (key != null) {
        throw SpecException.of(
            "Key 'output.options.%s' is not set among the options; the key '%s' says it.",
            option, key);
      }
    }
    return new JobSpec.Output(
        format,
        output.get("path").map(node -> node.text("a folder")),
        options,
        output
            .get("partitionBy")
            .map(node -> node.texts("a column or a list of them"))
            .orElse(List.of()),
        output.get("columns").map(node -> node.texts("a list of names")).orElse(List.of()),
        output.get("keepInputs").map(SpecNode::flag).orElse(true),
        output.get("checkpoint").map(node -> node.text("a folder")),
        output
            .get("trigger")
            .map(node -> node.text("availableNow or an interval such as '10 seconds'"))
            .filter(trigger -> !trigger.equals(AVAILABLE_NOW))
            .or(Optional::empty));
  }
}
