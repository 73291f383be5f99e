package io.normact.connect;

import io.normact.ml.BatchNormModel;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** A param that holds a model: the names of its params, and behind each its value in JSON. */
final class ModelParams {

  private ModelParams() {}

  static StringArrayParam param(Params stage) {
    return new StringArrayParam(
        stage, "modelParams", "names of a model's params, and behind each its value in JSON");
  }

  /**
   * The model.
   *
   * @throws IllegalArgumentException if the texts are no pairs, or make no model
   */
  static BatchNormModel model(String[] pairs) {
    if (pairs.length % 2 != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Param modelParams has %d texts, but must have a name and a value in JSON for each param.",
              pairs.length));
    }
    Map<String, String> params = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      params.put(pairs[i], pairs[i + 1]);
    }
    return BatchNormModel.ofParams(params);
  }
}
