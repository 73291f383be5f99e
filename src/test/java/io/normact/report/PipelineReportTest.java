package io.normact.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import io.normact.report.PipelineReport.LeftOutColumn;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.Test;

class PipelineReportTest {

  private static final String[] INPUTS = {"area_mean", "texture_se"};

  private static String[] columns(String suffix) {
    return new String[] {INPUTS[0] + suffix, INPUTS[1] + suffix};
  }

  private static Activation activation(String function, String from, String to) {
    return new Activation()
        .setInputCols(columns(from))
        .setOutputCols(columns(to))
        .setFunction(function);
  }

  private static BatchNorm batchNorm(String function, String from, String to) {
    return new BatchNorm()
        .setInputCols(columns(from))
        .setOutputCols(columns(to))
        .setActivation(function);
  }

  private static PipelineModel fit(PipelineStage... stages) {
    return new Pipeline().setStages(stages).fit(BreastCancer.data());
  }

  static PipelineReport ofTwo() {
    PipelineModel model = fit(activation("sigmoid", "", "_a"), batchNorm("identity", "_a", "_b"));
    return PipelineReport.of(model, BreastCancer.data(), Optional.empty());
  }

  /** So many columns, of texts and dates in turn. */
  static List<LeftOutColumn> leftOut(int n) {
    return IntStream.range(0, n)
        .mapToObj(
            i ->
                new StructField(
                    ReportPageTest.HOSTILE + " " + i,
                    i % 2 == 0 ? DataTypes.StringType : DataTypes.DateType,
                    true,
                    Metadata.empty()))
        .map(LeftOutColumn::of)
        .toList();
  }

  @Test
  void columnsThatAreNoFeaturesStandInTheJson() throws IOException {
    PipelineModel one = fit(batchNorm("tanh", "", "_b"));
    PipelineReport plain = PipelineReport.of(one, BreastCancer.data(), Optional.empty());
    for (PipelineReport report : List.of(plain, ofTwo())) {
      ObjectNode json =
          (ObjectNode) new ObjectMapper().readTree(report.withColumnsLeftOut(leftOut(2)).toJson());
      assertThat(json.remove("columnsLeftOut").toString())
          .isEqualTo(
              String.format(
                  Locale.ROOT,
                  "[{\"name\":%s,\"type\":\"string\"},{\"name\":%s,\"type\":\"date\"}]",
                  new ObjectMapper().writeValueAsString(ReportPageTest.HOSTILE + " 0"),
                  new ObjectMapper().writeValueAsString(ReportPageTest.HOSTILE + " 1")));
      assertThat(json).isEqualTo(new ObjectMapper().readTree(report.toJson()));
    }
    assertThat(plain.toJson()).isEqualTo(plain.stages().get(0).report().toJson());
  }

  @Test
  void everyStageIsLookedAtWhereItStands() throws IOException {
    PipelineReport report = ofTwo();
    assertThat(report.stages())
        .extracting(PipelineReport.Stage::name)
        .containsExactly("Stage 1, activation (sigmoid)", "Stage 2, batchNorm");
    ColumnReport squashed = report.stages().get(0).report();
    assertThat(squashed.columns().get(0).last().verdict()).isEqualTo(Verdict.SATURATED);
    ColumnResult normalised = report.stages().get(1).report().columns().get(0);
    assertThat(normalised.name()).isEqualTo("area_mean_a");
    assertThat(normalised.after()).isPresent();
    assertThat(normalised.before().input().max()).as("a sigmoid of large areas").isEqualTo(1);
    assertThat(normalised.last().verdict())
        .as("what normalisation can't mend")
        .isEqualTo(Verdict.CONSTANT);
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertThat(json.get("stages")).hasSize(2);
    assertThat(json.at("/stages/1/stage").asText()).isEqualTo("Stage 2, batchNorm");
    ObjectNode first = (ObjectNode) json.at("/stages/0");
    assertThat(first.remove("stage").asText()).isEqualTo("Stage 1, activation (sigmoid)");
    ObjectNode alone = (ObjectNode) new ObjectMapper().readTree(squashed.toJson());
    alone.remove(List.of("format", "version"));
    assertThat(first).isEqualTo(alone);
    assertThat(report.worst(1))
        .contains("Stage 1, activation (sigmoid): 1 of 2 columns in trouble")
        .contains("Stage 2, batchNorm: 1 of 2 columns in trouble");
  }

  @Test
  void aNormalisationAndTheActivationBehindItAreOneStep() {
    PipelineModel apart = fit(batchNorm("identity", "", "_b"), activation("tanh", "_b", "_a"));
    PipelineReport report = PipelineReport.of(apart, BreastCancer.data(), Optional.empty());
    assertThat(report.stages())
        .extracting(PipelineReport.Stage::name)
        .containsExactly("Stages 1 and 2, batchNorm and activation (tanh)");
    ColumnReport fused =
        PipelineReport.of(fit(batchNorm("tanh", "", "_b")), BreastCancer.data(), Optional.empty())
            .stages()
            .get(0)
            .report();
    assertThat(report.toJson()).isEqualTo(fused.toJson());
    PipelineModel elsewhere = fit(batchNorm("identity", "", "_b"), activation("tanh", "", "_a"));
    assertThat(PipelineReport.of(elsewhere, BreastCancer.data(), Optional.empty()).stages())
        .as("an activation that reads other columns")
        .hasSize(2);
  }

  @Test
  void stagesOfOthersAreRunAndThoseThatCannotBeLookedAtAreNamed() {
    PipelineModel model =
        fit(
            new VectorAssembler().setInputCols(INPUTS).setOutputCol("v"),
            new BatchNorm().setInputCol("v").setOutputCol("n").setActivation("relu"),
            new Activation().setInputCol("n").setOutputCol("s").setFunction("softmax"));
    Dataset<Row> data = BreastCancer.data();
    PipelineReport report = PipelineReport.of(model, data, Optional.of("malignant"));
    assertThat(report.stages())
        .extracting(PipelineReport.Stage::name)
        .containsExactly("Stage 2, batchNorm (relu)");
    assertThat(report.leftOut())
        .containsExactly(
            "Stage 3, activation, is not looked at: softmax has no slope for each column, since each output depends on all inputs.");
    assertThat(report.worst(1)).endsWith(report.leftOut().get(0) + "\n");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(
            () ->
                PipelineReport.of(
                    fit(new VectorAssembler().setInputCols(INPUTS).setOutputCol("v")),
                    data,
                    Optional.empty()))
        .withMessage(
            "No stage can be reported on, but one must be a batchNorm or an activation; they are VectorAssembler.");
  }

  @Test
  void activationsWeighRowsAsTheSpecSays() {
    PipelineModel model = fit(activation("tanh", "", "_a"));
    ColumnReport weighted =
        PipelineReport.of(model, BreastCancer.data(), Optional.of("malignant"))
            .stages()
            .get(0)
            .report();
    assertThat(weighted.weightCol()).contains("malignant");
    assertThat(weighted.rows()).as("those of weight 0 count for nothing").isLessThan(569);
  }
}
