package io.normact.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.job.JobFixture;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specs that don't suit their input, and input that doesn't suit the stages. */
class BadInputTest extends JobFixture {

  private static final String SPEC =
      """
      input: {format: json, path: DIR/in.json, schema: "name STRING, x DOUBLE, height DOUBLE"}
      features: [x]
      stages:
        - batchNorm: {epsilon: 0}
      output: {path: DIR/out}
      model: DIR/model
      """;

  @BeforeEach
  void input() {
    write("in.json", "{\"name\":\"a\",\"x\":1,\"height\":1.5}\n{\"name\":\"b\",\"x\":2}\n");
  }

  private void assertFails(Result result, int status, String message) throws Exception {
    assertThat(result).isEqualTo(new Result(status, "", "Error: " + message + "\n"));
    assertThat(files()).containsExactly("in.json", "spec.yaml");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input.path=DIR/im.json | Key 'input.path' is 'DIR/im.json', but there is no such file or folder.",
        "input.schema=x DUOBLE | Key 'input.schema' is 'x DUOBLE', but must be columns such as 'id BIGINT, x DOUBLE'.",
        "weight=name | Key 'weight' names column 'name' of type string, but must name a column of numbers.",
        "label=lable | Key 'label' names column 'lable', which the input does not have; known are 'height', 'name', 'x'.",
        "weight=wieght | Key 'weight' names column 'wieght', which the input does not have; did you mean 'height'?",
        "features=[hieght] | Key 'features' names column 'hieght', which the input does not have; did you mean 'height'?",
        "features=[name] | Key 'features' names column 'name' of type string, but a feature must be a number, a vector or an array of numbers.",
        "input.schema=name STRING | Key 'features' names column 'x', which the input does not have; known are 'name'.",
        "output.columns=[height] | Key 'output.columns' has 'height', but a column of this name exists already; choose another.",
        "output.columns=[a, b] | Key 'output.columns' has 2 names for 1 feature; name each or none.",
        "output.partitionBy=nam | Key 'output.partitionBy' names column 'nam', which the output does not have; did you mean 'name'?",
        "stages.0.batchNorm.gamma=[1, 2] | Key 'stages.0.batchNorm': Param gamma has 2 values for 1 feature; it needs one for each.",
        "input.path=DIR/in.{json | Key 'input': error parsing regexp: Unclosed group at pos 8: `in.{json`",
        "stages=[activation: softmax] | Key 'stages.0.activation': Function 'softmax' works across a whole vector, but column 'x' holds one number a row; assemble a vector first."
      })
  void misfitIsNamed(String override, String message) throws Exception {
    Result result = run("run", SPEC, List.of("--set", override.replace("DIR", dir.toString())));
    assertFails(result, 2, message);
  }

  @Test
  void stageThatLacksAParamIsNamed() {
    assertThat(run("run", SPEC, List.of("--set", "stages=[activation]")).err())
        .matches(
            "Error: Key 'stages.0.activation': Stage activation_\\w+ must have either function or functions set, but has neither.\n");
  }

  @Test
  void starWithoutNumbersSaysWhatCsvNeeds() throws Exception {
    assertFails(
        run(
            "run",
            SPEC,
            List.of(
                "--set", "features=*",
                "--set", "input.format=csv",
                "--set", "input.schema=name STRING")),
        2,
        "Key 'features' is \"*\", but of the input's columns none is a number: 'name' (string); with one column, is the option sep what separates them?");
  }

  @Test
  void folderWithoutDataSaysSo() throws Exception {
    assertThat(
            run(
                    "run",
                    SPEC,
                    List.of(
                        "--set", "input.format=parquet",
                        "--set", "input.schema=",
                        "--set", "input.path=" + dir.resolve("empty")))
                .status())
        .isEqualTo(2);
    java.nio.file.Files.createDirectory(dir.resolve("empty"));
    Result result =
        run(
            "run",
            SPEC,
            List.of(
                "--set", "input.format=parquet",
                "--set", "input.schema=",
                "--set", "input.path=" + dir.resolve("empty")));
    assertThat(result)
        .isEqualTo(
            new Result(
                2,
                "",
                "Error: Key 'input.path' is 'DIR/empty', but no parquet data are there to take a schema from; set input.schema, or correct the path.\n"));
  }

  @Test
  void corruptDataAreTheDatasFault() throws Exception {
    Result result =
        run("run", SPEC, List.of("--set", "input.format=parquet", "--set", "input.schema="));
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("Error: ")
        .contains("in.json")
        .contains("is not a Parquet file")
        .hasLineCount(1);
    assertThat(files()).containsExactly("in.json", "spec.yaml");
  }

  @Test
  void invalidValueInTheFitIsNamed() throws Exception {
    assertFails(
        run("run", SPEC, List.of("--set", "features=[x, height]")),
        1,
        "Invalid values (null, NaN or infinite) are in 'height' (1), but handleInvalid is error; clean the data or choose skip, keep or mean.");
  }

  @Test
  void invalidValueInATaskOfTransformIsNamed() throws Exception {
    write("ok.json", "{\"x\":1}\n{\"x\":2}\n");
    assertThat(run("fit", SPEC, List.of("--set", "input.path=" + path("ok.json"))).err()).isEmpty();
    write("in.json", "{\"x\":1}\n{\"x\":\"NaN\"}\n");

    Result result = run("transform", SPEC, List.of());

    assertThat(result)
        .isEqualTo(
            new Result(
                1,
                "",
                "Error: Column 'x' holds NaN, which handleInvalid=error rejects; clean the data or choose skip, keep or mean.\n"));
    write("in.json", "{\"x\":null}\n");
    assertThat(run("transform", SPEC, List.of()).err())
        .isEqualTo(
            "Error: Column 'x' holds null, which handleInvalid=error rejects; clean the data or choose skip, keep or mean.\n");
    assertThat(files())
        .containsExactly(
            "in.json", "model", "model/metadata", "model/stages", "ok.json", "spec.yaml");
  }

  @Test
  void columnThatTheModelLacksIsNamed() {
    run("fit", SPEC, List.of());
    Result result =
        run("transform", SPEC, List.of("--set", "input.schema=\"X_ DOUBLE, name STRING\""));
    assertThat(result)
        .isEqualTo(
            new Result(
                2, "", "Error: Key 'input': Column 'x' does not exist; known are 'X_', 'name'.\n"));
  }

  @Test
  void formatThatCannotHoldAColumnIsNamed() throws Exception {
    write("in.json", "{\"v\":[1.0]}\n{\"v\":[2.0]}\n");
    Result result =
        run(
            "run",
            SPEC,
            List.of(
                "--set", "input.schema=v ARRAY<DOUBLE>",
                "--set", "features=[v]",
                "--set", "output.format=csv"));
    assertFails(
        result,
        2,
        "Key 'output': The CSV datasource doesn't support the column `v` of the type \"ARRAY<DOUBLE>\".");
  }

  @Test
  void gammaThatOnlyTheDataRefuteIsTheSpecsFault() throws Exception {
    write("in.json", "{\"v\":[1.0, 2.0]}\n{\"v\":[2.0, 3.0]}\n");
    Result result =
        run(
            "run",
            SPEC,
            List.of(
                "--set", "input.schema=v ARRAY<DOUBLE>",
                "--set", "features=[v]",
                "--set", "stages.0.batchNorm.gamma=[1, 2, 3]"));
    assertFails(
        result, 2, "Key 'stages': Param gamma has 3 values for 2 features; it needs one for each.");
  }

  @Test
  void varianceThatNoDoubleHoldsIsNamed() throws Exception {
    write("in.json", "{\"x\":1e200}\n{\"x\":-1e200}\n");
    assertFails(
        run("run", SPEC, List.of()),
        1,
        "The variance is above the largest double, 1.7976931348623157E308, in 'x'; scale such columns down or leave them out.");
  }

  @Test
  void streamNeedsACheckpoint() throws Exception {
    assertFails(
        run("transform", SPEC, List.of("--set", "input.streaming=true")),
        2,
        "Key 'output.checkpoint' is missing, but must be the folder in which a stream keeps its state.");
    assertThat(LocalSpark.session().streams().active()).isEmpty();
  }
}
