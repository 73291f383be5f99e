package io.normact.report;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The sample data, and reports on it that several tests look at; made once, as needed. */
final class BreastCancer {

  private static Dataset<Row> data;
  private static BatchNormModel model;
  private static ColumnReport raw;
  private static ColumnReport infomax;

  private BreastCancer() {}

  static Dataset<Row> data() {
    if (data == null) {
      data =
          LocalSpark.session()
              .read()
              .option("header", true)
              .option("inferSchema", true)
              .csv("sample-data/breast-cancer.csv");
    }
    return data;
  }

  static List<String> features() {
    return Arrays.stream(data().columns()).filter(c -> !c.equals("malignant")).toList();
  }

  static BatchNormModel model() {
    if (model == null) {
      model =
          new BatchNorm()
              .setInputCols(features().toArray(new String[0]))
              .setOutputCols(features().stream().map(c -> c + "_out").toArray(String[]::new))
              .setActivation("sigmoid")
              .setLearn("infomax")
              .fit(data());
    }
    return model;
  }

  static ColumnReport raw() {
    if (raw == null) {
      raw = ColumnReport.of(data(), features(), ActivationFunction.parse("sigmoid"));
    }
    return raw;
  }

  static ColumnReport infomax() {
    if (infomax == null) {
      infomax = ColumnReport.of(model(), data());
    }
    return infomax;
  }
}
