package io.normact.job.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * A stage of a spec. Which params there are, their types and what they may be, is what the stage
 * itself says of its params.
 */
final class StageSpec {

  private static final Map<String, Supplier<PipelineStage>> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("batchNorm", StageSpec::batchNorm);
    KINDS.put("activation", Activation::new);
  }

  /**
   * Params that a stage's entry in the spec can't set: the spec's other keys do, or normact does.
   */
  private static final Set<String> NOT_HERE =
      Set.of(
          "inputCol",
          "inputCols",
          "outputCol",
          "outputCols",
          "labelCol",
          "weightCol",
          "formatVersion");

  private StageSpec() {}

  /** What a nightly job says of drift is worth more than the time that histograms take. */
  private static BatchNorm batchNorm() {
    BatchNorm stage = new BatchNorm();
    stage.setDefault(stage.histogram(), true);
    return stage;
  }

  /** The kinds of stage, each with a stage of its own whose params say what may be set. */
  static Map<String, PipelineStage> kinds() {
    Map<String, PipelineStage> stages = new LinkedHashMap<>();
    KINDS.forEach((kind, stage) -> stages.put(kind, stage.get()));
    return stages;
  }

  /** The params that a spec can set. */
  static List<Param<?>> params(PipelineStage stage) {
    return Arrays.<Param<?>>stream(stage.params())
        .filter(param -> !NOT_HERE.contains(param.name()))
        .toList();
  }

  /** Whether a stage may be written as its function alone. */
  static boolean isFunctionAlone(PipelineStage stage) {
    return stage instanceof Activation;
  }

  /** Reads {@code kind: {param: value, ...}}, or the kind alone. */
  static JobSpec.Stage parse(SpecNode element) {
    List<String> kinds = List.copyOf(KINDS.keySet());
    JsonNode value = element.value();
    if (value.isTextual()) {
      value = JsonNodeFactory.instance.objectNode().set(value.textValue(), null);
    }
    SpecNode node = new SpecNode(element.key(), value);
    if (!value.isObject() || value.size() != 1) {
      throw element.wrong(
          "one stage, such as batchNorm: {epsilon: 0} or activation: {function: sigmoid}");
    }
    String kind = node.mapping(kinds).value().fieldNames().next();
    PipelineStage stage = KINDS.get(kind).get();
    node.get(kind).ifPresent(params -> setParams(stage, params));
    return new JobSpec.Stage(kind, node.child(kind), stage);
  }

  private static void setParams(PipelineStage stage, SpecNode params) {
    if (stage instanceof Activation activation && params.value().isTextual()) {
      set(stage, activation.function(), params);
      return;
    }
    List<String> names = params(stage).stream().map(Param::name).toList();
    if (!params.value().isObject()) {
      throw params.wrong("a mapping of params such as " + String.join(", ", names));
    }
    params
        .value()
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (NOT_HERE.contains(name)) {
                throw new SpecException(
                    String.format(
                        Locale.ROOT,
                        "Key '%s' is not set on a stage: the keys features, label, weight and output.columns name the columns.",
                        params.child(name)));
              }
              if (!names.contains(name)) {
                throw params.unknown(name, names);
              }
              params.get(name).ifPresent(value -> set(stage, stage.getParam(name), value));
            });
  }

  @SuppressWarnings("unchecked")
  private static void set(PipelineStage stage, Param<?> param, SpecNode node) {
    Object value = value(param, node);
    try {
      stage.set((Param<Object>) param, value);
    } catch (IllegalArgumentException e) {
      throw SpecException.at(node.key(), e);
    }
  }

  private static Object value(Param<?> param, SpecNode node) {
    if (param instanceof DoubleParam) {
      return node.number();
    }
    if (param instanceof IntParam) {
      return intValue(node);
    }
    if (param instanceof LongParam) {
      return node.integer();
    }
    if (param instanceof BooleanParam) {
      return node.flag();
    }
    if (param instanceof DoubleArrayParam) {
      return node.elements("a list of numbers").stream().mapToDouble(SpecNode::number).toArray();
    }
    if (param instanceof StringArrayParam) {
      return node.texts("a list of texts").toArray(new String[0]);
    }
    return node.text("a text: " + param.doc());
  }

  private static int intValue(SpecNode node) {
    long value = node.integer();
    if (value != (int) value) {
      throw node.wrong("an integer from -2147483648 to 2147483647");
    }
    return (int) value;
  }
}
