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

  /** Options of a writer for which there are keys, whose paths are looked at. */
  private static final Map<String, String> KEYS_OF_OPTIONS =
      Map.of("path", "output.path", "checkpointlocation", "output.checkpoint");

  private static final String DEFAULT_FORMAT = SpecKey.INPUT_FORMAT.fallback();

  private SpecParser() {}

  /** Reads a spec file, with changes from the command line. */
  public static JobSpec read(String path, List<String> overrides) {
    ObjectNode tree = SpecFile.read(path);
    Overrides.apply(tree, overrides);
    new Environment(System.getenv()).apply(tree);
    return parse(tree);
  }

  /** The files that a spec is read from: its own, and those of changes. */
  public static List<String> files(String path, List<String> overrides) {
    List<String> files = new ArrayList<>(List.of(path));
    files.addAll(Overrides.files(overrides));
    return files;
  }

  private static JobSpec parse(JsonNode tree) {
    SpecNode spec = new SpecNode("", tree).mapping(SpecKey.names(""));
    return new JobSpec(
        input(spec.require(SpecKey.INPUT)),
        spec.text(SpecKey.LABEL),
        spec.text(SpecKey.WEIGHT),
        spec.get(SpecKey.FEATURES).map(SpecParser::features).orElse(JobSpec.Features.ALL),
        stages(spec),
        spec.get(SpecKey.OUTPUT).map(SpecParser::output),
        spec.text(SpecKey.MODEL),
        spec.text(SpecKey.REPORT),
        JobSpec.Mode.valueOf(spec.word(SpecKey.MODE).toUpperCase(Locale.ROOT)));
  }

  private static JobSpec.Input input(SpecNode input) {
    input.mapping(SpecKey.names("input"));
    checkOneSource(
        input,
        SpecKey.INPUT_TABLE,
        List.of(SpecKey.INPUT_FORMAT, SpecKey.INPUT_PATH, SpecKey.INPUT_SCHEMA));
    checkOneSource(
        input,
        SpecKey.INPUT_SQL,
        List.of(
            SpecKey.INPUT_FORMAT,
            SpecKey.INPUT_PATH,
            SpecKey.INPUT_SCHEMA,
            SpecKey.INPUT_TABLE,
            SpecKey.INPUT_OPTIONS,
            SpecKey.INPUT_STREAMING));
    String format = format(input, SpecKey.INPUT_FORMAT);
    Map<String, String> options = options(input, format);
    for (String option : options.keySet()) {
      if (option.equalsIgnoreCase("paths")) {
        // Some of Spark's sources read it, and others read nothing then.
        throw SpecException.of(
            "Key 'input.options.%s' is not set among the options; the key '%s' says it.",
            option, SpecKey.INPUT_PATH.path());
      }
    }
    if (input.get(SpecKey.INPUT_TABLE).isPresent()) {
      checkNoPath(options);
    }
    return new JobSpec.Input(
        format,
        input.texts(SpecKey.INPUT_PATH),
        input.text(SpecKey.INPUT_TABLE),
        input.text(SpecKey.INPUT_SQL),
        options,
        input.text(SpecKey.INPUT_SCHEMA),
        input.flag(SpecKey.INPUT_STREAMING),
        input.text(SpecKey.INPUT_WHERE),
        input.get(SpecKey.INPUT_SAMPLE).map(SpecParser::share).orElse(1.0));
  }

  /** Checks that a key that says where the rows are stands without those that say it otherwise. */
  private static void checkOneSource(SpecNode side, SpecKey source, List<SpecKey> others) {
    for (SpecKey other : side.text(source).isPresent() ? others : List.<SpecKey>of()) {
      if (side.get(other).isPresent()) {
        throw SpecException.of(
            "Key '%s' is given, but '%s' says where the rows are; leave one of them out.",
            other.path(), source.path());
      }
    }
  }

  private static void checkNoPath(Map<String, String> options) {
    for (String option : options.keySet()) {
      if (option.equalsIgnoreCase("path")) {
        throw SpecException.of(
            "Key 'input.options.%s' is given, but 'input.table' says where the rows are; leave one of them out.",
            option);
      }
    }
  }

  private static double share(SpecNode node) {
    double share = node.number();
    if (!(share > 0 && share <= 1)) {
      throw node.wrong(SpecKey.INPUT_SAMPLE.expected());
    }
    return share;
  }

  private static String format(SpecNode side, SpecKey key) {
    return side.text(key)
        .map(name -> DataSourceName.check(key.path(), name))
        .orElse(DEFAULT_FORMAT);
  }

  private static Map<String, String> options(SpecNode side, String format) {
    Map<String, String> options = side.get("options").map(SpecNode::options).orElse(Map.of());
    DataSourceName.checkOptions(side.child("options"), format, options);
    return options;
  }

  private static JobSpec.Features features(SpecNode features) {
    if (features.value().isObject()) {
      features.mapping(SpecKey.names("features"));
      List<String> include = unique(features, SpecKey.FEATURES_INCLUDE);
      return new JobSpec.Features(
          List.of(),
          include.isEmpty() ? List.of("*") : include,
          unique(features, SpecKey.FEATURES_EXCLUDE),
          features
              .get(SpecKey.FEATURES_TYPES)
              .map(node -> FeatureTypes.of(node, node.texts(SpecKey.FEATURES_TYPES.expected())))
              .orElse(FeatureTypes.NUMBERS));
    }
    return features.value().asText().equals("*")
        ? JobSpec.Features.ALL
        : JobSpec.Features.of(unique(features, features.texts(SpecKey.FEATURES.expected())));
  }

  private static List<String> unique(SpecNode parent, SpecKey key) {
    return parent.get(key).map(node -> unique(node, node.texts(key.expected()))).orElse(List.of());
  }

  private static List<String> unique(SpecNode node, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw SpecException.of(
            "Key '%s' names column '%s' twice, but each must be named once.", node.key(), name);
      }
    }
    return names;
  }

  private static List<JobSpec.Stage> stages(SpecNode spec) {
    SpecNode stages = spec.get(SpecKey.STAGES).orElse(null);
    if (stages == null) {
      return List.of();
    }
    List<JobSpec.Stage> parsed = new ArrayList<>();
    for (SpecNode element : stages.elements(SpecKey.STAGES.expected())) {
      parsed.add(StageSpec.parse(element));
    }
    return parsed;
  }

  private static JobSpec.Output output(SpecNode output) {
    output.mapping(SpecKey.names("output"));
    checkOneSource(output, SpecKey.OUTPUT_TABLE, List.of(SpecKey.OUTPUT_PATH));
    String format = format(output, SpecKey.OUTPUT_FORMAT);
    Map<String, String> options = options(output, format);
    for (String option : options.keySet()) {
      String key = KEYS_OF_OPTIONS.get(option.toLowerCase(Locale.ROOT));
      if (key != null) {
        throw SpecException.of(
            "Key 'output.options.%s' is not set among the options; the key '%s' says it.",
            option, key);
      }
    }
    Optional<String> table = output.text(SpecKey.OUTPUT_TABLE);
    boolean unsaid = table.isPresent() && output.get(SpecKey.OUTPUT_FORMAT).isEmpty();
    return new JobSpec.Output(
        unsaid ? "" : format,
        output.text(SpecKey.OUTPUT_PATH),
        table,
        options,
        output.texts(SpecKey.OUTPUT_PARTITION_BY),
        output.texts(SpecKey.OUTPUT_COLUMNS),
        output.flag(SpecKey.OUTPUT_KEEP_INPUTS),
        output.text(SpecKey.OUTPUT_CHECKPOINT),
        output
            .text(SpecKey.OUTPUT_TRIGGER)
            .filter(trigger -> !trigger.equals(SpecKey.OUTPUT_TRIGGER.fallback())));
  }
}
