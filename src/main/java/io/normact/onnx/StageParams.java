package io.normact.onnx;

import io.normact.scoring.plan.SavedStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** The params of stages in the form in which they are saved. */
final class StageParams {

  /** Exact sums, which may be long and have no part in what a model gives. */
  private static final String LONG = "moments";

  private StageParams() {}

  /** The stage, or the stages of a pipeline and of those in it, in their order. */
  static List<SavedStage> of(Params model) {
    List<SavedStage> stages = new ArrayList<>();
    collect(model, stages);
    return stages;
  }

  private static void collect(Params model, List<SavedStage> stages) {
    if (model instanceof PipelineModel pipeline) {
      for (Params stage : pipeline.stages()) {
        collect(stage, stages);
      }
    } else {
      for (String keyed : List.of("keyStatistics", "keyNumbers")) {
        if (model.hasParam(keyed) && model.isSet(model.getParam(keyed))) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "Stage '%s' has statistics by key, which a graph of ONNX can't look up; score with io.normact.scoring.Scorer.ofKey, or export a stage without keyCols.",
                  model.uid()));
        }
      }
      stages.add(
          SavedStage.parse(
              String.format(Locale.ROOT, "Stage '%s'", model.uid()),
              String.format(
                  Locale.ROOT,
                  "{\"class\":\"%s\",\"uid\":\"%s\",\"paramMap\":%s,\"defaultParamMap\":%s}",
                  model.getClass().getName(),
                  model.uid().replace("\\", "\\\\").replace("\"", "\\\""),
                  params(model, true),
                  params(model, false))));
    }
  }

  private static String params(Params model, boolean set) {
    StringJoiner json = new StringJoiner(",", "{", "}");
    for (Param<?> param : model.params()) {
      if (!param.name().equals(LONG)
          && (set ? model.isSet(param) : !model.isSet(param) && model.hasDefault(param))) {
        json.add("\"" + param.name() + "\":" + encoded(model, param));
      }
    }
    return json.toString();
  }

  private static <T> String encoded(Params model, Param<T> param) {
    return param.jsonEncode(model.getOrDefault(param));
  }
}
