package io.normact.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.job.JobFixture;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a job says where the spec is right by itself and its input is not what somebody thinks. */
class JobMessagesTest extends JobFixture {

  private static final String SPEC =
      """
      input: {format: json, path: DIR/in.json}
      stages: [batchNorm]
      output: {path: DIR/out}
      """;

  private static List<String> set(String... overrides) {
    List<String> options = new ArrayList<>();
    for (String override : overrides) {
      options.addAll(List.of("--set", override));
    }
    return options;
  }

  @ParameterizedTest
  @CsvSource({
    "_corrupt_record, input.options.x=1",
    "bad, input.options.columnNameOfCorruptRecord=bad"
  })
  void recordsOfSeveralLinesNeedAnOption(String column, String option) {
    write("in.json", "[\n  {\n    \"x\": 1\n  },\n  {\n    \"x\": 3\n  }\n]\n");
    assertThat(run("run", SPEC, set(option)))
        .as(column)
        .isEqualTo(
            new Result(
                2,
                "",
                "Error: Key 'input.path' is 'DIR/in.json', but no line of it is a record of json by itself; set the option multiLine to true if a record goes over lines, or correct the format.\n"));
    assertThat(run("run", SPEC, set(option, "input.options.multiLine=true")).out())
        .isEqualTo(
            "Fitted batchNorm: 1 feature on 2 rows.\nWrote 2 rows with 2 columns to DIR/out.\n");
  }

  @Test
  void anArrayWithARecordALineNeedsTheOptionToo() {
    write("in.json", "\n[\n{\"x\": 1},\n{\"x\": 3}\n]\n");
    for (String command : List.of("run", "validate")) {
      assertThat(run(command, SPEC, List.of()))
          .isEqualTo(
              new Result(
                  2,
                  "",
                  "Error: Key 'input.path' is 'DIR/in.json', which is an array of records over several lines; set the option multiLine to true.\n"));
    }
    assertThat(run("run", SPEC, set("input.options.multiLine=true")).out())
        .startsWith("Fitted batchNorm: 1 feature on 2 rows.\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input.options.inferSchema=false | Key 'features' is \"*\", but of the input's columns none is a number: 'a;b' (string); csv has texts alone without input.schema or the option inferSchema.",
        "input.options.inferSchema=TRUE | Key 'features' is \"*\", but of the input's columns none is a number: 'a;b' (string); with one column, is the option sep what separates them?",
        "input.schema=a STRING, d DATE | Key 'features' is \"*\", but of the input's columns none is a number: 'a' (string), 'd' (date); are the options sep, header and nullValue what the file has?",
        "features=[\"a;b\"] | Key 'features' names column 'a;b' of type string, but a feature must be a number, a vector or an array of numbers; csv has texts alone without input.schema or the option inferSchema.",
        "label=\"a;b\" | Key 'features' has no column to choose: the input holds nothing but 'a;b' (string); csv has texts alone without input.schema or the option inferSchema.",
        "features=b | Key 'features' names column 'b', which the input does not have; with one column 'a;b', is the option sep what separates them?",
        "features={include: 'b*'} | Key 'features.include' has 'b*', which fits no column of numbers; with one column 'a;b', is the option sep what separates them?",
        "features={exclude: b} | Key 'features.exclude' names column 'b', which the input does not have; with one column 'a;b', is the option sep what separates them?",
        "label=a | Key 'label' names column 'a', which the input does not have; with one column 'a;b', is the option sep what separates them?",
        "weight=b | Key 'weight' names column 'b', which the input does not have; with one column 'a;b', is the option sep what separates them?",
        "input.where=b > 2 | Key 'input.where' is 'b > 2', which names a column that the input does not have; with one column 'a;b', is the option sep what separates them?",
        "input.options.header=; label=b | Key 'label' names column 'b', which the input does not have; csv has no names without input.schema or the option header.",
        "weight=\"a;b\" | Key 'weight' names column 'a;b' of type string, but must name a column of numbers; csv has texts alone without input.schema or the option inferSchema.",
        "input.schema=a STRING, d DATE; features=d | Key 'features' names column 'd' of type date, but a feature must be a number, a vector or an array of numbers.",
        "input.schema=a INT, d DATE; weight=d | Key 'weight' names column 'd' of type date, but must name a column of numbers."
      })
  void csvWithoutNumbersSaysWhatToLookAt(String override, String message) {
    write("in.csv", "a;b\n1;2\n3;4\n");
    List<String> options =
        concat(
            set("input={format: csv, path: " + path("in.csv") + ", options: {header: true}}"),
            set(override.split("; ")));
    for (String command : List.of("run", "validate")) {
      assertThat(run(command, SPEC, options))
          .isEqualTo(new Result(2, "", "Error: " + message + "\n"));
    }
    assertThat(
            run(
                    "validate",
                    SPEC,
                    concat(
                        options.subList(0, 2),
                        set("input.options.inferSchema=true", "input.options.sep=;")))
                .err())
        .isEmpty();
  }

  @Test
  void modelMeetsACsvFileOfAnotherSeparator() {
    write("in.json", "{\"x\":1}\n{\"x\":2}\n");
    assertThat(run("fit", ONE_NUMBER, List.of()).err()).isEmpty();
    write("in.csv", "a\tx\n1\t2\n");
    List<String> options =
        set("input={format: csv, path: " + path("in.csv") + ", options: {header: true}}");
    for (String command : List.of("transform", "update", "validate")) {
      assertThat(run(command, ONE_NUMBER, options).err())
          .isEqualTo(
              "Error: Key 'input' has no column 'x' of the model; with one column 'a\\u0009x', is the option sep what separates them?\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"'x,a\n7,1\nNA,2\n', NA", "'a,x\n1,2\n3,.\n', .", "'x\n1\n?\n', ?"})
  @Tag("thorough")
  void modelMeetsNumbersThatWereReadAsTexts(String rows, String missing) {
    write("in.json", "{\"x\":1}\n{\"x\":2}\n");
    assertThat(run("fit", ONE_NUMBER, List.of()).err()).isEmpty();
    write("in.csv", rows);
    List<String> options =
        set(
            "input={format: csv, path: "
                + path("in.csv")
                + ", options: {header: true, inferSchema: true}}",
            "stages=[batchNorm: {handleInvalid: keep}]");
    for (String command : List.of("transform", "update", "validate")) {
      assertThat(run(command, ONE_NUMBER, options).err())
          .isEqualTo(
              "Error: Key 'input' has column 'x' of type string, but the model needs a number, a vector or an array of numbers; are the options sep, header and nullValue what the file has?\n");
    }
    assertThat(
            run(
                    "transform",
                    ONE_NUMBER,
                    concat(options, set("input.options.nullValue='" + missing + "'")))
                .err())
        .isEmpty();
  }

  @Test
  void numbersThatWereReadAsTextsAreNamed() {
    write("in.csv", "x,n,t,id\n1,2.5,a,7\n2,-1e3,b,A7\n3, .5,c,A8\n4,NA,d,A9\n");
    String said =
        "Mostly numbers, but read as texts: n; set the option nullValue if a text, such as NA, stands for a missing value.\n";
    List<String> options =
        set(
            "input={format: csv, path: "
                + path("in.csv")
                + ", options: {header: true, inferSchema: true}}");
    String leftOut = "Left out of \"*\", being no numbers: n (string), t (string), id (string).\n";
    assertThat(run("run", SPEC, options).out()).startsWith(leftOut + said);
    assertThat(run("validate", SPEC, concat(options, set("mode=overwrite"))).out())
        .contains("no numbers (3): n (string), t (string), id (string).\n" + said);
    List<String> named = concat(options, set("mode=overwrite", "features=[x]"));
    assertThat(run("run", SPEC, named).out()).startsWith("Fitted batchNorm: 1 feature");
    for (String features : List.of("'*'", "[x]")) {
      List<String> label =
          concat(options, set("mode=overwrite", "label=N", "features=" + features));
      assertThat(run("validate", SPEC, label).out()).contains(said);
    }
    assertThat(run("validate", SPEC, concat(named, set("label=t"))).out()).doesNotContain("Mostly");
    assertThat(
            run("fit", SPEC, concat(options, set("model=" + path("m"), "features={include: 'n*'}")))
                .err())
        .isEqualTo(
            "Error: Key 'features.include' has 'n*', which fits no column of numbers, only 'n' (string); are the options sep, header and nullValue what the file has?\n");
    List<String> set = concat(options, set("mode=overwrite", "input.options.nullValue=NA"));
    assertThat(run("validate", SPEC, set).out()).contains("n -> n_").doesNotContain(said);
  }

  private static List<String> concat(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  /** The page and the JSON have all columns, and those that "*" did not mean. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10 | ''",
        "11 | The table ends after 10 columns; 1 more column stands in the report.",
        "13 | The table ends after 10 columns; 3 more columns stand in the report."
      })
  void tableOfTheReportSaysWhereItEnds(int columns, String end) throws Exception {
    String fields =
        IntStream.range(0, columns)
            .mapToObj(i -> String.format(Locale.ROOT, "\"x%d\":ROW", i))
            .collect(Collectors.joining(","));
    write(
        "in.json",
        "{ROW}\n{ROW}\n".replace("ROW", fields + ",\"t\":\"a\",\"f\":true").replace("ROW", "1.5"));
    Result result = run("report", SPEC, set("report=" + path("r.html")));
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .startsWith("Left out of \"*\", being no numbers: f (boolean), t (string).\n");
    assertThat(result.out().lines().filter(line -> line.matches("x\\d.*"))).hasSize(10);
    assertThat(result.out().lines().filter(line -> line.startsWith("The table")).toList())
        .isEqualTo(end.isEmpty() ? List.of() : List.of(end));
    var json = new ObjectMapper().readTree(dir.resolve("r.json").toFile());
    assertThat(json.get("columns")).hasSize(columns);
    assertThat(json.get("columnsLeftOut").toString())
        .isEqualTo("[{\"name\":\"f\",\"type\":\"boolean\"},{\"name\":\"t\",\"type\":\"string\"}]");
    assertThat(Files.readString(dir.resolve("r.html"))).contains("columnsLeftOut");
  }

  @Test
  void validateRefusesWhatRunRefuses() throws Exception {
    write("in.json", "{\"x\":1}\n{\"x\":2}\n");
    Files.createDirectory(dir.resolve("out"));
    Files.createDirectory(dir.resolve("empty"));
    write("r.json", "{}");
    write("table/_delta_log/0.json", "{}");
    List<List<String>> refused =
        List.of(
            set("mode=error"),
            set("output.path=" + path("in.json/x")),
            set("output.path=" + path("new"), "model=" + path("empty")),
            set("output.path=" + path("new"), "report=" + path("r.html")),
            set("output.path=" + path("table"), "mode=overwrite"),
            set("output.path=" + path("new"), "output.partitionBy=y"),
            set("output.path=" + path("new"), "output.partitionBy=x", "output.keepInputs=false"),
            set("output.path=" + path("new"), "output.columns=[X]"));
    for (List<String> options : refused) {
      Result run = run("run", SPEC, options);
      assertThat(run.status()).as("%s", options).isEqualTo(2);
      assertThat(run("validate", SPEC, options)).as("%s", options).isEqualTo(run);
    }
    assertThat(files()).doesNotContain("new");
    assertThat(run("validate", SPEC, set("mode=overwrite")).out())
        .contains("Output: DIR/out, parquet, replaces what is there.\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stages=[{batchNorm: {handleInvalid: keep}}] | Fitted batchNorm: 2 features on 4 rows.",
        "stages=[{batchNorm: {handleInvalid: skip}}] | Fitted batchNorm: 2 features on 1 row.",
        "features=[x]; stages=[{batchNorm: {handleInvalid: skip}}] | Fitted batchNorm: 1 feature on 2 rows.",
        "weight=w; stages=[{batchNorm: {handleInvalid: keep}}] | Fitted batchNorm: 2 features on 3 rows.",
        "weight=w; features=[z]; stages=[{batchNorm: {learn: infomax, activation: tanh}}] | Fitted batchNorm: 1 feature on 3 rows."
      })
  void rowsOfAFitAreCounted(String overrides, String said) {
    write(
        "in.json",
        "{\"x\":1,\"w\":0.5,\"z\":1}\n{\"y\":2,\"w\":0,\"z\":2}\n{\"x\":3,\"y\":4,\"w\":2,\"z\":3}\n{\"w\":2,\"z\":5}\n");
    List<String> options = new ArrayList<>(set("features=[x, y]"));
    for (String override : overrides.split("; ", -1)) {
      options.addAll(set(override));
    }
    Result result = run("run", SPEC, options);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith(said + "\n");
  }
}
