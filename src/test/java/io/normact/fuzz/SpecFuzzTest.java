package io.normact.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.normact.LocalSpark;
import io.normact.fuzz.Fuzz.Outcome;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.catalog.Table;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Specs and command lines with faults in them. The data that they name are good, so whatever goes
 * wrong is the fault of the spec, and the answer must say so.
 */
@Tag("thorough")
class SpecFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> SPECS =
      List.of(
          """
          {"input": {"format": "csv", "path": "DIR/in.csv", "schema": "x DOUBLE, y DOUBLE, label INT",
            "options": {"header": true}}, "label": "label", "features": ["x", "y"],
           "stages": [{"batchNorm": {"epsilon": 0.001, "gamma": [1, 2], "activation": "tanh"}}],
           "output": {"format": "json", "path": "DIR/out", "columns": ["a", "b"]},
           "model": "DIR/model", "report": "DIR/report.html", "mode": "error"}
          """,
          """
          {"input": {"format": "json", "path": ["DIR/in.json"]}, "weight": "label", "features": "*",
           "stages": [{"batchNorm": {"handleInvalid": "skip", "withMean": false}}, {"activation": "relu"}],
           "output": {"path": "DIR/out", "keepInputs": false, "partitionBy": "label"}}
          """,
          """
          {"input": {"format": "csv", "path": "DIR/in.csv", "options": {"header": true, "inferSchema": true}},
           "stages": [{"activation": {"functions": ["gelu", "elu", "mish"], "output": "slope"}}],
           "output": {"format": "csv", "path": "DIR/out", "options": {"header": true}},
           "mode": "overwrite"}
          """,
          """
          {"input": {"sql": "SELECT 1D AS x, 2D AS y, named_struct('z', 3) AS s, 1 AS label", "where": "x > 0", "sample": 1},
           "features": {"include": ["?", "s.*"], "exclude": ["label"], "types": ["double", "int"]},
           "stages": ["batchNorm"], "output": {"path": "DIR/out", "columns": ["x", "y", "z"], "keepInputs": false},
           "mode": "append"}
          """,
          """
          {"input": {"path": "DIR/in.json", "format": "json", "where": "y IS NOT NULL"},
           "features": {"include": "*", "types": "bigint"}, "stages": [{"activation": "tanh"}],
           "output": {"table": "fuzz_target", "partitionBy": "label"}, "mode": "overwrite"}
          """,
          """
          {"input": {"sql": "SELECT sin(id) AS x, IF(id % 3 = 0, NULL, id * 1D) AS y, IF(id % 2 = 0, 'a', 'b') AS kind FROM range(9)"},
           "label": "kind",
           "stages": [{"batchNorm": {"learn": "supervised", "activation": "tanh", "loss": "auto", "maxIter": 2,
             "handleInvalid": "mean", "invalidIndicator": true, "clip": 2.5}}],
           "output": {"path": "DIR/out"}, "model": "DIR/model"}
          """);

  /** Commands that end by themselves, most of them without a run over the data. */
  private static final List<String> COMMANDS =
      List.of("validate", "validate", "validate", "run", "fit", "transform", "report", "update");

  /** Options, good ones and others. */
  private static final List<List<String>> OPTIONS =
      List.of(
          List.of("--progress"),
          List.of("--no-progress"),
          List.of("--log", "DIR/job.log"),
          List.of("--log", "DIR/out/job.log"),
          List.of("--log", "DIR"),
          List.of("--log", "DIR/in.json"),
          List.of("--log", "DIR/in.json/job.log"),
          List.of("--log", "DIR/\u0000.log"),
          List.of("--log", ""),
          List.of("--log"),
          List.of("--summary", "DIR/s.json"),
          List.of("--summary", "DIR/in.json"),
          List.of("--summary", "s.txt"),
          List.of("--fail-on", "trouble,drift,invalid>0%"),
          List.of("--fail-on", "invalid>101%"),
          List.of("--batch-id", "1"));

  /** Texts that make YAML more than data, or no YAML at all. */
  private static final List<String> YAML =
      List.of(
          "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[]]]",
          "!!java.io.File [/]",
          "&a [*a]",
          "*a",
          "<<: *a",
          "? [a]",
          "- a",
          "---",
          "...",
          "%YAML 9.9",
          "\t",
          "\u0000",
          "\ufeff",
          "\"",
          "{",
          "]]]]",
          ": :",
          "|",
          "!",
          "@",
          "`");

  @TempDir static Path folder;

  @Test
  void everySpecIsCarriedOutOrItsFaultIsNamed() throws Exception {
    Fuzz.run(getClass(), 30, Duration.ofMinutes(1), SpecFuzzTest::trySpec);
  }

  private static Outcome trySpec(SplittableRandom random, List<String> trail) throws Exception {
    List<String> tablesBefore =
        LocalSpark.session().catalog().listTables().collectAsList().stream()
            .map(Table::name)
            .toList();
    Path dir =
        Files.createDirectory(folder.resolve("case-" + random.nextInt(1, Integer.MAX_VALUE)));
    try {
      String numbers = "1,10,0\n2,20.5,1\n3,60,1\n4,-7,0\n";
      Files.writeString(dir.resolve("in.csv"), "x,y,label\n" + numbers);
      Files.writeString(
          dir.resolve("in.json"),
          numbers.replaceAll("(.*),(.*),(.*)\n", "{\"x\":$1,\"y\":$2,\"label\":$3}\n"));
      JobAnswer answer = JobAnswer.of(dir, commandLine(dir, random, trail));
      if (answer.status() != 0 && !blamesTheData(answer)) {
        answer.assertBlamesTheSpec();
      }
      return answer.status() == 0 ? Outcome.ACCEPTED : Outcome.REFUSED;
    } finally {
      LocalSpark.session().catalog().listTables().collectAsList().stream()
          .filter(table -> !table.isTemporary() && !tablesBefore.contains(table.name()))
          .forEach(
              table ->
                  LocalSpark.session()
                      .sql("DROP TABLE IF EXISTS `" + table.name().replace("`", "``") + "`"));
      FileUtil.fullyDelete(dir.toFile());
    }
  }

  /**
   * A file that is read in a format or by a schema that is not its own can't be told from a damaged
   * one, or from one with values missing; nor is a server that does not answer the spec's fault.
   */
  private static boolean blamesTheData(JobAnswer answer) {
    return answer.status() == 1
        && Pattern.compile(
                "/in\\.(csv|json)\\b|Connection refused|Mkdirs failed|handleInvalid|No valid value|input is empty|weight is")
            .matcher(answer.error())
            .find();
  }

  private static List<String> commandLine(Path dir, SplittableRandom random, List<String> trail)
      throws IOException {
    ObjectNode spec = (ObjectNode) JSON.readTree(Texts.one(SPECS, random));
    List<String> options = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      mutate(spec, random, trail);
    }
    if (random.nextInt(3) == 0) {
      options.addAll(overrides(random, trail));
    }
    if (random.nextInt(4) == 0) {
      options.addAll(Texts.one(OPTIONS, random));
    }
    Path file = dir.resolve("spec.yaml");
    SpecMutation.keepInFolder(spec);
    Files.write(file, encoded(JSON.writeValueAsString(spec), dir, random, trail));
    trail.add("spec " + JSON.writeValueAsString(spec));
    List<String> command = new ArrayList<>(List.of(Texts.one(COMMANDS, random), file.toString()));
    options.forEach(option -> command.add(inFolder(option, dir)));
    if (random.nextInt(20) == 0) {
      String word = random.nextBoolean() ? "--set" : Texts.odd(random);
      command.add(random.nextInt(command.size() + 1), word.isEmpty() ? "''" : word);
    }
    trail.add("command " + command);
    return command;
  }

  private static void mutate(ObjectNode spec, SplittableRandom random, List<String> trail) {
    List<SpecMutation.Place> places = SpecMutation.places(spec);
    if (!places.isEmpty()) {
      SpecMutation mutation = Texts.one(List.of(SpecMutation.values()), random);
      SpecMutation.Place place = Texts.one(places, random);
      trail.add(mutation + " at " + place.name());
      mutation.change(place, random);
    }
  }

  /** The same kind of change, by --set. */
  private static List<String> overrides(SplittableRandom random, List<String> trail) {
    List<String> keys =
        List.of(
            "mode",
            "features",
            "label",
            "stages.0",
            "stages.1",
            "stages.9999999999",
            "stages.x",
            "stages.0.batchNorm",
            "stages.0.batchNorm.epsilon",
            "stages.0.batchNorm.clip",
            "stages.0.batchNorm.handleInvalid",
            "stages.0.batchNorm.invalidIndicator",
            "stages.0.batchNorm.loss",
            "stages.0.activation",
            "output",
            "output.columns",
            "output.options.a.b.c",
            "input",
            "input.options",
            "input.table",
            "input.sql",
            "input.where",
            "input.sample",
            "features.include",
            "features.exclude",
            "features.types",
            "output.table",
            "@DIR/in.json",
            "@DIR/nowhere",
            "a" + ".a".repeat(3000),
            "label" + ".a".repeat(3000),
            ".",
            "..",
            "mode.",
            ".mode",
            "");
    List<String> values =
        List.of(
            "",
            "overwrite",
            "append",
            "${PATH}",
            "${NOT_THERE",
            "$${x}",
            "default.fuzz_target",
            "a.b.c",
            "SELECT 1D AS x",
            "x > 0 AND",
            "DROP TABLE fuzz_target",
            "x",
            "[x]",
            "{}",
            "[]",
            "0",
            "1e-5",
            "*",
            "'*'",
            "&a x",
            "!!x y",
            "{a: 1}",
            "null",
            "~",
            "[" + "[".repeat(100),
            "tanh",
            "batchNorm",
            "{path: DIR/o}");
    List<String> options = new ArrayList<>();
    for (int i = random.nextInt(1, 3); i > 0; i--) {
      String key = random.nextInt(6) == 0 ? Texts.odd(random) : Texts.one(keys, random);
      String value = random.nextInt(6) == 0 ? Texts.odd(random) : Texts.one(values, random);
      options.add("--set");
      options.add(key + (random.nextInt(12) == 0 ? "" : "=") + value);
    }
    trail.add("overrides " + options);
    return options;
  }

  /** The bytes of the file; sometimes of what is no longer JSON, YAML or a text. */
  private static byte[] encoded(
      String text, Path dir, SplittableRandom random, List<String> trail) {
    int at = random.nextInt(text.length() + 1);
    Charset charset = UTF_8;
    String changed = text;
    switch (random.nextInt(24)) {
      case 0 -> {
        trail.add("truncated");
        return inFolder(text.substring(0, at), dir).getBytes(UTF_8);
      }
      case 1, 2 -> {
        String put = Texts.one(YAML, random);
        trail.add("inserted " + put);
        changed = text.substring(0, at) + put + text.substring(at);
      }
      case 3 -> {
        trail.add("in UTF-16");
        charset = StandardCharsets.UTF_16;
      }
      case 4 -> {
        trail.add("changed character");
        String other = Character.toString(random.nextInt(128));
        changed = text.substring(0, at) + other + text.substring(Math.min(at + 1, text.length()));
      }
      case 5 -> {
        trail.add("doubled");
        changed = text + "\n" + text;
      }
      case 6 -> {
        trail.add("doubled keys");
        changed = text.substring(0, text.length() - 1) + "," + text.substring(1);
      }
      default -> {
        return inFolder(text, dir).getBytes(UTF_8);
      }
    }
    // A path that was hit would lead out of the folder.
    boolean pathsAreWhole = paths(changed) == paths(text) || changed.startsWith(text);
    return inFolder(pathsAreWhole ? changed : text, dir).getBytes(charset);
  }

  private static long paths(String text) {
    return Pattern.compile("[:\\[,]\"DIR\\b").matcher(text).results().count();
  }

  private static String inFolder(String text, Path dir) {
    return text.replace("DIR", dir.toString());
  }
}
