package io.normact.ml;

import io.normact.math.learn.LabelScale;
import io.normact.math.learn.LabelStatistics;
import io.normact.math.learn.Lbfgs;
import io.normact.math.learn.Loss;
import io.normact.math.learn.SupervisedProblem;
import io.normact.math.learn.SupervisedSums;
import io.normact.sql.column.ColumnNames;
import io.normact.sql.pass.RowBlocks;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns gamma and beta together with a linear head, see {@link SupervisedProblem}, by {@link
 * Lbfgs}. The first job packs the rows and looks at the label. The packed rows are kept in memory,
 * or on disk where memory does not suffice. Then each evaluation of the objective is one job over
 * them.
 *
 * <p>A null, NaN or infinite feature that handleInvalid=keep lets through has the normalised value
 * 0 here; with handleInvalid=mean it counts as its mean, as it does in the output.
 */
final class SupervisedLearning {
  private static final Logger LOG = LoggerFactory.getLogger(SupervisedLearning.class);

  private SupervisedLearning() {}

  /** Checks the activation and the label column, and that no column has two roles. */
  static void check(BatchNorm stage, StructType schema, List<FeatureColumn> columns) {
    if (!stage.getActivation().elementwise()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Param activation is %s, but learn=supervised needs an elementwise function such as relu.",
              stage.getActivation()));
    }
    if (stage.getActivation().leastInput() > Double.NEGATIVE_INFINITY
        || stage.getActivation().greatestInput() < Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Param activation is %s, but learn=supervised needs a function that is defined for all numbers, such as signed_log1p.",
              stage.getActivation()));
    }
    if (!stage.isSet(stage.labelCol())) {
      throw new IllegalArgumentException(
          "Param labelCol is not set, but learn=supervised needs a label; name its column.");
    }
    StructField label = FeatureColumn.field(schema, stage.getLabelCol());
    LabelColumn.check(label, stage.getLoss());
    checkIsNoInput(
        "label",
        label.name(),
        columns,
        "from which supervised learning would read off what it is to learn");
    if (stage.isSet(stage.weightCol())) {
      String weight = FeatureColumn.field(schema, stage.getWeightCol()).name();
      checkIsNoInput("weight", weight, columns, "but a column is one or the other");
      if (ColumnNames.order().compare(weight, label.name()) == 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Column '%s' is both the label and the weight, but a column is one or the other.",
                weight));
      }
    }
  }

  private static void checkIsNoInput(
      String role, String name, List<FeatureColumn> columns, String reason) {
    for (FeatureColumn column : columns) {
      if (FeatureInputs.namesIn(column.field()).contains(name)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Input column '%s' holds the %s '%s', %s; leave it out.",
                column.field().name(),
                role,
                name,
                reason));
      }
    }
  }

  /** Learns gamma and beta, and stores them in the task's model. */
  static void run(LearningTask task) {
    BatchNorm stage = task.stage();
    LearningTask.Normalized normalized = task.normalized();
    double[] shift = normalized.shift();
    double[] scale = normalized.scale();
    double[] replacement = new double[shift.length];
    boolean means = InvalidValues.of(stage.getHandleInvalid()) == InvalidValues.MEAN;
    if (means && normalized.byKey() != null) {
      replacement = null; // The mean of each row's key.
    } else if (means) {
      double[] mean = normalized.mean();
      for (int j = 0; j < mean.length; j++) {
        replacement[j] = (mean[j] - shift[j]) * scale[j];
      }
    }
    StructField field = FeatureColumn.field(task.data().schema(), stage.getLabelCol());
    LabelColumn label = LabelColumn.of(field, task.data(), task.weight());
    for (LabelColumn tried = null; !label.equals(tried); ) {
      tried = label;
      LabelColumn given = label;
      RowBlocks.Packing packing =
          task.packing(given.number(), shift, scale, replacement, task.weightExponent(0));
      label = task.passes(packing, blocks -> learn(task, blocks, given));
    }
    if (label.isText()) {
      task.model()
          .setFitted(task.model().fittedLabelClasses(), label.classes().toArray(new String[0]));
    }
  }

  /**
   * Learns.
   *
   * @return the label; one with other classes if it must be numbered anew before
   */
  private static LabelColumn learn(LearningTask task, RowBlocks blocks, LabelColumn label) {
    BatchNorm stage = task.stage();
    BatchNormModel model = task.model();
    LabelStatistics labels =
        blocks.aggregate(new LabelStatistics(), LabelStatistics::add, LabelStatistics::merge);
    label.check(labels);
    LabelColumn numbered = label.of(labels);
    if (!numbered.equals(label)) {
      return numbered;
    }
    SupervisedProblem problem = problem(stage, model.mean().size(), labels, label);
    Lbfgs.Minimum minimum = minimize(task, blocks, problem);
    LOG.info(
        "{} supervised: ended after {} iterations and {} evaluations ({}), loss {}",
        stage.uid(),
        minimum.history().size(),
        minimum.evaluations(),
        minimum.end(),
        problem.loss());
    model.setScaleAndShift(problem.gamma(minimum.x()), problem.beta(minimum.x()));
    model.setLearned(minimum.history(), minimum.converged());
    model.setFitted(model.fittedLoss(), name(problem.loss()));
    if (!minimum.converged()) {
      LOG.warn(
          "{} supervised has not converged after {} iterations, objective {}: {}",
          stage.uid(),
          minimum.history().size(),
          minimum.value(),
          minimum.end() == Lbfgs.End.ITERATIONS
              ? "raise maxIter"
              : "no step lowers the objective, which may have a kink here");
    }
    if (problem.learnsSlopes()) {
      model.setFitted(model.fittedSlopes(), problem.slopes(minimum.x()));
    }
    return label;
  }

  private static Lbfgs.Minimum minimize(
      LearningTask task, RowBlocks blocks, SupervisedProblem problem) {
    BatchNorm stage = task.stage();
    Lbfgs.Objective objective =
        (parameters, gradient) ->
            problem.objective(
                blocks.aggregate(
                    new SupervisedSums(problem),
                    (sums, block) -> sums.add(block, parameters),
                    SupervisedSums::merge),
                parameters,
                gradient);
    try {
      return new Lbfgs(stage.getMaxIter(), stage.getTol())
          .minimize(objective, problem.start(), task.progress()::iteration);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Supervised learning can't start with activation %s and loss %s: %s",
              stage.getActivation(),
              name(problem.loss()),
              e.getMessage()),
          e);
    }
  }

  private static SupervisedProblem problem(
      BatchNorm stage, int features, LabelStatistics labels, LabelColumn label) {
    Loss loss =
        stage.getLoss().equals(BatchNormParamSet.LOSS_AUTO)
            ? labels.loss()
            : Loss.valueOf(stage.getLoss().toUpperCase(Locale.ROOT));
    if (label.isText() && loss == Loss.LOGISTIC && label.classes().size() > 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Label column '%s' holds %d different texts, but loss=logistic needs two; set loss to auto or softmax.",
              label.name(),
              label.classes().size()));
    }
    int classes = loss == Loss.LOGISTIC ? 2 : LabelStatistics.MAX_CLASSES;
    if (loss != Loss.SQUARED) {
      double wrong = labels.largest() < classes ? labels.noClass() : labels.largest();
      if (!Double.isNaN(wrong)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Label column '%s' holds %s, but loss=%s needs %s.",
                label.name(),
                wrong,
                name(loss),
                loss == Loss.LOGISTIC
                    ? "0 or 1"
                    : String.format(
                        Locale.ROOT, "whole numbers 0 to K - 1, for at most %d classes", classes)));
      }
    }
    LabelScale scale = loss == Loss.SQUARED ? labels.standardization() : LabelScale.NONE;
    if (Double.isInfinite(scale.factor())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Label column '%s' holds different labels only in rows of less than 1e-307 of the weight, but loss=squared needs a variance of the label; change the weights.",
              label.name()));
    }
    return new SupervisedProblem(
        features,
        loss == Loss.SOFTMAX ? (int) labels.largest() + 1 : 1,
        stage.getActivation(),
        loss,
        scale,
        stage.getRegParam());
  }

  private static String name(Loss loss) {
    return loss.name().toLowerCase(Locale.ROOT);
  }
}
