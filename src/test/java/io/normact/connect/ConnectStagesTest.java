package io.normact.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormInverse;
import io.normact.ml.BatchNormModel;
import io.normact.report.ColumnReport;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What a client gets by fits and transforms is what Java gets by calls. */
class ConnectStagesTest {

  private static final Dataset<Row> DATA =
      LocalSpark.session()
          .range(0, 40, 1, 2)
          .selectExpr(
              "double(id % 7) / 3 x",
              "if(id = 6, NULL, float(id) / 9) y", "1D c", "int(id % 2) label");
  private static final Dataset<Row> NOTHING = LocalSpark.session().range(0).toDF();

  private static BatchNormModel model() {
    return new BatchNorm()
        .setInputCols(new String[] {"x", "y", "c"})
        .setOutputCols(new String[] {"xo", "yo", "co"})
        .setActivation("sigmoid")
        .setLearn("infomax")
        .setMaxIter(4)
        .setHandleInvalid("keep")
        .fit(DATA.where("label = 0"));
  }

  /** The rows that a model gives when it is asked by its param. */
  private static Dataset<Row> asked(BatchNormModel model, String what) {
    Dataset<Row> rows = model.copy(ParamMap.empty().put(model.result(), what)).transform(NOTHING);
    assertThat(model.copy(ParamMap.empty().put(model.result(), what)).transformSchema(null))
        .isEqualTo(rows.schema());
    return rows;
  }

  private static String[] pairs(Dataset<Row> params) {
    return params.collectAsList().stream()
        .flatMap(row -> List.of(row.getString(0), row.getString(1)).stream())
        .toArray(String[]::new);
  }

  private static RestoredModel restored(String... pairs) {
    RestoredModel stage = new RestoredModel();
    return (RestoredModel) stage.set(stage.modelParams(), pairs);
  }

  private static void assertSame(BatchNormModel model, BatchNormModel expected) {
    for (Param<?> param : expected.params()) {
      assertThat(model.isSet(model.getParam(param.name()))).isEqualTo(expected.isSet(param));
      if (expected.isSet(param)) {
        Object value = model.getOrDefault(model.getParam(param.name()));
        assertThat(value).as(param.name()).isEqualTo(expected.getOrDefault(param));
      }
    }
    assertThat(model.transform(DATA).collectAsList())
        .isEqualTo(expected.transform(DATA).collectAsList());
  }

  @Test
  void aTableOfStatisticsByKeyMakesAModel() {
    BatchNormModel model =
        new BatchNorm().setInputCol("x").setOutputCol("xo").setKeyCols("label").fit(DATA);
    RestoredModel stage = new RestoredModel();
    stage.set(stage.statisticsKeys(), new String[] {"label"});
    BatchNormModel made = stage.fit(model.statistics(LocalSpark.session()));
    assertThat(made.setInputCol("x").setOutputCol("xo").transform(DATA).collectAsList())
        .isEqualTo(model.transform(DATA).collectAsList());
    assertThat(made.summary().keys()).isEqualTo(2);
    assertThat(made.parent()).isSameAs(stage);
  }

  @Test
  void statisticsAndSummaryAreRows() {
    BatchNormModel model = model();
    assertThat(asked(model, "statistics").collectAsList())
        .isEqualTo(model.statistics(LocalSpark.session()).collectAsList());
    Row row = asked(model, "summary").first();
    assertThat(row.getLong(0)).isEqualTo(model.summary().rows());
    assertThat(row.getJavaMap(2)).isEqualTo(model.summary().invalid()).isEqualTo(Map.of("y", 1L));
    assertThat(row.getList(3)).isEqualTo(model.summary().constant()).isEqualTo(List.of("c"));
    assertThat(row.getList(5)).isEqualTo(model.summary().objectiveHistory());
    assertThat(row.getBoolean(6)).isEqualTo(model.summary().converged());
    assertThat(row.getString(7)).isEqualTo("none");
    assertThatThrownBy(() -> model.copy(ParamMap.empty().put(model.result(), "mean")))
        .hasMessage(
            "Param result is mean, but must be one of statistics, summary, params, inverse.");
  }

  @Test
  void aModelIsMadeAgainFromItsParams() {
    BatchNormModel model = model();
    String[] pairs = pairs(asked(model, "params"));
    assertSame(restored(pairs).fit(NOTHING), model);
    RestoredModel stage = restored(pairs);
    Dataset<Row> batch = DATA.where("label = 1");
    BatchNormModel updated = stage.copy(ParamMap.empty().put(stage.update(), true)).fit(batch);
    assertSame(updated, model.update(batch));
    assertThat(updated.count()).isNotEqualTo(model.count());
    assertThat(stage.transformSchema(DATA.schema()))
        .isEqualTo(model.transformSchema(DATA.schema()));
  }

  @Test
  void aModelIsMadeOfNumbers() {
    BatchNormModel expected =
        BatchNormModel.of(
            new double[] {1, 2}, new double[] {4, 9}, new double[] {1, 2}, new double[] {0, -0.0});
    BatchNormModel made =
        restored(
                "mean",
                "[1.0,2.0]",
                "variance",
                "[4.0,9.0]",
                "gamma",
                "[1.0,2.0]",
                "beta",
                "[0.0,-0.0]")
            .fit(NOTHING);
    for (BatchNormModel model : List.of(expected, made)) {
      model.setInputCols(new String[] {"x", "c"}).setOutputCols(new String[] {"a", "b"});
    }
    assertSame(made, expected);
  }

  @Test
  void whatMakesNoModelIsRefused() {
    assertThatThrownBy(() -> restored("mean").fit(NOTHING))
        .hasMessage(
            "Param modelParams has 1 texts, but must have a name and a value in JSON for each param.");
    assertThatThrownBy(() -> restored("meen", "[1]").fit(NOTHING))
        .hasMessage("Param 'meen' is unknown to a BatchNormModel.");
    assertThatThrownBy(() -> restored("mean", "[1").fit(NOTHING))
        .hasMessage("Param mean is [1, but must be a value in JSON as a saved model has it.");
    assertThatThrownBy(() -> restored("epsilon", "-1.0").fit(NOTHING))
        .hasMessage("Param epsilon is -1.0, but must be a finite number of at least 0.");
    assertThatThrownBy(() -> restored("mean", "[1.0]", "variance", "[1.0, 2.0]").fit(NOTHING))
        .hasMessageContaining("variance");
  }

  @Test
  void theWayBackIsParams() {
    BatchNormModel model = model();
    BatchNormInverse inverse = new BatchNormInverse();
    String[] pairs = pairs(asked(model, "inverse"));
    for (int i = 0; i < pairs.length; i += 2) {
      Param<Object> param = inverse.getParam(pairs[i]);
      inverse.set(param, param.jsonDecode(pairs[i + 1]));
    }
    Dataset<Row> output = model.transform(DATA);
    assertThat(inverse.transform(output).collectAsList())
        .isEqualTo(model.inverse().transform(output).collectAsList());
    BatchNormModel relu = model().setActivation("relu");
    assertThatThrownBy(() -> asked(relu, "inverse"))
        .hasMessage(
            "Activation relu can't be inverted, since it takes some value at more than one input.");
  }

  @Test
  void reportsAreRows() {
    BatchNormModel model = model();
    ReportRows stage = new ReportRows();
    stage.set(stage.modelParams(), pairs(asked(model, "params")));
    assertReport(stage, ColumnReport.of(model, DATA));
    ReportRows columns = new ReportRows();
    columns.set(columns.function(), "elu(alpha=0.5)").set(columns.inputCols(), new String[] {"y"});
    columns.set(columns.flat(), 0.25);
    assertReport(
        columns,
        ColumnReport.of(DATA, List.of("y"), ActivationFunction.parse("elu(alpha=0.5)"), 0.25));
  }

  private static void assertReport(ReportRows stage, ColumnReport report) {
    Dataset<Row> rows = stage.copy(ParamMap.empty()).transform(DATA);
    assertThat(rows.schema()).isEqualTo(stage.transformSchema(DATA.schema()));
    Row row = rows.first();
    assertThat(row.getString(0)).isEqualTo(report.toHtml());
    assertThat(row.getString(1)).isEqualTo(report.toJson());
    assertThat(row.getString(2)).isEqualTo(report.worst(10));
    assertThat(row.getString(3)).isEqualTo(report.toString());
    Dataset<Row> frame = report.toDataFrame(LocalSpark.session());
    assertThat(row.getString(4)).isEqualTo(frame.schema().json());
    assertThat(row.getList(5)).isEqualTo(frame.toJSON().collectAsList());
  }

  @Test
  void theServerFindsThem() {
    assertThat(ServiceLoader.load(Estimator.class).stream().map(ServiceLoader.Provider::type))
        .contains(RestoredModel.class);
    assertThat(ServiceLoader.load(Transformer.class).stream().map(ServiceLoader.Provider::type))
        .contains(ReportRows.class);
    for (Object stage : new Object[] {new RestoredModel(), new ReportRows()}) {
      assertThat(Arrays.stream(((org.apache.spark.ml.PipelineStage) stage).params()))
          .isNotEmpty()
          .allSatisfy(param -> assertThat(param.doc()).isNotBlank());
    }
  }
}
