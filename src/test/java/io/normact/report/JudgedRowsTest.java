package io.normact.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** A report judges the rows that the fit judged, each with the same weight. */
class JudgedRowsTest {

  private static final StructType SCHEMA =
      new StructType()
          .add("x", DataTypes.DoubleType)
          .add("v", DataTypes.createArrayType(DataTypes.DoubleType, true))
          .add("w", DataTypes.IntegerType);

  private static Dataset<Row> data(boolean repeated) {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int weight = random.nextInt(4);
      Double x =
          switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> Double.NaN;
            default -> 3 * random.nextGaussian();
          };
      Double[] v = {
        random.nextGaussian() * 100, random.nextInt(9) == 0 ? Double.POSITIVE_INFINITY : 1.0 * i
      };
      boolean missing = random.nextInt(15) == 0;
      for (int k = 0; k < (repeated ? weight : 1); k++) {
        rows.add(RowFactory.create(x, missing ? null : v, repeated ? 1 : weight));
      }
    }
    return LocalSpark.session().createDataFrame(rows, SCHEMA).repartition(3);
  }

  private static BatchNormModel fit(Dataset<Row> data, String handleInvalid) {
    return new BatchNorm()
        .setInputCols(new String[] {"x", "v"})
        .setOutputCols(new String[] {"x_out", "v_out"})
        .setActivation("sigmoid")
        .setHandleInvalid(handleInvalid)
        .setWeightCol("w")
        .fit(data);
  }

  /** A row of weight 3 says what three rows say. */
  @Test
  void weightsAreRowsThatComeSoManyTimes() {
    for (String handleInvalid : List.of("keep", "skip")) {
      ColumnReport weighted = ColumnReport.of(fit(data(false), handleInvalid), data(false));
      ColumnReport repeated = ColumnReport.of(fit(data(true), handleInvalid), data(true));
      assertThat(weighted.weightCol()).contains("w");
      for (int j = 0; j < 3; j++) {
        ColumnResult one = weighted.columns().get(j);
        ColumnResult other = repeated.columns().get(j);
        assertThat(one.count()).isLessThan(other.count()).isPositive();
        check(one.before(), other.before());
        check(one.last(), other.last());
        assertThat(one.before().input().standardDeviation())
            .as("what the fit found")
            .isEqualTo(Math.sqrt(one.fitted().orElseThrow().variance()));
      }
    }
  }

  private static void check(Response one, Response other) {
    assertThat(one.flatShare()).isCloseTo(other.flatShare(), offset(1e-14));
    assertThat(one.zeroSlopeShare()).isCloseTo(other.zeroSlopeShare(), offset(1e-14));
    assertThat(one.meanSlope()).isCloseTo(other.meanSlope(), offset(1e-14));
    assertThat(one.rangeInUse()).isEqualTo(other.rangeInUse());
    assertThat(one.verdict()).isEqualTo(other.verdict());
    Distribution a = one.input();
    Distribution b = other.input();
    assertThat(a.mean()).isEqualTo(b.mean());
    assertThat(a.lowerQuartile()).isEqualTo(b.lowerQuartile());
    assertThat(a.median()).isEqualTo(b.median());
    assertThat(a.upperQuartile()).isEqualTo(b.upperQuartile());
    assertThat(a.min()).as("rows of weight 0 count for nothing").isEqualTo(b.min());
    assertThat(a.max()).isEqualTo(b.max());
  }

  @Test
  void skippedRowsAreCountedAndNotJudged() {
    Dataset<Row> data = data(false).withColumn("w", org.apache.spark.sql.functions.lit(1));
    Dataset<Row> clean =
        data.filter("x is not null and not isnan(x) and v is not null and v[1] < 1e300");
    ColumnReport skipped = ColumnReport.of(fit(data, "skip"), data);
    ColumnReport expected = ColumnReport.of(fit(clean, "error"), clean);
    assertThat(skipped.rows()).isEqualTo(300);
    assertThat(skipped.rows() - skipped.skippedRows()).isEqualTo(expected.rows());
    assertThat(skipped.worst(3))
        .contains(" Of 300 rows " + skipped.skippedRows() + " are skipped,");
    for (int j = 0; j < 3; j++) {
      ColumnResult column = skipped.columns().get(j);
      assertThat(column.count()).isEqualTo(expected.rows());
      assertThat(column.before()).isEqualTo(expected.columns().get(j).before());
      assertThat(column.last()).isEqualTo(expected.columns().get(j).last());
    }
    ColumnResult x = skipped.columns().get(0);
    assertThat(x.nulls()).isEqualTo(data.filter("x is null").count());
    assertThat(x.nans()).isEqualTo(data.filter("isnan(x)").count());
    ColumnReport kept = ColumnReport.of(fit(data, "keep"), data);
    assertThat(kept.skippedRows()).isZero();
    assertThat(kept.columns().get(0).count()).isGreaterThan(x.count());
  }

  @Test
  void wherePartsOfAllRowsAreMissingNothingIsJudged() {
    Dataset<Row> data =
        LocalSpark.session()
            .range(0, 40, 1, 2)
            .selectExpr(
                "if(id % 2 = 0, id * 1D, null) as x", "array(if(id % 2 = 1, 1D, null)) as v");
    BatchNormModel model =
        BatchNormModel.of(new double[2], new double[] {1, 1}, new double[] {1, 1}, new double[2])
            .setHandleInvalid("skip")
            .setActivation("sigmoid");
    model.set(model.inputCols(), new String[] {"x", "v"});
    model.set(model.outputCols(), new String[] {"x_out", "v_out"});
    for (ColumnResult column : ColumnReport.of(model, data).columns()) {
      assertThat(column.count()).isZero();
      assertThat(column.skipped()).isEqualTo(20);
      assertThat(column.last().findings())
          .containsExactly(
              new Finding(
                  Verdict.MOSTLY_MISSING,
                  "All rows (40) are skipped: in each, this feature or another is null, NaN or infinite.",
                  "Drop the columns that are mostly missing, or choose mean.",
                  "- batchNorm: {activation: sigmoid, handleInvalid: mean}"));
    }
  }

  @Test
  void weightsAreOptionalAndChecked() {
    BatchNormModel model = fit(data(false), "keep");
    assertThat(ColumnReport.of(model, data(false).drop("w")).weightCol())
        .as("a model is applied to data without")
        .isEmpty();
    ActivationFunction tanh = ActivationFunction.parse("tanh");
    ColumnReport weighted = ColumnReport.of(data(false), List.of("x"), tanh, 0.01, "w");
    assertThat(weighted.worst(1)).contains(" Rows are weighted by w.");
    assertThat(weighted.toJson()).contains("\"weightCol\":\"w\"");
    assertThat(weighted.columns().get(0).before().input().mean()).isEqualTo(model.mean().apply(0));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ColumnReport.of(
                    data(false).selectExpr("x", "-w as w"), List.of("x"), tanh, 0.01, "w"))
        .withMessageMatching(
            "Weight column 'w' holds -[123]\\.0, but weights must be finite and not negative\\.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ColumnReport.of(data(false), List.of("x"), tanh, 0.01, "v"))
        .withMessage("Weight column 'v' is of type array<double>, but must be a number.");
  }
}
