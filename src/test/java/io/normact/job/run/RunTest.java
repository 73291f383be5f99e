package io.normact.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.job.JobFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the commands do when all is well. */
class RunTest extends JobFixture {

  private static final String NUMBERS = "id,x,y,label\na,1,10,0\nb,2,20,1\nc,3,60,1\n";

  private static final String SPEC =
      """
      input: {format: csv, path: DIR/in.csv, options: {header: true, inferSchema: true}}
      label: label
      features: "*"
      stages:
        - batchNorm: {epsilon: 0}
        - activation: tanh
      output: {path: DIR/out}
      model: DIR/model
      """;

  @Test
  void sampleSpecWritesFeaturesAndModel() {
    Result result =
        run(
            "run",
            "jobs/breast-cancer.yaml",
            "--set",
            "output.path=" + path("features"),
            "--set",
            "model=" + path("model"),
            "--set",
            "stages.0.batchNorm.learn=none",
            "--set",
            "report=");

    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            Left out, being the label: malignant (int).
            Fitted batchNorm: 30 features on 569 rows.
              Epsilon 1.0E-5 outweighs the variance of smoothness_se, fractal_dimension_se; a smaller epsilon, or 0, would scale them fully.
            Wrote 569 rows with 61 columns to DIR/features.
            Saved the model to DIR/model.
            """);
    Dataset<Row> features = parquet("features");
    assertThat(features.count()).isEqualTo(569);
    assertThat(features.columns())
        .hasSize(61)
        .startsWith("malignant", "radius_mean")
        .endsWith("fractal_dimension_worst_batchNorm");
    // z = (x - mean) / sqrt(variance + 1e-5) of the first row, from exact fractions.
    double radius = features.filter("radius_mean = 17.99").head().getAs("radius_mean_batchNorm");
    assertThat(radius).isCloseTo(1 / (1 + Math.exp(-1.0970639814699807)), within(1e-6));
  }

  @Test
  @Tag("thorough")
  void stagesFollowOneAnotherAndWhatIsBetweenThemIsDropped() {
    write("in.csv", NUMBERS);

    Result result = run("run", SPEC, List.of());

    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(parquet("out").columns())
        .containsExactly("id", "x", "y", "label", "x_activation", "y_activation");
    Row first = parquet("out").filter("id = 'a'").head();
    assertThat((double) first.getAs("x_activation"))
        .isCloseTo(Math.tanh(-Math.sqrt(1.5)), within(1e-15));
    assertThat(PipelineModel.load(path("model")).stages()).hasSize(2);
  }

  @Test
  void fitThenTransformGivesTheBitsOfRun() {
    write("in.csv", NUMBERS);
    run("run", SPEC, List.of());

    Result fit = run("fit", SPEC, List.of("--set", "model=" + path("model2"), "--set", "output="));
    Result transform =
        run(
            "transform",
            SPEC,
            List.of("--set", "model=" + path("model2"), "--set", "output.path=" + path("out2")));

    assertThat(fit)
        .isEqualTo(
            new Result(
                0,
                "Left out of \"*\", being no numbers: id (string).\nLeft out, being the label: label (int).\nFitted batchNorm: 2 features on 3 rows.\nSaved the model to DIR/model2.\n",
                ""));
    assertThat(transform)
        .isEqualTo(new Result(0, "Wrote 3 rows with 6 columns to DIR/out2.\n", ""));
    assertThat(parquet("out2").orderBy("id").collectAsList())
        .isEqualTo(parquet("out").orderBy("id").collectAsList());
  }

  /** Exit status 0, since a model of few iterations may be what is wanted. */
  @Test
  @Tag("thorough")
  void learningThatHasNotConvergedSaysSo() {
    write("in.csv", "x,label\n1,0\n2,1\n3,1\n5,0\n8,1\n");
    for (Object[] expected :
        new Object[][] {
          {
            "supervised",
            1,
            " with loss logistic: 1 iteration, objective 0\\.\\d+; not converged, raise maxIter\\."
          },
          {"infomax", 1, ": 1 iteration, objective -?\\d\\.\\d+; not converged, raise maxIter\\."},
          {"infomax", 50, ": \\d+ iterations, objective -?\\d\\.\\d+; converged\\."}
        }) {
      Result result =
          run(
              "fit",
              SPEC,
              List.of(
                  "--set",
                  String.format(
                      Locale.ROOT,
                      "stages=[{batchNorm: {learn: %s, activation: tanh, maxIter: %s}}]",
                      expected[0],
                      expected[1]),
                  "--set",
                  "mode=overwrite",
                  "--set",
                  "output="));
      assertThat(result.err()).isEmpty();
      assertThat(
              result.out().lines().filter(line -> line.startsWith("  ")).findFirst().orElseThrow())
          .matches("  Learned by " + expected[0] + expected[2]);
    }
  }

  @Test
  void outputSaysWhichColumnsStayAndWhatNewOnesAreCalled() {
    write("in.csv", NUMBERS);

    Result result =
        run(
            "run",
            SPEC,
            List.of(
                "--set", "features=[y]",
                "--set", "output.columns=[why]",
                "--set", "output.keepInputs=false",
                "--set", "output.partitionBy=id",
                "--set", "output.format=json",
                "--set", "model="));

    assertThat(result.err()).isEmpty();
    assertThat(Path.of(path("out"), "id=a")).isDirectory();
    assertThat(Path.of(path("model"))).doesNotExist();
    assertThat(io.normact.LocalSpark.session().read().json(path("out")).columns())
        .containsExactlyInAnyOrder("id", "x", "label", "why");
  }

  @Test
  @Tag("thorough")
  void everyFileFormatGoesInAndOut() {
    write("in.csv", NUMBERS);
    String from = "csv";
    String input = path("in.csv");
    for (String to : List.of("json", "orc", "parquet", "csv")) {
      Result result =
          run(
              "run",
              SPEC.replace("tanh", "identity"),
              List.of(
                  "--set", "input.format=" + from,
                  "--set", "input.path=" + input,
                  "--set", "features=[x]",
                  "--set", "output.columns=[x_" + to + "]",
                  "--set", "output.format=" + to,
                  "--set", "output.options.header=" + (to.equals("csv") ? "true" : ""),
                  "--set", "output.path=" + path(to),
                  "--set", "model="));
      assertThat(result.err()).isEmpty();
      from = to;
      input = path(to);
    }
    assertThat(io.normact.LocalSpark.session().read().option("header", true).csv(input).columns())
        .contains("x", "x_json", "x_orc", "x_parquet", "x_csv");
  }

  @Test
  void weightsVectorsAndOptionsWithPointsInTheirNamesAreUnderstood() {
    write(
        "in.json",
        "{\"v\":[1.0,2.0],\"w\":1,\"t\":\"a\"}\n{\"v\":[3.0,6.0],\"w\":3,\"t\":\"b\"}\n");

    Result result =
        run(
            "run",
            """
            input: {format: json, path: DIR/in.json, schema: "v ARRAY<DOUBLE>, w DOUBLE, t STRING"}
            weight: w
            features: [v]
            stages: [batchNorm: {epsilon: 1e-12, withStd: false}]
            output: {path: DIR/out}
            """,
            List.of("--set", "input.options.some.name=1"));

    assertThat(result.err()).isEmpty();
    assertThat(parquet("out").filter("t = 'a'").select("v_batchNorm").head().getList(0))
        .isEqualTo(List.of(-1.5, -3.0));
  }

  @Test
  @Tag("thorough")
  void overwriteReplacesBothOutputsAndLeavesNothingBehind() throws Exception {
    write("in.csv", NUMBERS);
    run("run", SPEC, List.of());
    write("in.csv", NUMBERS + "d,4,0,1\n");

    Result refused = run("run", SPEC, List.of());
    Result replaced = run("run", SPEC, List.of("--set", "mode=overwrite"));

    assertThat(refused)
        .isEqualTo(
            new Result(
                2,
                "",
                "Error: Key 'model' is 'DIR/model', which exists already; choose another path, or set mode to overwrite.\n"));
    assertThat(replaced.status()).isZero();
    assertThat(parquet("out").count()).isEqualTo(4);
    assertThat(files())
        .containsExactly("in.csv", "model", "model/metadata", "model/stages", "out", "spec.yaml");
  }

  @Test
  void summaryNamesConstantAndSkipped() {
    write("in.csv", "id,x,y\na,1,5\nb,,5\nc,3,5\n");

    Result result =
        run(
            "run",
            SPEC,
            List.of("--set", "label=", "--set", "stages=[{batchNorm: {handleInvalid: skip}}]"));

    assertThat(result)
        .isEqualTo(
            new Result(
                0,
                """
                Left out of "*", being no numbers: id (string).
                Fitted batchNorm: 2 features on 2 rows.
                  Left out for invalid values: 1 row.
                  Warning: more than a tenth of the rows was left out; handleInvalid: mean would keep them.
                  Constant, so only beta is left of it: y.
                Wrote 2 rows with 5 columns to DIR/out.
                Saved the model to DIR/model.
                """,
                ""));
  }

  /** Mean 2 and deviation 1 of y, so that 5 is clipped to 2, and the invalid value is the mean. */
  @Test
  @Tag("thorough")
  void invalidValuesAreMarkedAndFarOnesClipped() {
    write("in.csv", "id,x,y\na,1,1\nb,2,3\nc,3,1\nd,4,3\n");
    String set =
        "stages=[{batchNorm: {clip: 2, handleInvalid: mean, invalidIndicator: true, epsilon: 0}}]";
    List<String> options = List.of("--set", set, "--set", "label=", "--set", "features=[y]");
    assertThat(run("run", SPEC, options).err()).isEmpty();
    write("in.csv", "id,x,y\na,1,9\nb,2,\nc,3,2.5\nd,4,-7\n");
    List<String> transform = new ArrayList<>(options);
    transform.addAll(List.of("--set", "output.path=" + path("out2")));
    Result result = run("transform", SPEC, transform);
    assertThat(result).isEqualTo(new Result(0, "Wrote 4 rows with 5 columns to DIR/out2.\n", ""));
    assertThat(
            parquet("out2")
                .orderBy("id")
                .select("y_batchNorm", "y_invalid")
                .collectAsList()
                .toString())
        .isEqualTo("[[2.0,0.0], [0.0,1.0], [0.5,0.0], [-2.0,0.0]]");
    transform.addAll(List.of("--set", "stages.0.batchNorm.clip=3", "--set", "mode=overwrite"));
    assertThat(run("transform", SPEC, transform).err())
        .isEqualTo(
            "Error: Key 'stages.0.batchNorm.clip' is '3.0', but the model at 'DIR/model' was fitted with '2.0'; leave the key out, or fit again.\n");
  }

  @Test
  @Tag("thorough")
  void labelMayBeATextOrABoolean() throws Exception {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      rows.append(
          String.format(
              Locale.ROOT,
              "{\"x\":%d,\"y\":%d,\"kind\":\"%s\",\"flag\":%s}%n",
              i % 7,
              i % 3 + i % 7 / 5,
              List.of("low", "high", "mid").get(i % 3),
              i % 3 == 1));
    }
    write("in.json", rows.toString());
    String spec =
        """
        input: {format: json, path: DIR/in.json}
        label: kind
        stages: [batchNorm: {learn: supervised, activation: tanh}]
        model: DIR/model
        """;
    Result fit = run("fit", spec, List.of("--summary", path("s.json")));
    assertThat(fit.err()).isEmpty();
    assertThat(fit.out())
        .contains(
            "Left out, being the label: kind (string).\n",
            " with loss softmax: ",
            "  Classes of the label: high, low, mid.\n");
    assertThat(
            new ObjectMapper()
                .readTree(dir.resolve("s.json").toFile())
                .at("/stages/0/classes")
                .toString())
        .isEqualTo("[\"high\",\"low\",\"mid\"]");
    assertThat(
            run("fit", spec, List.of("--set", "label=flag", "--set", "model=" + path("m2"))).out())
        .contains(" with loss logistic: ")
        .doesNotContain("Classes");
    Result wrong =
        run(
            "validate",
            spec,
            List.of("--set", "stages.0.batchNorm.loss=squared", "--set", "model=" + path("m9")));
    assertThat(wrong.err())
        .isEqualTo(
            "Error: Key 'stages.0.batchNorm': Label column 'kind' holds texts, but loss=squared needs numbers; set loss to auto, logistic or softmax.\n");
    assertThat(
            run(
                    "validate",
                    spec,
                    List.of(
                        "--set",
                        "input.schema=x INT, y INT, kind DATE, flag BOOLEAN",
                        "--set",
                        "model=" + path("m9")))
                .err())
        .isEqualTo(
            "Error: Key 'label' names column 'kind' of type date, but must name a column of numbers, booleans or texts.\n");
    assertThat(
            run(
                    "fit",
                    spec,
                    List.of("--set", "input.where=kind = 'low'", "--set", "mode=overwrite"))
                .err())
        .isEqualTo(
            "Error: Label column 'kind' holds nothing but 'low', but learn=supervised needs two different labels at least.\n");
  }

  @Test
  void reportIsWrittenByRunAndByItself() throws Exception {
    write("in.csv", NUMBERS);

    Result run = run("run", SPEC, List.of("--set", "report=" + path("run.html")));
    Result report = run("report", SPEC, List.of("--set", "report=" + path("alone.html")));

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).endsWith("Wrote the report to DIR/run.html and DIR/run.json.\n");
    assertThat(report.err()).isEmpty();
    assertThat(report.out()).endsWith("Wrote the report to DIR/alone.html and DIR/alone.json.\n");
    assertThat(files()).contains("run.html", "run.json", "alone.html", "alone.json");
    assertThat(Files.readString(dir.resolve("alone.json")))
        .contains("\"Spec\":\"" + path("spec.yaml") + "\"");
  }

  @Test
  void validatePrintsThePlanAndTouchesNothing() throws Exception {
    write("in.csv", NUMBERS);

    Result result = run("validate", SPEC, List.of());

    assertThat(result)
        .isEqualTo(
            new Result(
                0,
                """
                Input: DIR/in.csv, csv, 4 columns.
                Label: label.
                Stage: batchNorm with epsilon=0.0.
                Stage: activation with function=tanh.
                Columns (2):
                  x -> x_activation
                  y -> y_activation
                Left out of "*", being no numbers (1): id (string).
                Left out, being the label (1): label (int).
                Model: DIR/model.
                Output: DIR/out, parquet.
                The spec is valid.
                """,
                ""));
    assertThat(files()).containsExactly("in.csv", "spec.yaml");
  }

  @Test
  @Tag("thorough")
  void streamTakesWhatIsNewAndGoesOnWhereItEnded() throws Exception {
    write("in/1.json", "{\"x\":1.0}\n{\"x\":3.0}\n");
    String spec =
        """
        input: {format: json, path: DIR/in, schema: x DOUBLE}
        stages: [batchNorm]
        model: DIR/model
        output: {path: DIR/out, checkpoint: DIR/checkpoint}
        """;
    run("fit", spec, List.of());
    List<String> streaming = List.of("--set", "input.streaming=true");
    // All that is left of a stream that was killed before it had a checkpoint.
    Files.createDirectories(dir.resolve("out/_spark_metadata"));

    Result first = run("transform", spec, streaming);
    write("in/2.json", "{\"x\":5.0}\n");
    Result second = run("transform", spec, streaming);

    assertThat(first)
        .isEqualTo(
            new Result(0, "Wrote 2 rows to DIR/out; the stream's last batch was number 0.\n", ""));
    assertThat(second.out())
        .isEqualTo("Wrote 1 row to DIR/out; the stream's last batch was number 1.\n");
    assertThat(parquet("out").count()).isEqualTo(3);
    assertThat(run("fit", spec, streaming).err())
        .isEqualTo(
            "Error: Key 'input.streaming' is true, but stages are fitted on a batch; fit on one, then use transform.\n");
    write("elsewhere/part.json", "{}");
    assertThat(
            run(
                    "transform",
                    spec,
                    List.of(
                        "--set", "input.streaming=true",
                        "--set", "output.path=" + path("elsewhere"),
                        "--set", "output.checkpoint=" + path("checkpoint2")))
                .err())
        .isEqualTo(
            "Error: Key 'output.path' is 'DIR/elsewhere', which exists already, but no checkpoint of a stream is at 'DIR/checkpoint2'; choose another path.\n");
  }

  @Test
  void helpOfEveryCommandNamesItsSpecAndTheKeysItNeeds() {
    assertThat(run("--help").out()).startsWith("Usage: normact ").contains("validate");
    for (String command : List.of("run", "fit", "transform", "report", "update", "validate")) {
      Result help = run(command, "--help");
      assertThat(help.status()).isZero();
      assertThat(help.out())
          .startsWith("Usage: normact " + command)
          .contains("SPEC.yaml", "--set", "--log", "--[no-]progress")
          .containsPattern("Needs input(, | and )")
          // As a shell takes it.
          .contains("--fail-on 'trouble,invalid>1%'");
    }
  }
}
