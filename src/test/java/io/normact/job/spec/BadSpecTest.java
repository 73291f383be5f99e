package io.normact.job.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.normact.job.JobFixture;
import io.normact.math.ActivationFunction;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Specs and commands that are wrong by themselves: one line, status 2. */
class BadSpecTest extends JobFixture {

  private static final String SPEC =
      """
      input: {format: csv, path: DIR/in.csv, options: {header: true}}
      features: [x]
      stages:
        - batchNorm: {epsilon: 0}
      output: {path: DIR/out}
      model: DIR/model
      """;

  private void assertWrong(Result result, String message) {
    assertThat(result).isEqualTo(new Result(2, "", "Error: " + message + "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inputt.path=x | Key 'inputt' is unknown; did you mean 'input'?",
        "output.mode=overwrite | Key 'output.mode' is unknown; did you mean 'mode' at the top of the spec?",
        "path=x | Key 'path' is unknown; did you mean 'input.path' or 'output.path'?",
        "handleInvalid=skip | Key 'handleInvalid' is unknown; did you mean 'batchNorm.handleInvalid' of a stage?",
        "stages.0.batchNorm.label=y | Key 'stages.0.batchNorm.label' is unknown; did you mean 'label' at the top of the spec?",
        "stages=[{batchNorm:{handleInvalid:mean}}] | Key 'stages.0.batchNorm.handleInvalid:mean' is unknown; did you mean 'handleInvalid: mean', with a blank behind the colon?",
        "output={format:csv,path:x} | Key 'output.format:csv' is unknown; did you mean 'format: csv', with a blank behind the colon?",
        "stages[0].batchNorm.epsilon=0 | Option --set has the key 'stages[0].batchNorm.epsilon', but elements of a list are numbered with dots: expected 'stages.0.batchNorm.epsilon'.",
        "input.path[ 1 ]=x | Option --set has the key 'input.path[ 1 ]', but elements of a list are numbered with dots: expected 'input.path.1'.",
        "input.header=true | Key 'input.header' is unknown; options of the data source stand under 'input.options'; known are 'format', 'path', 'table', 'sql', 'options', 'schema', 'streaming', 'where', 'sample'.",
        "input.pth=x | Key 'input.pth' is unknown; did you mean 'path'?",
        "input= | Key 'input' is missing, but must be a mapping with format and path.",
        "input=x | Key 'input' is 'x', but must be a mapping with the keys format, path, table, sql, options, schema, streaming, where, sample.",
        "input.format=cvs | Key 'input.format' is 'cvs', but no data source of this name is on the class path; did you mean 'csv'?",
        "input.format=java.lang.Runtime | Key 'input.format' is 'java.lang.Runtime', but must be a data source's short name such as csv, not a class.",
        "input.options=7 | Key 'input.options' is 7, but must be a mapping of options.",
        "input.options.header=[1] | Key 'input.options.header' is [1], but must be a plain value.",
        "input.streaming=perhaps | Key 'input.streaming' is 'perhaps', but must be true or false.",
        "label=[a] | Key 'label' is [\"a\"], but must be a column name.",
        "mode=overwritten | Key 'mode' is 'overwritten', but must be one of error, append, overwrite.",
        "features=5 | Key 'features' is 5, but must be \"*\", a list of columns, or a mapping with include, exclude and types.",
        "features=[] | Key 'features' is [], but must be \"*\", a list of columns, or a mapping with include, exclude and types with something in it.",
        "features.x=1 | Option --set has the key 'features.x', but 'x' is no position in a list of 1: expected 0 to 0.",
        "features={includes: x} | Key 'features.includes' is unknown; did you mean 'include'?",
        "features={include: []} | Key 'features.include' is [], but must be a column, a pattern such as 'price_*', or a list of them with something in it.",
        "features={include: [x, 7]} | Key 'features.include.1' is 7, but must be a text.",
        "features={include: [x, x]} | Key 'features.include' names column 'x' twice, but each must be named once.",
        "features={exclude: 7} | Key 'features.exclude' is 7, but must be a column, a pattern such as '*_id', or a list of them.",
        "features={types: {a: 1}} | Key 'features.types' is {\"a\":1}, but must be a type such as double, or a list of them.",
        "features={types: duoble} | Key 'features.types' has the type 'duoble', which no feature has; did you mean 'double'?",
        "features={types: [double, text]} | Key 'features.types' has the type 'text', which no feature has; known are 'tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal', 'boolean', 'vector', 'array'.",
        "input.table=7 | Key 'input.table' is 7, but must be a table's name such as db.t.",
        "input.table=t | Key 'input.format' is given, but 'input.table' says where the rows are; leave one of them out.",
        "input={table: t, path: p} | Key 'input.path' is given, but 'input.table' says where the rows are; leave one of them out.",
        "input={table: t, schema: x INT} | Key 'input.schema' is given, but 'input.table' says where the rows are; leave one of them out.",
        "input={table: t, options: {PATH: p}} | Key 'input.options.PATH' is given, but 'input.table' says where the rows are; leave one of them out.",
        "input={table: t, sql: SELECT 1} | Key 'input.table' is given, but 'input.sql' says where the rows are; leave one of them out.",
        "input={sql: [SELECT 1]} | Key 'input.sql' is [\"SELECT 1\"], but must be a query such as 'SELECT * FROM t'.",
        "input={sql: SELECT 1, options: {a: b}} | Key 'input.options' is given, but 'input.sql' says where the rows are; leave one of them out.",
        "input={sql: SELECT 1, streaming: true} | Key 'input.streaming' is given, but 'input.sql' says where the rows are; leave one of them out.",
        "input.where=7 | Key 'input.where' is 7, but must be a condition such as 'x > 0'.",
        "input.sample=0 | Key 'input.sample' is 0, but must be a number above 0 and at most 1.",
        "input.sample=1.5 | Key 'input.sample' is 1.5, but must be a number above 0 and at most 1.",
        "input.sample=.nan | Key 'input.sample' is \"NaN\", but must be a number above 0 and at most 1.",
        "input.sample=half | Key 'input.sample' is 'half', but must be a number.",
        "output.table=7 | Key 'output.table' is 7, but must be a table's name such as db.t.",
        "output.table=t | Key 'output.path' is given, but 'output.table' says where the rows are; leave one of them out.",
        "mode=${NORMACT_NO_SUCH_VARIABLE} | Key 'mode' has '${NORMACT_NO_SUCH_VARIABLE}', but the environment has no variable of this name.",
        "@DIR/nowhere.yaml | Spec 'DIR/nowhere.yaml' can't be read: expected a YAML file.",
        "stages=[] | Key 'stages' is [], but must be a list of stages with something in it.",
        "input.format=jdbc | Key 'input.format' is 'jdbc', a data source that may run what a spec names; who trusts the spec submits it with --conf spark.normact.formats=jdbc.",
        "output.options.compression=a.codec.Name | Key 'output.options.compression' is 'a.codec.Name', but must be a codec such as gzip, snappy or zstd; known are 'brotli', 'bzip2', 'deflate', 'gzip', 'lz4', 'lz4_raw', 'lz4raw', 'lzo', 'none', 'snappy' and 5 more.",
        "input.options.fs.file.impl=Name | Key 'input.options.fs.file.impl' is an option that may name a class, and nothing that a spec names is run; who trusts the spec sets it as spark.hadoop.fs.file.impl, or allows the format with --conf spark.normact.formats.",
        "output.options.Path=DIR/in.csv | Key 'output.options.Path' is not set among the options; the key 'output.path' says it.",
        "output.options.checkpointLocation=DIR/c | Key 'output.options.checkpointLocation' is not set among the options; the key 'output.checkpoint' says it.",
        "output={format: PARQUET} | Key 'output.path' is missing, but must be the folder to write parquet to.",
        "features=[x, x] | Key 'features' names column 'x' twice, but each must be named once.",
        "stages={} | Key 'stages' is {}, but must be a list of stages.",
        "stages=[batchNorn] | Key 'stages.0.batchNorn' is unknown; did you mean 'batchNorm'?",
        "stages=[{batchNorm: {}, activation: relu}] | Key 'stages.0' is {\"batchNorm\":{},\"activation\":\"relu\"}, but must be one stage, such as batchNorm: {epsilon: 0} or activation: {function: sigmoid}.",
        "stages.0.batchNorm.epsilonn=1 | Key 'stages.0.batchNorm.epsilonn' is unknown; did you mean 'epsilon'?",
        "stages.0.batchNorm.epsilon=-1 | Key 'stages.0.batchNorm.epsilon': Param epsilon is -1.0, but must be a finite number of at least 0.",
        "stages.0.batchNorm.epsilon=small | Key 'stages.0.batchNorm.epsilon' is 'small', but must be a number.",
        "stages.0.batchNorm.epsilon=1e | Key 'stages.0.batchNorm.epsilon' is '1e', but must be a number.",
        "stages.0.batchNorm.withMean=1 | Key 'stages.0.batchNorm.withMean' is 1, but must be true or false.",
        "stages.0.batchNorm.maxIter=1.5 | Key 'stages.0.batchNorm.maxIter' is 1.5, but must be an integer.",
        "stages.0.batchNorm.maxIter=3000000000 | Key 'stages.0.batchNorm.maxIter' is 3000000000, but must be an integer from -2147483648 to 2147483647.",
        "stages.0.batchNorm.gamma=[1, x] | Key 'stages.0.batchNorm.gamma.1' is 'x', but must be a number.",
        "stages.0.batchNorm.learn=all | Key 'stages.0.batchNorm.learn': Param learn is all, but must be one of none, infomax, supervised.",
        "stages.0.batchNorm.inputCol=x | Key 'stages.0.batchNorm.inputCol' is not set on a stage: the keys features, label, weight and output.columns name the columns.",
        "stages=[activation: 3] | Key 'stages.0.activation' is 3, but must be a mapping of params such as function, functions, output.",
        "stages.1.batchNorm.epsilon=0 | Option --set has the key 'stages.1.batchNorm.epsilon', but '1' is no position in a list of 1: expected 0 to 0.",
        "model.path=x | Option --set has the key 'model.path', but 'model' is \"DIR/model\" and has no keys below it.",
        "overwrite | Option --set 'overwrite' is not well formed: expected key=value, such as mode=overwrite.",
        "output.columns=5 | Key 'output.columns' is 5, but must be a list of names.",
        "output.path=DIR/model | Key 'output.path' is 'DIR/model', which overlaps model 'DIR/model'; choose folders that lie apart.",
        "output.path=DIR/in.csv | Key 'output.path' is 'DIR/in.csv', which overlaps input.path 'DIR/in.csv'; choose folders that lie apart.",
        "report=DIR/out/page.html | Key 'output.path' is 'DIR/out', which overlaps report 'DIR/out/page.html'; choose folders that lie apart.",
        "output.path=. | Key 'output.path' is '.', which holds the folder that the job runs in; choose one of its own.",
        "model=../.. | Key 'model' is '../..', which holds the folder that the job runs in; choose one of its own.",
        "model=/ | Key 'model' is '/', which holds the folder that the job runs in; choose one of its own.",
        "model=nofs://host/x | Key 'model' is 'nofs://host/x', but must be a path: No FileSystem for scheme \"nofs\"",
        "model=DIR | Key 'model' is 'DIR', which overlaps input.path 'DIR/in.csv'; choose folders that lie apart.",
        "output= | Key 'output' is missing, but must be a mapping with format and path.",
        "output.path= | Key 'output.path' is missing, but must be the folder to write parquet to.",
        "stages= | Key 'stages' is missing, but must be a list such as [batchNorm: {activation: sigmoid}]."
      })
  void wrongKeyOrValueIsNamed(String override, String message) {
    write("in.csv", "x\n1\n");
    assertWrong(
        run("run", SPEC, List.of("--set", override.replace("DIR", dir.toString()))), message);
  }

  /** The JSON beside a report's page is an output as well. */
  @Test
  void numbersOfTheReportAreKeptApart() {
    write("in.csv", "x\n1\n");
    assertWrong(
        run(
            "run",
            SPEC,
            List.of("--set", "report=" + path("page.html"), "--set", "model=" + path("page.json"))),
        "Key 'report' is 'DIR/page.json', which overlaps model 'DIR/page.json'; choose folders that lie apart.");
  }

  /** A line break in a value is part of the value, and the message goes on after it. */
  @Test
  void messageIsOneLineAndEndsWithWhatWasExpected() {
    assertWrong(
        run("run", "mode: \"over\\nwrite\"\ninput: {}\n", List.of()),
        "Key 'mode' is 'over\\nwrite', but must be one of error, append, overwrite.");
    assertThat(run("run", SPEC, List.of("--set", "x".repeat(100_000) + "=1")).err())
        .hasSizeLessThan(1000)
        .endsWith("'output', 'model', 'report', 'mode'.\n");
    assertWrong(
        run("run", SPEC, List.of("--set", "label" + ".a".repeat(20) + "=1")),
        "Option --set has the key 'label"
            + ".a".repeat(20)
            + "', but specs nest to a depth of 20.");
  }

  /** Spark's parser needs minutes for the first one. */
  @ParameterizedTest
  @ValueSource(strings = {"ARRAY<", "STRUCT<a: ", "DOUBLE DEFAULT (", "{"})
  void typesNestedWithoutEndAreRefused(String type) {
    write("in.csv", "x\n1\n");
    Result result =
        run("run", SPEC, List.of("--set", "input.schema='x " + type.repeat(9000) + "'"));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("Error: Key 'input.schema' is 'x " + type)
        .endsWith("but types nest to a depth of 20.\n")
        .hasLineCount(1);
    Result quoted =
        run(
            "validate",
            SPEC,
            List.of("--set", "input.schema='x DOUBLE, `" + "<".repeat(99) + "` INT'"));
    assertThat(quoted.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input.options.header=perhaps | Key 'input': header flag can be true or false.",
        "output.format=noop | Key 'output': The data source \"noop\" cannot be written in the \"ErrorIfExists\" mode. Please use either the \"Append\" or \"Overwrite\" mode instead.",
        "output.options.compression=klingon | Key 'output.options.compression' is 'klingon', but must be a codec such as gzip, snappy or zstd; known are 'brotli', "
      })
  void optionThatASourceRefusesIsTheSpecsFault(String override, String message) {
    write("in.csv", "x\n1\n");
    String spec = SPEC.replace("options:", "schema: x DOUBLE, options:");
    Result result = run("run", spec, List.of("--set", override));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("Error: " + message).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "stages.0.batchNorm.activation=sigmod, stages.0.batchNorm.activation",
    "stages=[activation: sigmod], stages.0.activation",
    "stages=[activation: {function: sigmod}], stages.0.activation.function"
  })
  void misspeltFunctionIsNamedInTheWordsOfTheLibrary(String override, String key) {
    assertThatThrownBy(() -> ActivationFunction.parse("sigmod"))
        .satisfies(
            e ->
                assertWrong(
                    run("run", SPEC, List.of("--set", override)),
                    String.format(Locale.ROOT, "Key '%s': %s", key, e.getMessage())));
  }

  @ParameterizedTest
  @MethodSource("notPlain")
  void yamlIsPlainData(String yaml, String message) {
    assertWrong(run("run", yaml, List.of()), message);
  }

  static List<Arguments> notPlain() {
    return List.of(
        arguments(
            "input: !!javax.script.ScriptEngineManager [x]\n",
            "Spec 'DIR/spec.yaml', line 1, column 8 has a tag, but specs are plain YAML: write the value out."),
        arguments(
            "input: &a {format: csv}\n",
            "Spec 'DIR/spec.yaml', line 1, column 8 has an anchor, but specs are plain YAML: write the value out."),
        arguments(
            "input: *a\n",
            "Spec 'DIR/spec.yaml', line 1, column 8 has an alias, but specs are plain YAML: write the value out."),
        arguments(
            "label: a\nlabel: b\n",
            "Spec 'DIR/spec.yaml', line 2, column 1 is no YAML that is read here: Key 'label' is given twice."),
        arguments(
            "input: {format: csv\nlabel: a\n",
            "Spec 'DIR/spec.yaml', line 2, column 6 is no YAML that is read here: while parsing a flow mapping, expected ',' or '}', but got :."),
        arguments(
            "label: a\n---\nlabel: b\n",
            "Spec 'DIR/spec.yaml', line 2, column 1 is no YAML that is read here: A second document follows."),
        arguments(
            "input: {[a]: b}\n",
            "Spec 'DIR/spec.yaml', line 1, column 9 is no YAML that is read here: A key must be a text."),
        arguments(
            "input: {a: \u0007}\n",
            "Spec 'DIR/spec.yaml' is no YAML that is read here: special characters are not allowed."),
        arguments(
            "stages[0]: relu\n",
            "Key 'stages[0]' is unknown; in a file, 'stages' is one key, and each element of its list has a line that begins with a dash."),
        arguments(
            "input: {path.0: a.csv}\n",
            "Key 'input.path.0' is unknown; in a file, 'input.path' is one key, and each element of its list has a line that begins with a dash."),
        arguments(
            "input.path: a.csv\n",
            "Key 'input.path' is unknown; in a file, what is below 'input' is a mapping under that key."),
        arguments(
            "input: {path: a}\nstages: [batchNorm.epsilon: 0]\n",
            "Key 'stages.0.batchNorm.epsilon' is unknown; in a file, what is below 'stages.0.batchNorm' is a mapping under that key."),
        arguments(
            "- a\n",
            "Spec 'DIR/spec.yaml' holds no mapping: expected keys such as input and stages."),
        arguments(
            "", "Spec 'DIR/spec.yaml' holds no mapping: expected keys such as input and stages."));
  }

  @Test
  void deepAndLargeSpecsAreRefused() {
    assertWrong(
        run("run", "a: " + "[".repeat(200) + "]".repeat(200), List.of()),
        "Spec 'DIR/spec.yaml', line 1, column 23 is no YAML that is read here: It nests deeper than 20.");
    assertWrong(
        run("run", "a: " + "{a: ".repeat(200) + "}".repeat(200), List.of()),
        "Spec 'DIR/spec.yaml', line 1, column 80 is no YAML that is read here: It nests deeper than 20.");
    assertWrong(
        run("run", "# " + "x".repeat(1 << 20), List.of()),
        "Spec 'DIR/spec.yaml' is larger than 1 MiB: expected a job spec in YAML.");
  }

  @Test
  void wrongCommandLineIsNamed() {
    assertWrong(run("rnu"), "Command 'rnu' is unknown; did you mean 'run'?");
    assertWrong(
        run(),
        "Command is missing: expected run, fit, transform, report, update, validate, schema.");
    assertWrong(run("fit"), "Spec is missing: expected a YAML file, as in normact fit SPEC.yaml.");
    assertWrong(
        run("fit", "a.yaml", "b.yaml"), "Argument 'b.yaml' is one too many: expected one spec.");
    assertWrong(
        run("fit", "a.yaml", "--sett", "x=y"), "Option '--sett' is unknown; did you mean '--set'?");
    assertWrong(
        run("fit", "nowhere.yaml"), "Spec 'nowhere.yaml' can't be read: expected a YAML file.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "fit", "validate"})
  void stackTraceComesOnRequestOnly(String command) {
    Result result = run(command, "x: 1", List.of("--stacktrace"));
    assertThat(result.err())
        .startsWith(
            "Error: Key 'x' is unknown; known are 'input', 'label', 'weight', 'features', 'stages', 'output', 'model', 'report', 'mode'.\n")
        .contains("\tat io.normact.job.");
  }
}
