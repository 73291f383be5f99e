package io.normact.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.job.JobFixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a spec says of a model that was fitted before. */
@Tag("thorough")
class FittedStagesTest extends JobFixture {

  private static final String SPEC =
      """
      input: {format: json, path: DIR/in.json, schema: "x DOUBLE, y DOUBLE, label DOUBLE"}
      label: label
      features: [x, y]
      stages:
        - batchNorm: {activation: sigmoid, epsilon: 0.001}
        - activation: {function: elu}
      output: {path: DIR/out}
      model: DIR/model
      """;

  @BeforeEach
  void model() {
    write("in.json", "{\"x\":1,\"y\":2,\"label\":0}\n{\"x\":2,\"y\":4,\"label\":1}\n");
    assertThat(run("fit", SPEC, List.of()).err()).isEmpty();
    write("dirty/1.json", "{\"x\":1,\"y\":2}\n{\"y\":4}\n{\"x\":\"NaN\",\"y\":3}\n");
  }

  private Result transform(String... overrides) {
    List<String> options = new ArrayList<>(List.of("--set", "input.path=" + path("dirty")));
    for (String override : overrides) {
      options.addAll(List.of("--set", override));
    }
    return run("transform", SPEC, options);
  }

  @Test
  void invalidValuesMeetWhatTheSpecSaysNow() {
    assertThat(transform().err()).contains("which handleInvalid=error rejects").hasLineCount(1);
    Result skip = transform("stages.0.batchNorm.handleInvalid=skip", "output.path=" + path("skip"));
    Result keep = transform("stages.0.batchNorm.handleInvalid=keep", "output.path=" + path("keep"));
    Result stream =
        transform(
            "stages.0.batchNorm.handleInvalid=skip",
            "input.streaming=true",
            "output.path=" + path("stream"),
            "output.checkpoint=" + path("checkpoint"));

    assertThat(skip.err() + keep.err() + stream.err()).isEmpty();
    assertThat(parquet("skip").count()).isEqualTo(1);
    assertThat(parquet("keep").filter("x IS NULL AND x_activation IS NULL").count()).isEqualTo(1);
    assertThat(parquet("stream").count()).isEqualTo(1);
    assertThat(parquet("stream").head()).isEqualTo(parquet("skip").head());
  }

  @Test
  void contradictionIsNamedByTransformReportAndValidate() {
    List<String> same =
        List.of(
            "stages.0.batchNorm.activation=Sigmoid",
            "stages.1.activation.function=ELU(alpha=1)",
            "features=[y, x]",
            "stages=");
    List<String> other =
        List.of(
            "stages.0.batchNorm.activation=tanh | Key 'stages.0.batchNorm.activation' is 'tanh', but the model at 'DIR/model' was fitted with 'sigmoid'",
            "stages.0.batchNorm.epsilon=0.01 | Key 'stages.0.batchNorm.epsilon' is '0.01', but the model at 'DIR/model' was fitted with '0.001'",
            "stages.0.batchNorm.learn=infomax | Key 'stages.0.batchNorm.learn' is 'infomax', but the model at 'DIR/model' was fitted with 'none'",
            "stages.0.batchNorm.gamma=[2, 3] | Key 'stages.0.batchNorm.gamma' is '[2.0, 3.0]', but the model at 'DIR/model' was fitted with '[1.0, 1.0]'",
            "stages.1.activation.function=elu(alpha=2) | Key 'stages.1.activation.function' is 'elu(alpha=2)', but the model at 'DIR/model' was fitted with 'elu(alpha=1.0)'",
            "stages=[batchNorm] | Key 'stages' is 'batchNorm', but the model at 'DIR/model' was fitted with 'batchNorm', 'activation'",
            "features=[x] | Key 'features' is 'x', but the model at 'DIR/model' was fitted with 'x', 'y'",
            "label=y | Key 'label' is 'y', but the model at 'DIR/model' was fitted with 'label'");
    for (String override : same) {
      assertThat(run("validate", SPEC, List.of("--set", override)).err()).isEmpty();
    }
    for (String line : other) {
      String[] parts = line.split(" \\| ", -1);
      for (String command : List.of("transform", "report", "validate")) {
        Result result =
            run(
                command,
                SPEC,
                List.of("--set", parts[0], "--set", "report=" + path("report.html")));
        assertThat(result)
            .isEqualTo(
                new Result(2, "", "Error: " + parts[1] + "; leave the key out, or fit again.\n"));
      }
    }
  }

  @Test
  void validateNamesTheStagesOfTheModel() {
    String plan =
        """
        Input: DIR/in.json, json, 3 columns.
        Stage: batchNorm with activation=sigmoid, epsilon=0.001, fitted.
        Stage: activation with function=elu(alpha=1.0), fitted.
        Columns (2):
          x -> x_activation
          y -> y_activation
        Model: DIR/model, loaded.
        Output: DIR/out, parquet.
        """;
    assertThat(run("validate", SPEC, List.of("--set", "stages=")).out())
        .isEqualTo(plan + "The spec is valid.\n");
    assertThat(run("validate", SPEC, List.of()).out())
        .isEqualTo(
            plan
                + "The spec is valid for transform and report; run and fit would not replace the model.\n");
    write("report.html", "");
    List<String> report = List.of("--set", "report=" + path("report.html"));
    assertThat(run("validate", SPEC, report).out())
        .isEqualTo(
            plan
                + "The spec is valid for transform; run, fit and report would not replace the model and the report.\n");
    List<String> alone = new ArrayList<>(report);
    alone.addAll(List.of("--set", "stages="));
    assertThat(run("validate", SPEC, alone).out())
        .isEqualTo(plan + "The spec is valid for transform; report would not replace its file.\n");
    alone.addAll(List.of("--set", "output="));
    assertThat(run("validate", SPEC, alone)).isEqualTo(run("report", SPEC, alone));
    assertThat(run("validate", SPEC, alone).status()).isEqualTo(2);
    Result refit =
        run(
            "validate",
            SPEC,
            List.of("--set", "mode=overwrite", "--set", "stages.0.batchNorm.activation=tanh"));
    assertThat(refit.err()).isEmpty();
    assertThat(refit.out()).contains("Stage: batchNorm with activation=tanh, epsilon=0.001.\n");
  }
}
