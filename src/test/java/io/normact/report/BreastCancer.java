package io.normact.report;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The sample data, and reports on it that several tests look at. */
final class BreastCancer {

  private BreastCancer() {}

  static Dataset<Row> data() {
    return LocalSpark.session()
        .read()
        .option("header", true)
        .option("inferSchema", true)
        .csv("sample-data/breast-cancer.csv");
  }

  static List<String> features() {
    return Arrays.stream(data().columns()).filter(c -> !c.equals("malignant")).toList();
  }

  static ColumnReport raw() {
    return ColumnReport.of(data(), features(), ActivationFunction.parse("sigmoid"));
  }

  static ColumnReport infomax() {
    BatchNormModel model =
        new BatchNorm()
            .setInputCols(features().toArray(new String[0]))
            .setOutputCols(features().stream().map(c -> c + "_out").toArray(String[]::new))
            .setActivation("sigmoid")
            .setLearn("infomax")
            .fit(data());
    return ColumnReport.of(model, data());
  }
}
