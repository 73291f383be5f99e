package io.normact.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.job.JobFixture;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A column is a feature, the label or the weight, and no two of them. */
class FeatureRolesTest extends JobFixture {

  private static final String SPEC =
      """
      input: {format: json, path: DIR/in.json, schema: "x DOUBLE, `y.z` DOUBLE, `w` DOUBLE"}
      label: y.z
      weight: w
      stages:
        - batchNorm: {learn: supervised, activation: tanh, maxIter: 1}
      model: DIR/model
      output: {path: DIR/out}
      report: DIR/report.html
      """;

  private static final String LEAK =
      ", from which supervised learning would read off what it is to learn; leave it out.";

  private static final String ONE_ROLE = ", but a column is one or the other; leave it out.";

  @BeforeEach
  void input() {
    write(
        "in.json",
        "{\"x\":1,\"y.z\":0,\"w\":1}\n{\"x\":2,\"y.z\":1,\"w\":2}\n{\"x\":4,\"y.z\":1,\"w\":1}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "features=[x, y.z] | Key 'features' holds the label 'y.z'LEAK",
        "features=[x, Y.Z] | Key 'features' holds the label 'y.z'LEAK",
        "features=[Y.z]; label=Y.Z | Key 'features' holds the label 'Y.Z'LEAK",
        "features=[x, W] | Key 'features' holds the weight 'w'ONE_ROLE",
        "features=[x, w]; stages=[batchNorm] | Key 'features' holds the weight 'w'ONE_ROLE",
        "features=[x, w]; stages=[activation: tanh] | Key 'features' holds the weight 'w'ONE_ROLE",
        "weight=Y.z | Key 'weight' is 'Y.z', which is the label as well; choose another column.",
        "features=[x, y.z]; stages=[{activation: relu}, {batchNorm: {learn: supervised}}] | Key 'features' holds the label 'y.z'LEAK",
        "features=[x, '`y.z`'] | Key 'features' holds the label 'y.z'LEAK",
        "features=[x, '`y`.z'] | Key 'features' names column '`y`.z', which the input does not have; known are 'x', 'y.z', 'w'."
      })
  void columnOfTwoRolesIsRefused(String overrides, String message) throws Exception {
    List<String> options = new ArrayList<>();
    for (String override : overrides.split("; ", -1)) {
      options.addAll(List.of("--set", override));
    }
    Result expected =
        new Result(
            2, "", "Error: " + message.replace("LEAK", LEAK).replace("ONE_ROLE", ONE_ROLE) + "\n");
    for (String command : List.of("run", "fit", "report", "validate")) {
      assertThat(run(command, SPEC, options)).as(command).isEqualTo(expected);
    }
    assertThat(files()).containsExactly("in.json", "spec.yaml");
  }

  /** What a vector was assembled of is known by its metadata, which Parquet keeps. */
  @Test
  void vectorThatHoldsTheLabelIsRefused() {
    Dataset<Row> rows =
        LocalSpark.session().sql("SELECT 1D AS x, 0D AS y UNION ALL SELECT 3D AS x, 1D AS y");
    new VectorAssembler()
        .setInputCols(new String[] {"x", "y"})
        .setOutputCol("v")
        .transform(rows)
        .write()
        .parquet(path("vectors"));
    List<String> options =
        List.of(
            "--set",
            "input={format: parquet, path: " + path("vectors") + "}",
            "--set",
            "features=[v]",
            "--set",
            "weight=",
            "--set",
            "label=Y");
    assertThat(run("validate", SPEC, options))
        .isEqualTo(new Result(2, "", "Error: Key 'features' holds the label 'Y'" + LEAK + "\n"));
  }

  /**
   * What "*" means are the other columns, and names that differ by case are two where Spark says
   * so.
   */
  @Test
  void starMeansNeitherLabelNorWeight() {
    for (String label : List.of("y.z", "Y.z")) {
      assertThat(run("validate", SPEC, List.of("--set", "label=" + label)).out())
          .contains("Columns (1):\n  x -> x_batchNorm\n");
    }
    write("in.json", "{\"x\":1,\"X\":0}\n");
    List<String> sensitive =
        List.of(
            "--set", "input.schema='x DOUBLE, X DOUBLE'", "--set", "label=X", "--set", "weight=");
    Result result =
        LocalSpark.with(
            "spark.sql.caseSensitive",
            "true",
            () -> run("validate", SPEC, new ArrayList<>(sensitive)));
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("Columns (1):\n  x -> x_batchNorm\n");
  }

  /** "*" leaves key columns out, in a job with a report too. */
  @Test
  void keyColumnsAreNoFeatures() throws Exception {
    String spec =
        """
        input: {format: json, path: DIR/in.json, schema: "x DOUBLE, `y.z` DOUBLE, `w` DOUBLE"}
        stages:
          - batchNorm: {keyCols: [y.z], minCount: 1, unknownKey: error}
        model: DIR/model
        output: {path: DIR/out}
        report: DIR/report.html
        """;
    assertThat(run("run", spec, List.of()).err()).isEmpty();
    Dataset<Row> output = LocalSpark.session().read().parquet(path("out"));
    assertThat(output.columns())
        .containsExactlyInAnyOrder("x", "y.z", "w", "x_batchNorm", "w_batchNorm");
    assertThat(output.filter("x = 1").select("x_batchNorm").first().getDouble(0)).isZero();
  }
}
