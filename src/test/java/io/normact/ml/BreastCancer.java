package io.normact.ml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.LocalSpark;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Breast Cancer Wisconsin (Diagnostic) and the reference values that belong to it. W. H. Wolberg,
 * W. N. Street, O. L. Mangasarian, UCI Machine Learning Repository, 1995, CC BY 4.0.
 */
final class BreastCancer {
  static final String LABEL = "malignant";

  private BreastCancer() {}

  static Dataset<Row> data() {
    URL file = BreastCancer.class.getResource("breast-cancer.csv");
    return LocalSpark.session()
        .read()
        .option("header", true)
        .option("inferSchema", true)
        .csv(file.getPath());
  }

  /** What numpy 2.4, scipy 1.17 and torch 2.13 make of the data. */
  static JsonNode reference() {
    try (InputStream in = BreastCancer.class.getResourceAsStream("batchnorm-breast-cancer.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    java.util.Arrays.setAll(numbers, i -> array.get(i).doubleValue());
    return numbers;
  }

  static String[] columns() {
    JsonNode columns = reference().get("columns");
    String[] names = new String[columns.size()];
    java.util.Arrays.setAll(names, i -> columns.get(i).textValue());
    return names;
  }

  /** A stage over all features. */
  static BatchNorm stage() {
    String[] columns = columns();
    String[] outputs =
        java.util.Arrays.stream(columns).map(name -> name + "_bn").toArray(String[]::new);
    return new BatchNorm().setInputCols(columns).setOutputCols(outputs);
  }
}
