package io.normact.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.normact.LocalSpark;
import io.normact.connect.ReportRows;
import io.normact.connect.RestoredModel;
import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import io.normact.report.ColumnReport;
import io.normact.scoring.Scorer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fields of structs, and columns whose names have dots, wherever a model goes. */
class NestedNamesTest {

  private static final String[] INPUTS = {"geo.lon", "geo.`alt.m`", "`a.b`", "geo.in.flag"};

  private static final Dataset<Row> DATA =
      LocalSpark.session()
          .range(0, 30, 1, 2)
          .selectExpr(
              "named_struct('lon', sin(id), 'alt.m', double(id), 'alt', 1, 'in', named_struct('flag', id % 3 = 1)) AS geo",
              "cos(id) AS `a.b`", "named_struct('b', 'a text') AS a");

  @TempDir private Path folder;

  private static BatchNorm stage() {
    return new BatchNorm()
        .setInputCols(INPUTS)
        .setOutputCols(new String[] {"lon", "alt.out", "c", "flag"})
        .setInvalidIndicator(true)
        .setActivation("tanh");
  }

  private static PipelineModel pipeline() {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              stage(),
              new Activation()
                  .setFunction("relu")
                  .setInputCols(new String[] {"alt.out"})
                  .setOutputCols(new String[] {"alt.on"}),
              new VectorAssembler()
                  .setInputCols(new String[] {"geo.lon", "`alt.on`", "c", "`geo.alt.m_invalid`"})
                  .setOutputCol("v")
            })
        .fit(DATA);
  }

  /** What the names mean, in the order of the inputs. */
  private static double[][] numbers() {
    return DATA
        .selectExpr("geo.lon", "geo.`alt.m`", "`a.b`", "double(geo.in.flag)")
        .collectAsList()
        .stream()
        .map(
            row ->
                new double[] {
                  row.getDouble(0), row.getDouble(1), row.getDouble(2), row.getDouble(3)
                })
        .toArray(double[][]::new);
  }

  @Test
  void backticksNameWhatTheyDoInSql() {
    BatchNormModel model = stage().fit(DATA);
    List<Row> rows = model.transform(DATA).select("lon", "`alt.out`", "c", "flag").collectAsList();
    BatchNormModel plain =
        stage()
            .setInputCols(new String[] {"w", "x", "y", "z"})
            .fit(DATA.selectExpr("geo.lon w", "geo.`alt.m` x", "`a.b` y", "double(geo.in.flag) z"));
    assertThat(model.mean()).isEqualTo(plain.mean());
    assertThat(rows).hasSize(30);
    assertThatThrownBy(
            () -> stage().setInputCols(new String[] {"`geo.lon`", "a", "b", "c"}).fit(DATA))
        .hasMessageStartingWith("Column '`geo.lon`' does not exist");
    assertThatThrownBy(() -> stage().setInputCols(new String[] {"`a`.b", "c", "d", "e"}).fit(DATA))
        .hasMessageStartingWith("Column 'a.b' is of type string, but must be ");
  }

  @Test
  void scorerReadsTheSameRows() throws Exception {
    PipelineModel pipeline = pipeline();
    pipeline.write().save(folder.resolve("pipeline").toString());
    Scorer scorer = Scorer.load(folder.resolve("pipeline"));
    assertThat(scorer.inputs()).containsExactly("geo.lon", "geo.alt.m", "a.b", "geo.in.flag");
    int at = scorer.outputs().indexOf("v[0]");
    assertThat(at).as("%s", scorer.outputs()).isNotNegative();
    List<Row> expected = pipeline.transform(DATA).select("v").collectAsList();
    double[][] rows = numbers();
    for (int i = 0; i < rows.length; i++) {
      double[] scored = scorer.score(rows[i]);
      Vector vector = expected.get(i).getAs(0);
      for (int j = 0; j < 4; j++) {
        assertThat(scored[at + j]).isEqualTo(vector.apply(j));
      }
    }
  }

  @Test
  void onnxHasTheNamesAsItsInputs() {
    BatchNormModel model = stage().setInvalidIndicator(false).fit(DATA);
    double[][] rows = numbers();
    try (RuntimeModel runtime =
        new RuntimeModel(
            OnnxExport.of(model).setPrecision("float64").setInputs("columns").toBytes(), false)) {
      assertThat(runtime.inputs()).containsExactly("geo.lon", "geo.alt.m", "a.b", "geo.in.flag");
      Map<String, double[][]> columns = new LinkedHashMap<>();
      for (int j = 0; j < 4; j++) {
        List<double[]> column = new ArrayList<>();
        for (double[] row : rows) {
          column.add(new double[] {row[j]});
        }
        columns.put(runtime.inputs().get(j), column.toArray(double[][]::new));
      }
      Map<String, double[][]> results = runtime.run(columns);
      assertThat(results.keySet()).containsExactlyInAnyOrder("lon", "alt.out", "c", "flag");
      List<Row> expected = model.transform(DATA).select("lon", "c").collectAsList();
      for (int i = 0; i < rows.length; i++) {
        assertThat(results.get("lon")[i][0]).isCloseTo(expected.get(i).getDouble(0), within(1e-12));
        assertThat(results.get("c")[i][0]).isCloseTo(expected.get(i).getDouble(1), within(1e-12));
      }
    }
  }

  @Test
  void serverOfConnectReadsTheSameRows() {
    BatchNormModel model = stage().fit(DATA);
    String[] params =
        model
            .copy(ParamMap.empty().put(model.result(), "params"))
            .transform(DATA)
            .collectAsList()
            .stream()
            .flatMap(row -> List.of(row.getString(0), row.getString(1)).stream())
            .toArray(String[]::new);
    RestoredModel restored = new RestoredModel();
    restored.set(restored.modelParams(), params);
    assertThat(restored.fit(DATA).transform(DATA).collectAsList())
        .isEqualTo(model.transform(DATA).collectAsList());
    ReportRows report = new ReportRows();
    report.set(report.modelParams(), params);
    assertThat(report.transform(DATA).first().getString(1))
        .isEqualTo(ColumnReport.of(model, DATA).toJson())
        .contains("\"geo.alt.m\"");
  }
}
