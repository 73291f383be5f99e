package io.normact.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A report as rows, one a feature and side. What a side hasn't is null; NaN stays NaN. */
final class ReportFrame {

  private static final DataType COUNTS = DataTypes.createArrayType(DataTypes.LongType, false);
  private static final DataType TEXTS = DataTypes.createArrayType(DataTypes.StringType, false);

  private static final StructType HISTOGRAM =
      new StructType()
          .add("from", DataTypes.DoubleType, false)
          .add("to", DataTypes.DoubleType, false)
          .add("counts", COUNTS, false)
          .add("below", DataTypes.LongType, false)
          .add("above", DataTypes.LongType, false);

  static final StructType SCHEMA =
      new StructType()
          .add("index", DataTypes.IntegerType, false)
          .add("feature", DataTypes.StringType, false)
          .add("side", DataTypes.StringType, false)
          .add("verdicts", TEXTS, false)
          .add("reasons", TEXTS, false)
          .add("advice", TEXTS, false)
          .add("spec", TEXTS, false)
          .add("rows", DataTypes.LongType, false)
          .add("count", DataTypes.LongType, false)
          .add("nulls", DataTypes.LongType, false)
          .add("nans", DataTypes.LongType, false)
          .add("infinities", DataTypes.LongType, false)
          .add("skipped", DataTypes.LongType, false)
          .add("rankError", DataTypes.DoubleType, false)
          .add("mean", DataTypes.DoubleType, false)
          .add("standardDeviation", DataTypes.DoubleType, false)
          .add("min", DataTypes.DoubleType, false)
          .add("lowerQuartile", DataTypes.DoubleType, false)
          .add("median", DataTypes.DoubleType, false)
          .add("upperQuartile", DataTypes.DoubleType, false)
          .add("max", DataTypes.DoubleType, false)
          .add("flatShare", DataTypes.DoubleType, false)
          .add("zeroSlopeShare", DataTypes.DoubleType, false)
          .add("meanSlope", DataTypes.DoubleType, false)
          .add("rangeInUse", DataTypes.DoubleType, false)
          .add("gamma", DataTypes.DoubleType, true)
          .add("beta", DataTypes.DoubleType, true)
          .add("shift", DataTypes.DoubleType, true)
          .add("varianceRatio", DataTypes.DoubleType, true)
          .add("psi", DataTypes.DoubleType, true)
          .add("jensenShannon", DataTypes.DoubleType, true)
          .add("outsideShare", DataTypes.DoubleType, true)
          .add("input", HISTOGRAM, false)
          .add("output", HISTOGRAM, false);

  private ReportFrame() {}

  static Dataset<Row> of(ColumnReport report, SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (ColumnResult column : report.columns()) {
      rows.add(row(column, "before", column.before(), null, null));
      column
          .after()
          .ifPresent(
              after -> {
                Fitted fitted = column.fitted().orElseThrow();
                rows.add(row(column, "after", after, fitted.gamma(), fitted.beta()));
              });
    }
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static Row row(
      ColumnResult column, String side, Response response, Double gamma, Double beta) {
    Distribution input = response.input();
    Optional<Drift> drift = column.drift();
    Optional<Drift.Comparison> comparison = drift.flatMap(Drift::comparison);
    return RowFactory.create(
        column.index(),
        column.name(),
        side,
        texts(response, finding -> finding.verdict().toString()),
        texts(response, Finding::reason),
        texts(response, Finding::advice),
        texts(response, Finding::spec),
        column.rows(),
        column.count(),
        column.nulls(),
        column.nans(),
        column.infinities(),
        column.skipped(),
        column.rankError(),
        input.mean(),
        input.standardDeviation(),
        input.min(),
        input.lowerQuartile(),
        input.median(),
        input.upperQuartile(),
        input.max(),
        response.flatShare(),
        response.zeroSlopeShare(),
        response.meanSlope(),
        response.rangeInUse(),
        gamma,
        beta,
        drift.map(Drift::shift).orElse(null),
        drift.map(Drift::varianceRatio).orElse(null),
        comparison.map(Drift.Comparison::psi).orElse(null),
        comparison.map(Drift.Comparison::jensenShannon).orElse(null),
        comparison.map(Drift.Comparison::outsideShare).orElse(null),
        histogram(input.histogram()),
        histogram(response.output()));
  }

  private static String[] texts(
      Response response, java.util.function.Function<Finding, String> part) {
    return response.findings().stream().map(part).toArray(String[]::new);
  }

  private static Row histogram(Histogram histogram) {
    return RowFactory.create(
        histogram.from(),
        histogram.to(),
        histogram.counts().toArray(Long[]::new),
        histogram.below(),
        histogram.above());
  }
}
