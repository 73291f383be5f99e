package io.normact.report;

import io.normact.math.ActivationFunction;
import io.normact.ml.Activation;
import io.normact.ml.BatchNormModel;
import io.normact.ml.FeatureInputs;
import io.normact.ml.HasFeatureColumns;
import io.normact.ml.KeyComparison;
import io.normact.report.PipelineReport.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The walk over the stages of a pipeline that a {@link PipelineReport} takes. Each stage is looked
 * at on the rows as the stages before it leave them.
 */
final class PipelineWalk {

  private static final ActivationFunction IDENTITY = ActivationFunction.parse("identity");

  private final Transformer[] stages;
  private final Optional<String> weight;
  private final List<Stage> reports = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  /** The rows as the stages so far leave them. */
  private Dataset<Row> reached;

  /** A walk, see {@link PipelineReport#of}. */
  PipelineWalk(PipelineModel pipeline, Dataset<?> data, Optional<String> weightCol) {
    stages = pipeline.stages();
    weight = weightCol.or(() -> weight(stages, data));
    reached = data.toDF();
  }

  /** Walks over the stages. */
  PipelineReport report() {
    int next = 0;
    while (next < stages.length) {
      int first = next;
      next += lookAt(first);
      for (int done = first; done < next && next < stages.length; done++) {
        reached = tolerant(stages[done]).transform(reached);
      }
    }
    if (reports.isEmpty()) {
      throw new UnsupportedOperationException(
          leftOut.isEmpty()
              ? String.format(
                  Locale.ROOT,
                  "No stage can be reported on, but one must be a batchNorm or an activation; they are %s.",
                  Arrays.stream(stages)
                      .map(stage -> stage.getClass().getSimpleName())
                      .collect(Collectors.joining(", ")))
              : String.join(" ", leftOut));
    }
    return new PipelineReport(reports, leftOut, List.of(), Map.of());
  }

  /** Looks at a stage, or at two that are one step, and says at how many. */
  private int lookAt(int index) {
    if (stages[index] instanceof BatchNormModel model) {
      Optional<String> following =
          index + 1 < stages.length ? joined(model, stages[index + 1]) : Optional.empty();
      lookAt(index, model, following);
      return following.isPresent() ? 2 : 1;
    }
    if (stages[index] instanceof Activation activation) {
      byFunction(activation).forEach(part -> lookAt(index, part));
    }
    return 1;
  }

  private void lookAt(int index, BatchNormModel model, Optional<String> following) {
    BatchNormModel whole =
        following.map(f -> model.copy(new ParamMap()).setActivation(f)).orElse(model);
    String name =
        following.isPresent()
            ? String.format(
                Locale.ROOT,
                "Stages %d and %d, batchNorm and activation (%s)",
                index + 1,
                index + 2,
                whole.getActivation())
            : name(index, "batchNorm", whole.getActivation());
    reports.add(
        KeyComparison.isKeyed(whole)
            ? byKey(name, whole, reached)
            : new Stage(name, ColumnReport.of(whole, reached)));
  }

  private void lookAt(int index, Activation activation) {
    Optional<String> reason = unfit(activation);
    if (reason.isPresent()) {
      leftOut.add(
          String.format(
              Locale.ROOT, "Stage %d, activation, is not looked at: %s.", index + 1, reason.get()));
    } else {
      reports.add(
          new Stage(
              name(index, "activation", function(activation)),
              report(activation, reached, weight)));
    }
  }

  /**
   * A report on a model with keys: on what its activation is given, which is normalised by key, and
   * on the keys. Invalid values come through, whatever the model does with them, to be counted.
   */
  private static Stage byKey(String name, BatchNormModel model, Dataset<Row> data) {
    BatchNormModel plain =
        KeyComparison.tolerant(model).setActivation(IDENTITY.toString()).setHandleInvalid("keep");
    Dataset<Row> normalized = plain.transform(data);
    List<String> outputs = FeatureInputs.outputs(plain);
    Optional<String> weight = FeatureInputs.weight(model, data).map(column -> model.getWeightCol());
    return new Stage(
        name,
        ReportPass.overColumns(
            normalized,
            outputs,
            FeatureInputs.functions(model),
            FeatureInputs.widths(model),
            ColumnReport.FLAT,
            weight,
            FeatureInputs.skipsInvalidRows(model)),
        Optional.of(KeyReport.of(model, data)));
  }

  private static String name(int index, String kind, ActivationFunction function) {
    return function.equals(IDENTITY)
        ? String.format(Locale.ROOT, "Stage %d, %s", index + 1, kind)
        : String.format(Locale.ROOT, "Stage %d, %s (%s)", index + 1, kind, function);
  }

  private static Optional<String> weight(Transformer[] stages, Dataset<?> data) {
    return Arrays.stream(stages)
        .filter(BatchNormModel.class::isInstance)
        .map(BatchNormModel.class::cast)
        .filter(model -> FeatureInputs.weight(model, data).isPresent())
        .map(BatchNormModel::getWeightCol)
        .findFirst();
  }

  /** The function of the stage behind a normalisation that has none, if it reads its outputs. */
  private static Optional<String> joined(BatchNormModel model, Transformer next) {
    return model.getActivation().equals(IDENTITY)
            && next instanceof Activation activation
            && activation.isSet(activation.function())
            && unfit(activation).isEmpty()
            && columns(activation, "inputCol").equals(columns(model, "outputCol"))
        ? Optional.of(activation.getFunction())
        : Optional.empty();
  }

  private static List<String> columns(HasFeatureColumns<?> stage, String one) {
    String many = one + "s";
    if (stage.isSet(stage.getParam(one))) {
      return List.of((String) stage.getOrDefault(stage.getParam(one)));
    }
    return stage.isSet(stage.getParam(many))
        ? List.of((String[]) stage.getOrDefault(stage.getParam(many)))
        : List.of();
  }

  /** A stage with a function for each column as stages of one function each; else the stage. */
  private static List<Activation> byFunction(Activation activation) {
    if (activation.isSet(activation.function())) {
      return List.of(activation);
    }
    List<String> inputs = columns(activation, "inputCol");
    List<String> outputs = columns(activation, "outputCol");
    Map<ActivationFunction, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      ActivationFunction function = ActivationFunction.parse(activation.getFunctions()[i]);
      places.computeIfAbsent(function, f -> new ArrayList<>()).add(i);
    }
    List<Activation> parts = new ArrayList<>();
    places.forEach(
        (function, of) ->
            parts.add(
                new Activation(activation.uid())
                    .setFunction(function)
                    .setOutput(activation.getOutput())
                    .setInputCols(of.stream().map(inputs::get).toArray(String[]::new))
                    .setOutputCols(of.stream().map(outputs::get).toArray(String[]::new))));
    return parts;
  }

  private static ActivationFunction function(Activation activation) {
    return ActivationFunction.parse(activation.getFunction());
  }

  private static ColumnReport report(
      Activation activation, Dataset<?> data, Optional<String> weightCol) {
    List<String> columns = columns(activation, "inputCol");
    return weightCol.isPresent()
        ? ColumnReport.of(data, columns, function(activation), ColumnReport.FLAT, weightCol.get())
        : ColumnReport.of(data, columns, function(activation));
  }

  /** Why a stage can't be looked at; empty if it can. */
  private static Optional<String> unfit(Activation activation) {
    if (!function(activation).elementwise()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%s has no slope for each column, since each output depends on all inputs",
              function(activation)));
    }
    return activation.getOutput().equals("value")
        ? Optional.empty()
        : Optional.of("it writes slopes, and a report is on values");
  }

  /** The stage, but for its refusing rows that a report counts. */
  private static Transformer tolerant(Transformer stage) {
    return stage instanceof BatchNormModel model ? KeyComparison.tolerant(model) : stage;
  }
}
