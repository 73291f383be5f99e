package io.normact.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnReportTest {

  private static final ActivationFunction SIGMOID = ActivationFunction.parse("sigmoid");

  @Test
  void aRawSigmoidRuinsNineColumnsOfTheSample() {
    ColumnReport report = BreastCancer.raw();
    assertThat(report.troubleBefore()).isEqualTo(9);
    assertThat(report.flatBefore()).as("as DESIGN.md says").isCloseTo(0.30, offset(0.005));
    assertThat(report.rows()).isEqualTo(569);
    assertThat(report.rankError()).as("few rows are kept exactly").isZero();
    assertThat(report.model()).isEmpty();
    assertThat(report.columns())
        .filteredOn(c -> c.before().verdict() == Verdict.SATURATED)
        .extracting(ColumnResult::name)
        .containsExactly(
            "radius_mean",
            "texture_mean",
            "perimeter_mean",
            "area_mean",
            "area_se",
            "radius_worst",
            "texture_worst",
            "perimeter_worst",
            "area_worst");
    assertThat(report.columns()).allMatch(c -> c.after().isEmpty() && c.fitted().isEmpty());
  }

  @Test
  void theyRecoverWithInfomax() {
    ColumnReport report = BreastCancer.infomax();
    assertThat(report.troubleBefore()).isEqualTo(9);
    assertThat(report.troubleAfter()).isZero();
    assertThat(report.flatAfter()).isLessThan(0.02);
    ColumnResult radius = report.columns().get(0);
    Fitted fitted = radius.fitted().orElseThrow();
    assertThat(fitted.gamma()).as("a normal column has about 1.7").isBetween(1.5, 2.5);
    Distribution normalised = radius.last().input();
    assertThat(normalised.mean()).isCloseTo(fitted.beta(), offset(1e-12));
    assertThat(normalised.standardDeviation())
        .isCloseTo(fitted.gamma(), offset(1e-5 * fitted.gamma()));
    assertThat(report.columns())
        .filteredOn(c -> c.last().verdict() == Verdict.EPSILON_OUTWEIGHS_VARIANCE)
        .extracting(ColumnResult::name)
        .containsExactly("smoothness_se", "fractal_dimension_se");
    assertThat(report)
        .hasToString("ColumnReport: function=sigmoid, rows=569, columns=30, trouble=[9, 0]");
  }

  @Test
  void numbersAreThoseOfTheColumn() {
    ColumnResult radius = BreastCancer.raw().columns().get(0);
    // Mean and deviation in exact fractions (Python 3), quartiles by sorting the same file.
    Distribution input = radius.before().input();
    assertThat(input.mean()).isCloseTo(14.127291739894552, offset(1e-14));
    assertThat(input.standardDeviation()).isCloseTo(3.5209507607110617, offset(1e-14));
    assertThat(input.min()).isEqualTo(6.981);
    assertThat(input.lowerQuartile()).isEqualTo(11.7);
    assertThat(input.median()).isEqualTo(13.37);
    assertThat(input.upperQuartile()).isEqualTo(15.78);
    assertThat(input.max()).isEqualTo(28.11);
    assertThat(radius.count()).isEqualTo(569);
    assertThat(radius.missingShare()).isZero();
  }

  @Test
  void aReluWithoutPositiveInputIsDead() {
    Dataset<Row> data =
        LocalSpark.session().range(0, 500, 1, 3).select(functions.col("id").multiply(-1).as("x"));
    ColumnResult x =
        ColumnReport.of(data, List.of("x"), ActivationFunction.parse("relu")).columns().get(0);
    assertThat(x.before().verdict()).isEqualTo(Verdict.DEAD);
    assertThat(x.before().zeroSlopeShare()).isEqualTo(1);
    assertThat(x.before().rangeInUse()).as("a ReLU's range has no end").isNaN();
  }

  @Test
  void elementsOfVectorsHaveTheirNames() {
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(new String[] {"radius_mean", "area_mean"})
            .setOutputCol("v")
            .transform(BreastCancer.data());
    assertThat(ColumnReport.of(assembled, List.of("v", "texture_se"), SIGMOID).columns())
        .extracting(ColumnResult::name)
        .containsExactly("v[radius_mean]", "v[area_mean]", "texture_se");
    Dataset<Row> plain =
        assembled.select(
            functions.array(functions.col("radius_mean"), functions.col("area_mean")).as("a.b"));
    assertThat(ColumnReport.of(plain, List.of("a.b"), SIGMOID).columns())
        .extracting(ColumnResult::name)
        .containsExactly("a.b[0]", "a.b[1]");
  }

  @Test
  void negativeScalesTurnTheOrderAround() {
    Dataset<Row> data = LocalSpark.session().range(1, 101, 1, 2).toDF();
    BatchNormModel model =
        BatchNormModel.of(new double[] {0}, new double[] {1}, new double[] {-2}, new double[] {1})
            .setEpsilon(0)
            .setActivation("identity");
    model.set(model.inputCol(), "id").set(model.outputCol(), "out");
    Distribution after = ColumnReport.of(model, data).columns().get(0).last().input();
    assertThat(after.min()).isEqualTo(-199);
    assertThat(after.max()).isEqualTo(-1);
    assertThat(after.lowerQuartile()).isEqualTo(-151);
    assertThat(after.standardDeviation()).isCloseTo(2 * Math.sqrt(833.25), offset(1e-12));
  }

  @Test
  void unboundedFunctionsAndTheirOverflowsAreShown() {
    ColumnReport report =
        ColumnReport.of(
            BreastCancer.data(), List.of("area_worst"), ActivationFunction.parse("exponential"));
    assertThat(report.slopeThreshold()).as("no steepest slope to measure by").isEqualTo(0.01);
    assertThat(report.columns().get(0).before().output().above()).isPositive();
    assertThat(report.toJson()).contains("\"supremum\":null");
  }

  @Test
  void emptyInputHasNothingButVerdicts() {
    Dataset<Row> none = BreastCancer.data().limit(0);
    ColumnReport report = ColumnReport.of(none, List.of("area_se"), SIGMOID);
    assertThat(report.columns().get(0).before().verdict()).isEqualTo(Verdict.MOSTLY_MISSING);
    assertThat(report.flatBefore()).isNaN();
    assertThat(report.worst(3))
        .isEqualTo(
            """
            1 of 1 columns in trouble: sigmoid is flat at – of the values.
            column   verdict         flat  range
            area_se  mostly missing     –      –
            """);
    assertThat(report.toHtml()).contains("\"flatBefore\":null");
  }

  @Test
  void theWorstColumnsFitATerminal() {
    assertThat(BreastCancer.raw().worst(3))
        .isEqualTo(
            """
            9 of 30 columns in trouble: sigmoid is flat at 30% of the values.
            column          verdict    flat  range
            radius_mean     saturated  100%  <0.1%
            texture_mean    saturated  100%  <0.1%
            perimeter_mean  saturated  100%     0%
            """);
    assertThat(BreastCancer.infomax().worst(3))
        .isEqualTo(
            """
            9 of 30 columns in trouble: sigmoid is flat at 30% of the values. After normalisation 0, at 1.3%.
            column                before         flat  after                       flat  range
            fractal_dimension_se  narrow output    0%  epsilon outweighs variance  2.6%    82%
            smoothness_se         narrow output    0%  epsilon outweighs variance  1.8%    87%
            area_se               saturated      100%  heavy tail                  3.0%    76%
            """);
    assertThat(BreastCancer.raw().worst(0)).hasLineCount(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BreastCancer.raw().worst(-1))
        .withMessage("Number of columns to show is -1, but must be at least 0.");
  }

  @Test
  void namesCannotMoveTheTerminalsCursor() {
    String name = "bell\u0007 and \u001b[2J, and so on and so on to the end";
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                List.of(RowFactory.create(1.0)), new StructType().add(name, DataTypes.DoubleType));
    assertThat(ColumnReport.of(data, List.of(name), SIGMOID).worst(1))
        .contains("bell? and ?[2J, …o on to the end")
        .doesNotContain("\u0007");
  }

  @Test
  void theDataFrameHasARowForEachFeatureAndSide() {
    Dataset<Row> frame = BreastCancer.infomax().toDataFrame(LocalSpark.session());
    assertThat(frame.count()).isEqualTo(60);
    Row row = frame.filter("side = 'after' and feature = 'area_se'").first();
    assertThat(row.<String>getList(row.fieldIndex("verdicts"))).containsExactly("heavy tail");
    assertThat(row.<Double>getAs("gamma")).isPositive();
    assertThat(row.<Long>getAs("count")).isEqualTo(569);
    assertThat(frame.filter("side = 'before' and gamma is null").count()).isEqualTo(30);
    assertThat(
            frame
                .selectExpr(
                    "sum(aggregate(input.counts, 0L, (a, x) -> a + x) + input.below + input.above)")
                .first()
                .getLong(0))
        .isEqualTo(60 * 569);
  }

  @Test
  void jsonHasAVersionAndTheSameNumbers() throws IOException {
    ColumnReport report = BreastCancer.infomax();
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertThat(json.get("format").asText()).isEqualTo("normact-report");
    assertThat(json.get("version").asInt()).isEqualTo(1);
    assertThat(json.get("function").asText()).isEqualTo("sigmoid");
    assertThat(json.get("model").get("learn").asText()).isEqualTo("infomax");
    assertThat(json.get("columns")).hasSize(30);
    for (ColumnResult column : report.columns()) {
      JsonNode node = json.get("columns").get(column.index());
      Response after = column.last();
      assertThat(node.get("name").asText()).isEqualTo(column.name());
      assertThat(node.get("after").get("meanSlope").asDouble()).isEqualTo(after.meanSlope());
      assertThat(node.get("after").get("mean").asDouble()).isEqualTo(after.input().mean());
      assertThat(node.get("after").get("findings").get(0).get("verdict").asText())
          .isEqualTo(after.verdict().toString());
    }
    assertThat(ColumnReport.of(BreastCancer.model(), BreastCancer.data()).toJson())
        .as("reproducible")
        .isEqualTo(report.toJson());
  }

  @Test
  void filesAreWrittenSideBySide(@TempDir Path directory) throws IOException {
    ColumnReport report = BreastCancer.raw();
    String path = directory.resolve("deep/report.html").toString();
    report.write(path, new Configuration(), false);
    assertThat(Files.readString(directory.resolve("deep/report.html"))).isEqualTo(report.toHtml());
    assertThat(Files.readString(directory.resolve("deep/report.json"))).isEqualTo(report.toJson());
    try (Stream<Path> files = Files.list(directory.resolve("deep"))) {
      assertThat(files).as("no checksum files").hasSize(2);
    }
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> report.write(path, new Configuration(), false))
        .withMessageContaining("Report exists; choose another path or allow overwriting");
    report.write(path, new Configuration(), true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.write("report.pdf", new Configuration(), true))
        .withMessage("Report path is 'report.pdf', but must end in .html.");
  }

  @Test
  void rejectsWhatItCannotReportOn() {
    Dataset<Row> data = BreastCancer.data().withColumn("s", functions.lit("text"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ColumnReport.of(data, List.of(), SIGMOID))
        .withMessage("No column is named, but there must be at least one to look at.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ColumnReport.of(data, List.of("s"), SIGMOID))
        .withMessage(
            "Column 's' is of type string, but must be a number, a vector or an array of numbers.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ColumnReport.of(data, List.of("radius_meen"), SIGMOID))
        .withMessageContaining("Column 'radius_meen' does not exist")
        .withMessageContaining("radius_mean");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ColumnReport.of(data, List.of("area_se"), ActivationFunction.parse("softmax")))
        .withMessage(
            "Function 'softmax' has no slope for each column, since each output depends on all inputs; choose an elementwise function.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ColumnReport.of(data, List.of("area_se"), SIGMOID, Double.NaN))
        .withMessage("Share of the steepest slope is NaN, but must be above 0 and at most 1.");
  }

  @Test
  void missingValuesAreCountedByKind() {
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                List.of(
                    RowFactory.create(1.0, Vectors.dense(1)),
                    RowFactory.create(null, null),
                    RowFactory.create(Double.NaN, Vectors.dense(Double.NaN)),
                    RowFactory.create(Double.NEGATIVE_INFINITY, Vectors.dense(3))),
                new StructType()
                    .add("x", DataTypes.DoubleType)
                    .add("v", org.apache.spark.ml.linalg.SQLDataTypes.VectorType()));
    List<ColumnResult> columns = ColumnReport.of(data, List.of("x", "v"), SIGMOID).columns();
    assertThat(columns.get(0))
        .returns(1L, ColumnResult::count)
        .returns(1L, ColumnResult::nulls)
        .returns(1L, ColumnResult::nans)
        .returns(1L, ColumnResult::infinities)
        .returns(0.75, ColumnResult::missingShare);
    assertThat(columns.get(0).before().findings())
        .extracting(Finding::verdict)
        .containsExactly(Verdict.MOSTLY_MISSING, Verdict.CONSTANT);
    assertThat(columns.get(1))
        .returns(2L, ColumnResult::count)
        .returns(1L, ColumnResult::nulls)
        .returns(1L, ColumnResult::nans);
  }

  @Test
  @Tag("thorough")
  void functionsThatWereLearnedAreEachColumnsOwn() {
    BatchNormModel model =
        new BatchNorm()
            .setInputCols(new String[] {"area_mean", "texture_se"})
            .setOutputCols(new String[] {"a", "t"})
            .setActivation("prelu")
            .setLearn("supervised")
            .setLabelCol("malignant")
            .fit(BreastCancer.data());
    double[] slopes = model.getOrDefault(model.fittedSlopes());
    List<ColumnResult> columns = ColumnReport.of(model, BreastCancer.data()).columns();
    for (int j = 0; j < 2; j++) {
      assertThat(columns.get(j).function()).isEqualTo(ActivationFunction.of("prelu", slopes[j]));
      double mean = columns.get(j).last().meanSlope();
      assertThat(mean).isBetween(Math.min(1, slopes[j]), Math.max(1, slopes[j]));
    }
    assertThat(slopes[0]).as("so that one function for both would fail").isNotEqualTo(slopes[1]);
  }

  @Test
  void theModelsOwnRowsAreNotNeeded() {
    BatchNormModel model =
        new BatchNorm()
            .setInputCol("area_mean")
            .setOutputCol("out")
            .setActivation("tanh")
            .fit(BreastCancer.data());
    ColumnReport shifted =
        ColumnReport.of(
            model,
            BreastCancer.data().withColumn("area_mean", functions.col("area_mean").plus(100_000)));
    assertThat(shifted.troubleAfter()).as("new data far off is seen as saturated").isEqualTo(1);
  }
}
