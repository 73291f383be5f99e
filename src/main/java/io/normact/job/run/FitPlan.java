package io.normact.job.run;

import io.normact.job.spec.JobSpec;
import io.normact.job.spec.Names;
import io.normact.job.spec.SpecException;
import io.normact.ml.BatchNorm;
import io.normact.ml.FeatureInputs;
import io.normact.sql.column.NamedFields;
import io.normact.text.Counted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The stages of a spec with the columns that they read and write in a given schema. Each stage
 * takes all its columns at once: a stage for each column would be a projection for each.
 *
 * @param stages the stages, ready to be fitted
 * @param choice the columns of the input that the first stage reads, and those that are left out
 * @param outputs the columns that the last stage writes
 */
record FitPlan(List<PipelineStage> stages, FeatureChoice choice, List<String> outputs) {

  private static final List<Class<? extends DataType>> LABELS =
      List.of(NumericType.class, BooleanType.class, StringType.class);

  /** The columns of the input that the first stage reads. */
  List<String> inputs() {
    return choice.features();
  }

  /**
   * Fits the spec to the schema.
   *
   * @throws SpecException if the schema lacks a column, or a column or param does not suit a stage
   */
  static FitPlan of(JobSpec spec, StructType schema) {
    if (spec.stages().isEmpty()) {
      throw new SpecException(
          "Key 'stages' is missing, but must be a list such as [batchNorm: {activation: sigmoid}].");
    }
    checkType(spec.label(), "label", spec, schema, LABELS, "numbers, booleans or texts");
    checkType(spec.weight(), "weight", spec, schema, List.of(NumericType.class), "numbers");
    FeatureChoice choice = FeatureChoice.of(spec, schema);
    List<String> inputs = choice.features();
    checkRoles(spec, schema, inputs);
    List<String> outputs = outputs(spec, schema, inputs);
    List<PipelineStage> stages = new ArrayList<>();
    List<String> current = inputs;
    Set<String> taken = Names.set(List.of(schema.fieldNames()));
    taken.addAll(outputs);
    StructType reached = schema;
    for (int i = 0; i < spec.stages().size(); i++) {
      JobSpec.Stage stage = spec.stages().get(i);
      List<String> next =
          i == spec.stages().size() - 1 ? outputs : between(current, stage.kind(), taken);
      set(stage.stage(), "inputCols", current.toArray(new String[0]));
      set(stage.stage(), "outputCols", next.toArray(new String[0]));
      spec.label().ifPresent(label -> set(stage.stage(), "labelCol", label));
      spec.weight().ifPresent(weight -> set(stage.stage(), "weightCol", weight));
      try {
        reached = stage.stage().transformSchema(reached);
      } catch (IllegalArgumentException | UnsupportedOperationException e) {
        throw SpecException.at(stage.key(), e);
      }
      stages.add(stage.stage());
      current = next;
    }
    return new FitPlan(stages, choice, outputs);
  }

  /** Has the fits of the stages, in their order, tell how they go on. */
  void listen(Progress progress) {
    List<BatchNorm> fits =
        stages.stream().filter(BatchNorm.class::isInstance).map(BatchNorm.class::cast).toList();
    for (int i = 0; i < fits.size(); i++) {
      fits.get(i).setProgress(progress.fit(i, fits.size()));
    }
  }

  /** The columns that are written of an input. */
  List<String> written(Dataset<Row> input, JobSpec.Output output) {
    Set<String> read = Names.set(output.keepInputs() ? List.of() : inputs());
    List<String> written = new ArrayList<>(List.of(input.columns()));
    written.removeIf(read::contains);
    written.addAll(output.columns().isEmpty() ? outputs : output.columns());
    return written;
  }

  /** A column has one role. A label among the features would give itself away. */
  private static void checkRoles(JobSpec spec, StructType schema, List<String> inputs) {
    if (spec.label().isPresent()
        && spec.weight().isPresent()
        && Names.same(spec.label().get(), spec.weight().get())) {
      throw SpecException.of(
          "Key 'weight' is '%s', which is the label as well; choose another column.",
          spec.weight().get());
    }
    Set<String> features = Names.set(List.of());
    NamedFields named = new NamedFields(schema);
    for (String input : inputs) {
      named.find(input).forEach(found -> features.addAll(FeatureInputs.namesIn(found.field())));
    }
    if (spec.label().isPresent() && features.contains(spec.label().get()) && isSupervised(spec)) {
      throw SpecException.of(
          "Key 'features' holds the label '%s', from which supervised learning would read off what it is to learn; leave it out.",
          spec.label().get());
    }
    if (spec.weight().isPresent() && features.contains(spec.weight().get())) {
      throw SpecException.of(
          "Key 'features' holds the weight '%s', but a column is one or the other; leave it out.",
          spec.weight().get());
    }
  }

  private static boolean isSupervised(JobSpec spec) {
    return spec.stages().stream()
        .anyMatch(
            stage ->
                stage.stage() instanceof BatchNorm norm && norm.getLearn().equals("supervised"));
  }

  private static void checkType(
      Optional<String> column,
      String key,
      JobSpec spec,
      StructType schema,
      List<Class<? extends DataType>> types,
      String expected) {
    if (column.isPresent()) {
      Map<String, StructField> fields = Names.fields(schema);
      StructField field = fields.get(column.get());
      if (field == null) {
        throw SpecException.of(
            "Key '%s' names column '%s', which the input does not have%s",
            key,
            column.get(),
            CsvColumns.missing(column.get(), spec.input(), schema, fields.keySet()));
      }
      if (types.stream().noneMatch(type -> type.isInstance(field.dataType()))) {
        throw SpecException.of(
            "Key '%s' names column '%s' of type %s, but must name a column of %s%s",
            key,
            field.name(),
            field.dataType().catalogString(),
            expected,
            CsvColumns.noNumbers(field.dataType(), spec.input(), schema));
      }
    }
  }

  private static List<String> outputs(JobSpec spec, StructType schema, List<String> inputs) {
    List<String> named = spec.output().map(JobSpec.Output::columns).orElse(List.of());
    if (!named.isEmpty() && named.size() != inputs.size()) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key 'output.columns' has %s for %s; name each or none.",
              Counted.of(named.size(), "name"),
              Counted.of(inputs.size(), "feature")));
    }
    String last = spec.stages().get(spec.stages().size() - 1).kind();
    List<String> outputs =
        named.isEmpty() ? inputs.stream().map(input -> input + "_" + last).toList() : named;
    Set<String> taken = Names.set(List.of(schema.fieldNames()));
    boolean freed = spec.output().filter(output -> !output.keepInputs()).isPresent();
    if (freed) {
      taken.removeAll(Names.set(inputs));
    }
    for (String output : outputs) {
      if (!taken.add(output)) {
        throw SpecException.of(
            "Key 'output.columns' %s '%s', but a column of this name exists already; choose another.",
            named.isEmpty() ? "is not set and gives" : "has", output);
      }
    }
    return freed ? apart(outputs, schema, inputs, last) : outputs;
  }

  /**
   * A stage adds columns and replaces none. So an output that is to have its input's name has
   * another one until it is written.
   */
  private static List<String> apart(
      List<String> outputs, StructType schema, List<String> inputs, String kind) {
    Set<String> taken = Names.set(List.of(schema.fieldNames()));
    List<String> apart = new ArrayList<>(outputs);
    Set<String> others = Names.set(List.of(schema.fieldNames()));
    others.addAll(outputs);
    for (int i = 0; i < apart.size(); i++) {
      if (taken.contains(apart.get(i))) {
        apart.set(i, between(List.of(inputs.get(i)), kind, others).get(0));
      }
    }
    return apart;
  }

  /** Names for columns between two stages, which nobody sees. */
  private static List<String> between(List<String> current, String kind, Set<String> taken) {
    List<String> names = new ArrayList<>();
    for (String column : current) {
      String name = column + "_" + kind;
      while (!taken.add(name)) {
        name += "_";
      }
      names.add(name);
    }
    return names;
  }

  /** Sets a param if the stage has it; not every stage wants a label or weights. */
  private static void set(PipelineStage stage, String param, Object value) {
    if (stage.hasParam(param)) {
      stage.set(stage.getParam(param), value);
    }
  }
}
