package io.normact.ml;

import io.normact.onnx.OnnxBatchNorm;
import io.normact.text.Excerpt;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.Param;

/** Models of numbers that come from elsewhere than a fit. */
final class GivenModel {

  private GivenModel() {}

  /** Of arrays with a number for each feature. */
  static BatchNormModel of(double[] mean, double[] variance, double[] gamma, double[] beta) {
    BatchNormModel model = new BatchNormModel();
    FittedParamSet fitted = model.fittedParams();
    set(model, fitted.mean, mean);
    set(model, fitted.variance, variance);
    set(model, fitted.gamma, gamma);
    set(model, fitted.beta, beta);
    model.setFitted(fitted.count, new double[mean.length]);
    model.setFitted(fitted.invalid, new double[mean.length]);
    fitted.check(model);
    return model;
  }

  private static void set(BatchNormModel model, DoubleArrayParam param, double[] values) {
    model.setFitted(
        param,
        Expect.given(values, param.name(), "an array with a number for each feature").clone());
  }

  /** Of a layer that was read from a model of ONNX. */
  static BatchNormModel of(OnnxBatchNorm layer) {
    BatchNormModel model =
        of(layer.mean(), layer.variance(), layer.gamma(), layer.beta())
            .setEpsilon(layer.epsilon())
            .setActivation(layer.activation().toString());
    if (layer.slopes().length > 0) {
      model.setFitted(model.fittedParams().slopes, layer.slopes());
      model.fittedParams().check(model);
    }
    return model;
  }

  /** Of the params of another model by their names, each in JSON. */
  static BatchNormModel of(Map<String, String> params) {
    BatchNormModel model = new BatchNormModel();
    params.forEach((name, json) -> setJson(model, name, json));
    FittedParamSet fitted = model.fittedParams();
    for (DoubleArrayParam zero : List.of(fitted.count, fitted.invalid)) {
      if (!model.isSet(zero) && model.isSet(fitted.mean)) {
        model.setFitted(zero, new double[model.getOrDefault(fitted.mean).length]);
      }
    }
    fitted.check(model);
    FittedHistograms.check(model);
    return model;
  }

  private static void setJson(BatchNormModel model, String name, String json) {
    if (!model.hasParam(name)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Param '%s' is unknown to a BatchNormModel.", name));
    }
    Param<?> param = model.getParam(name);
    Object value;
    try {
      value = param.jsonDecode(json);
    } catch (Exception e) { // Scala declares none of the checked ones that it throws.
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Param %s is %s, but must be a value in JSON as a saved model has it.",
              name,
              Excerpt.of(json, 80)),
          e);
    }
    model.setFitted(param, value);
  }
}
