package io.normact.ml;

import io.normact.math.exact.Moments;
import io.normact.sql.column.ColumnNames;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses how gamma and beta are learned, by the param learn. */
final class Learning {
  private static final Logger LOG = LoggerFactory.getLogger(Learning.class);

  private Learning() {}

  /** Checks all that can be checked without looking at the rows. */
  static void check(BatchNorm stage, StructType schema, List<FeatureColumn> columns) {
    String learn = stage.getLearn();
    if (learn.equals(BatchNormParamSet.LEARN_NONE)) {
      return;
    }
    if (stage.isSet(stage.gamma()) || stage.isSet(stage.beta())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Param %s is given, but learn=%s starts from gamma 1 and beta 0; clear it, or set learn=none.",
              stage.isSet(stage.gamma()) ? "gamma" : "beta",
              learn));
    }
    if (learn.equals(BatchNormParamSet.LEARN_INFOMAX)) {
      InfomaxLearning.check(stage);
    } else {
      SupervisedLearning.check(stage, schema, columns);
    }
  }

  /** Learns as the stage's params say, and stores the result in the model. */
  static void run(
      BatchNorm stage,
      Dataset<?> data,
      List<FeatureColumn> columns,
      List<Moments> moments,
      BatchNormModel model,
      LearningProgress listener) {
    String learn = stage.getLearn();
    if (learn.equals(BatchNormParamSet.LEARN_NONE)) {
      return;
    }
    LearningProgress progress =
        (iteration, objective, gradientNorm) -> {
          LOG.info(
              "{} {}: iteration {}, objective {}, gradient norm {}",
              stage.uid(),
              learn,
              iteration,
              objective,
              gradientNorm);
          if (listener != null) {
            listener.iteration(iteration, objective, gradientNorm);
          }
        };
    Dataset<?> rows = data;
    LearningTask.Normalized normalized;
    if (stage.getKeyCols().length == 0) {
      normalized = LearningTask.Normalized.of(stage, model);
    } else {
      rows = KeyedFit.beside(model, data);
      String[] names = rows.columns();
      normalized = LearningTask.Normalized.of(model, ColumnNames.column(names[names.length - 1]));
    }
    LearningTask task =
        new LearningTask(
            stage,
            rows,
            FitPass.sources(data, columns),
            FitPass.weight(stage, data.schema()),
            moments,
            model,
            normalized,
            progress);
    if (learn.equals(BatchNormParamSet.LEARN_INFOMAX)) {
      InfomaxLearning.run(task);
    } else {
      SupervisedLearning.run(task);
    }
  }
}
