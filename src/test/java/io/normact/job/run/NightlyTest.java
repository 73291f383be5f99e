package io.normact.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.job.JobFixture;
import io.normact.ml.BatchNormModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.PipelineModel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a job that runs every night needs: updates, findings and a summary. */
@Tag("thorough")
class NightlyTest extends JobFixture {

  private static final String SPEC =
      """
      input: {format: json, path: DIR/in.json, schema: "x DOUBLE, y DOUBLE"}
      stages: [batchNorm: {activation: sigmoid, handleInvalid: keep}]
      model: DIR/model
      """;

  private void writeRows(String name, int from, int to, double shift) {
    StringBuilder rows = new StringBuilder();
    for (int i = from; i < to; i++) {
      rows.append(String.format(Locale.ROOT, "{\"x\":%s,\"y\":%s}%n", i % 7 + shift, i % 5 * 0.5));
    }
    write(name, rows.toString());
  }

  private Result job(String command, String... options) {
    List<String> all = new ArrayList<>();
    for (String option : options) {
      all.add(option.replace("DIR", dir.toString()));
    }
    return run(command, SPEC, all);
  }

  private JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(dir.resolve(name).toFile());
  }

  private BatchNormModel model(String name) {
    return (BatchNormModel) PipelineModel.load(path(name)).stages()[0];
  }

  @Test
  void updateIsOneFitOverAllAndCountsABatchOnce() throws Exception {
    writeRows("in.json", 0, 100, 0);
    writeRows("two.json", 100, 160, 0);
    assertThat(job("fit").err()).isEmpty();
    assertThat(
            job("fit", "--set", "model=DIR/all", "--set", "input.path=[DIR/in.json, DIR/two.json]")
                .err())
        .isEmpty();
    String[] update = {
      "--set",
      "input.path=DIR/two.json",
      "--batch-id",
      "20261126",
      "--summary",
      "DIR/s.json",
      "--set",
      "stages.0.batchNorm.handleInvalid=skip"
    };
    assertThat(job("update", update))
        .isEqualTo(
            new Result(
                0,
                "Updated batchNorm: 2 features on 160 rows, 60 rows of them new.\nSaved the model to DIR/model.\n",
                ""));
    assertThat(json("s.json").at("/outputs/model").asText()).isEqualTo(path("model"));
    assertThat(model("model").mean()).isEqualTo(model("all").mean());
    assertThat(model("model").variance()).isEqualTo(model("all").variance());
    assertThat(model("model").getHandleInvalid()).isEqualTo("keep");
    List<String> before = files();
    assertThat(job("update", update))
        .isEqualTo(
            new Result(
                0,
                "Batch 20261126 or a later one is in the model already; it stays as it is.\n",
                ""));
    assertThat(files()).isEqualTo(before);
    assertThat(json("s.json").at("/outputs").isEmpty()).isTrue();
    assertThat(job("update", "--batch-id", "20261127").err()).isEmpty();
    assertThat(model("model").count().apply(0)).isEqualTo(260);
    assertThat(job("update", "--batch-id", "2026-11"))
        .isEqualTo(
            new Result(
                2,
                "",
                "Error: Option '--batch-id' is '2026-11', but must be a whole number, such as 20261126.\n"));
    assertThat(job("update", "--set", "model=").err())
        .isEqualTo("Error: Key 'model' is missing, but must be the folder of a saved model.\n");
    assertThat(job("fit", "--set", "stages=[activation: relu]", "--set", "model=DIR/plain").err())
        .isEmpty();
    assertThat(job("update", "--set", "stages=", "--set", "model=DIR/plain").err())
        .isEqualTo(
            "Error: Key 'model' is 'DIR/plain', which has no batchNorm that could be updated.\n");
  }

  @Test
  void driftIsSaidAndFoundAndOutputsStay() throws Exception {
    writeRows("in.json", 0, 100, 0);
    assertThat(job("fit").err()).isEmpty();
    String[] transform = {"--fail-on", "drift", "--set", "output.path=DIR/same"};
    assertThat(job("transform", transform).out())
        .isEqualTo("Wrote 100 rows with 4 columns to DIR/same.\n");
    writeRows("in.json", 0, 100, 3);
    Result report = job("report", "--set", "report=DIR/r.html", "--summary", "DIR/s.json");
    assertThat(report.status()).isZero();
    String drifted =
        "x (mean by +1.5 standard deviations, variance times 1.0, PSI 3.79, 42% out of range)";
    assertThat(report.out()).endsWith("Drifted from what was fitted: " + drifted + ".\n");
    assertThat(json("s.json").at("/drifted/0/name").asText()).isEqualTo("x");
    assertThat(json("s.json").at("/drifted/0/varianceRatio").asDouble()).isEqualTo(1);
    assertThat(json("s.json").at("/drifted/0/psi").asDouble()).isCloseTo(3.79, offset(0.01));
    assertThat(json("s.json").at("/drifted/0/jensenShannon").asDouble()).isBetween(0.5, 1.0);
    assertThat(json("s.json").at("/drifted/0/outsideShare").asDouble()).isEqualTo(0.42);
    assertThat(json("s.json").at("/drifted/0/reasons")).hasSize(3);
    assertThat(json("r.json").at("/columns/0/after/findings/0/verdict").asText())
        .isEqualTo("drifted");
    Result found =
        job(
            "transform",
            "--fail-on",
            "drift",
            "--set",
            "output.path=DIR/out",
            "--summary",
            "DIR/s.json");
    assertThat(found)
        .isEqualTo(
            new Result(
                3,
                "Wrote 100 rows with 4 columns to DIR/out.\nDrifted from what was fitted: "
                    + drifted
                    + ".\n",
                "Error: The job is done; found by --fail-on: 1 feature drifted: "
                    + drifted
                    + ".\n"));
    assertThat(parquet("out").count()).isEqualTo(100);
    assertThat(json("s.json").at("/rows").asLong()).isEqualTo(100);
  }

  /** The mean and the variance are what they were, and half of the values are not. */
  @Test
  void aDriftThatOnlyTheHistogramKnowsIsFound() throws Exception {
    writeRows("in.json", 0, 400, 0);
    assertThat(job("fit").err()).isEmpty();
    assertThat(
            job("fit", "--set", "stages.0.batchNorm.histogram=false", "--set", "model=DIR/old")
                .err())
        .isEmpty();
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      rows.append(String.format(Locale.ROOT, "{\"x\":%s,\"y\":%s}%n", i % 2 * 4 + 1, i % 5 * 0.5));
    }
    write("in.json", rows.toString());
    String[] transform = {
      "--fail-on", "drift", "--set", "output.path=DIR/out", "--set", "mode=overwrite"
    };
    Result found = job("transform", transform);
    assertThat(found.status()).isEqualTo(3);
    assertThat(found.err()).contains("1 feature drifted: x (mean by ").contains(", PSI ");
    List<String> old = new ArrayList<>(List.of(transform));
    old.addAll(List.of("--set", "model=DIR/old", "--set", "stages="));
    Result without = job("transform", old.toArray(new String[0]));
    assertThat(without.err()).isEmpty();
    assertThat(without.status()).isZero();
  }

  @Test
  void troubleAndInvalidValuesAreFound() throws Exception {
    writeRows("in.json", 0, 98, 0);
    write(
        "in.json",
        java.nio.file.Files.readString(dir.resolve("in.json")) + "{\"x\":1}\n{\"x\":2}\n");
    String[] common = {"--set", "output.path=DIR/out", "--set", "mode=overwrite", "--fail-on"};
    List<String> options = new ArrayList<>(List.of(common));
    options.add("invalid>1%,invalid>5%");
    assertThat(job("run", options.toArray(new String[0])).err())
        .isEqualTo(
            "Error: The job is done; found by --fail-on: 1 feature invalid in more than 1.0% of the rows: 'y'.\n");
    options.set(5, "invalid>2%,drift");
    Result none = job("run", options.toArray(new String[0]));
    assertThat(none.err()).isEmpty();
    assertThat(none.status()).isZero();
    options.set(5, "trouble");
    options.addAll(
        List.of(
            "--set",
            "stages=[{batchNorm: {handleInvalid: keep}}, {activation: \"thresholded_relu(theta=50)\"}]"));
    options.addAll(List.of("--summary", "DIR/s.json"));
    Result trouble = job("run", options.toArray(new String[0]));
    assertThat(trouble.status()).isEqualTo(3);
    assertThat(trouble.err())
        .isEqualTo(
            "Error: The job is done; found by --fail-on: 2 features in trouble: 'x', 'y'.\n");
    JsonNode summary = json("s.json");
    assertThat(summary.get("format").asText()).isEqualTo("normact-summary");
    assertThat(summary.get("version").asInt()).isEqualTo(1);
    assertThat(summary.get("command").asText()).isEqualTo("run");
    assertThat(summary.at("/stages/0/invalid/y").asLong()).isEqualTo(2);
    assertThat(summary.at("/stages/0/rows").asLong()).isEqualTo(100);
    assertThat(summary.at("/outputs/output").asText()).isEqualTo(path("out"));
    assertThat(summary.get("seconds").asDouble()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--fail-on | troubles | Option --fail-on is 'troubles', but must be trouble, drift, or invalid>N% with N from 0 to below 100, such as invalid>1%.",
        "--fail-on | invalid>100% | Option --fail-on is 'invalid>100%', but must be trouble, drift, or invalid>N% with N from 0 to below 100, such as invalid>1%.",
        "--fail-on | invalid>x% | Option --fail-on is 'invalid>x%', but must be trouble, drift, or invalid>N% with N from 0 to below 100, such as invalid>1%.",
        "--fail-on | invalid>1 | Option --fail-on is 'invalid>1', but must be trouble, drift, or invalid>N% with N from 0 to below 100, such as invalid>1%.",
        "--summary | DIR/s.txt | Option --summary is 'DIR/s.txt', but must be a file ending in .json.",
        "--summary | DIR/in.json | Option --summary is 'DIR/in.json', which is there and no summary of a job; choose another file.",
        "--summary | DIR/d.json | Option --summary is 'DIR/d.json', which is there and no summary of a job; choose another file."
      })
  void wrongOptionIsNamedBeforeAnythingIsDone(String option, String value, String message)
      throws Exception {
    writeRows("in.json", 0, 3, 0);
    java.nio.file.Files.createDirectory(dir.resolve("d.json"));
    Result result = job("fit", option, value);
    assertThat(result).isEqualTo(new Result(2, "", "Error: " + message + "\n"));
    assertThat(files()).containsExactly("d.json", "in.json", "spec.yaml");
  }

  /**
   * Earlier releases wrote a summary where it ends up, so a job that was killed left half of it.
   */
  @Test
  void halfSummaryIsReplaced() throws Exception {
    writeRows("in.json", 0, 3, 0);
    java.nio.file.Path file = dir.resolve("s.json");
    String[] fit = {"--set", "mode=overwrite", "--summary", "DIR/s.json"};
    assertThat(job("fit", fit).err()).isEmpty();
    String whole = java.nio.file.Files.readString(file);
    String sorted =
        "{\"command\":\"fit\",\"stages\":[{\"a\":1}],\"format\":\"normact-summary\",\"ro";
    for (String left : List.of("", whole.substring(0, whole.length() / 2), sorted)) {
      java.nio.file.Files.writeString(file, left);
      assertThat(job("fit", fit).err()).isEmpty();
      assertThat(json("s.json").get("command").asText()).isEqualTo("fit");
    }
    for (String other :
        List.of("{\"format\": \"other\", \"normact-summary\": [", "[\"format\"", "{\"a")) {
      java.nio.file.Files.writeString(file, other);
      assertThat(job("fit", fit).err())
          .isEqualTo(
              "Error: Option --summary is 'DIR/s.json', which is there and no summary of a job; choose another file.\n");
      assertThat(file).hasContent(other);
    }
  }
}
