package io.normact.job.run;

import io.normact.job.output.PipelineColumns;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.Names;
import io.normact.job.spec.SpecException;
import io.normact.math.ActivationFunction;
import io.normact.ml.Activation;
import io.normact.ml.BatchNormModel;
import io.normact.text.NameList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;

/**
 * What a spec says of stages that were fitted before. A model does what it was fitted to do, so a
 * spec may only say the same; what invalid values meet may be chosen anew.
 */
final class FittedStages {

  private static final String HANDLE_INVALID = "handleInvalid";

  /** Params whose values are functions, of which one can be spelt in many ways. */
  private static final Set<String> FUNCTIONS = Set.of("activation", "function", "functions");

  /** Given numbers from which learning starts; the model holds what it came to. */
  private static final Set<String> STARTS = Set.of("gamma", "beta");

  private final JobSpec spec;
  private final Transformer[] stages;
  private final String path;

  private FittedStages(JobSpec spec, PipelineModel model, String path) {
    this.spec = spec;
    this.path = path;
    stages = model.stages();
  }

  /**
   * Sets {@code handleInvalid} as the spec has it, and compares the rest.
   *
   * @throws SpecException if the spec says something else than the model
   */
  static void apply(JobSpec spec, PipelineModel model, String path) {
    FittedStages fitted = new FittedStages(spec, model, path);
    fitted.checkKinds();
    for (int i = 0; i < spec.stages().size(); i++) {
      fitted.apply(spec.stages().get(i), model.stages()[i]);
    }
    fitted.checkColumns();
  }

  /** A stage's name in specs, or its class if it has none. */
  static String kind(Transformer stage) {
    return stage instanceof BatchNormModel
        ? "batchNorm"
        : stage instanceof Activation ? "activation" : stage.getClass().getSimpleName();
  }

  private void checkKinds() {
    List<String> told = spec.stages().stream().map(JobSpec.Stage::kind).toList();
    List<String> fitted = Arrays.stream(stages).map(FittedStages::kind).toList();
    if (!told.isEmpty() && !told.equals(fitted)) {
      throw differs("stages", NameList.of(told), NameList.of(fitted));
    }
  }

  private void apply(JobSpec.Stage told, Transformer fitted) {
    for (Param<?> param : told.stage().params()) {
      String name = param.name();
      if (!told.stage().isSet(param) || name.matches(".*Cols?") || !fitted.hasParam(name)) {
        continue;
      }
      Object value = told.stage().getOrDefault(param);
      if (name.equals(HANDLE_INVALID)) {
        set(fitted, name, value);
      } else if (!(STARTS.contains(name) && learned(fitted))) {
        compare(told.key() + "." + name, name, value, fitted);
      }
    }
  }

  private static boolean learned(Transformer fitted) {
    return fitted instanceof BatchNormModel model && !model.getLearn().equals("none");
  }

  private void compare(String key, String name, Object told, Transformer stage) {
    Object fitted = value(stage, name).orElse(null);
    if (!Objects.deepEquals(comparable(name, told), comparable(name, fitted))) {
      throw differs(
          key, "'" + shown(told) + "'", fitted == null ? "nothing" : "'" + shown(fitted) + "'");
    }
  }

  /** A column is that of the model if the model has one. */
  private void checkColumns() {
    for (Transformer stage : stages) {
      checkColumn("label", spec.label(), value(stage, "labelCol"));
      checkColumn("weight", spec.weight(), value(stage, "weightCol"));
    }
    List<String> inputs = PipelineColumns.of(stages).inputs();
    // Which columns patterns meant is what the model knows.
    List<String> told = spec.features().names();
    if (!told.isEmpty() && !Names.set(told).equals(Names.set(inputs))) {
      throw differs("features", NameList.of(told), NameList.of(inputs));
    }
  }

  private void checkColumn(String key, Optional<String> told, Optional<Object> fitted) {
    if (told.isPresent() && fitted.isPresent() && !Names.same(told.get(), (String) fitted.get())) {
      throw differs(key, "'" + told.get() + "'", "'" + fitted.get() + "'");
    }
  }

  private SpecException differs(String key, String told, String fitted) {
    return SpecException.of(
        "Key '%s' is %s, but the model at '%s' was fitted with %s; leave the key out, or fit again.",
        key, told, path, fitted);
  }

  private static Optional<Object> value(PipelineStage stage, String name) {
    return stage.hasParam(name) && stage.isDefined(stage.getParam(name))
        ? Optional.of(stage.getOrDefault(stage.getParam(name)))
        : Optional.empty();
  }

  private static void set(PipelineStage stage, String name, Object value) {
    stage.set(stage.getParam(name), value);
  }

  private static Object comparable(String name, Object value) {
    if (!FUNCTIONS.contains(name) || value == null) {
      return value;
    }
    return value instanceof String[] texts
        ? Arrays.stream(texts).map(FittedStages::canonical).toArray()
        : canonical((String) value);
  }

  private static String canonical(String function) {
    return ActivationFunction.parse(function).toString();
  }

  /** A value as a spec has it. */
  static String shown(Object value) {
    if (value instanceof double[] numbers) {
      return Arrays.toString(numbers);
    }
    return value instanceof Object[] values
        ? Arrays.toString(values)
        : String.format(Locale.ROOT, "%s", value);
  }
}
