package io.normact.ml;

import io.normact.math.ActivationFunction;
import io.normact.sql.column.ColumnKind;
import io.normact.sql.column.ColumnNames;
import io.normact.sql.column.FeatureLayout;
import io.normact.sql.column.NamedField;
import io.normact.sql.column.NamedFields;
import io.normact.text.Counted;
import io.normact.text.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * An input column that a stage found in a schema, with the output column that it makes of it.
 *
 * @param field the input's name, type and nullability, as features are read from it
 * @param in the input as a column of a dataset
 * @param kind how features are read from it
 * @param output the output's name
 */
record FeatureColumn(StructField field, Column in, ColumnKind kind, String output) {

  /** What is put behind an input's name for the column that says where it is invalid. */
  private static final String INDICATOR = "_invalid";

  /**
   * The columns that the stage's params name, checked against the schema. One column is named, or
   * several, but not both. There are as many outputs as inputs. Inputs are there and of a kind that
   * holds features. Outputs are new and differ.
   */
  static List<FeatureColumn> resolve(HasFeatureColumns<?> stage, StructType schema) {
    String[] inputs = inputs(stage);
    String[] outputs = outputs(stage, inputs);
    List<FeatureColumn> columns = new ArrayList<>();
    Comparator<String> order = ColumnNames.order();
    NamedFields fields = new NamedFields(schema);
    Set<String> taken = new TreeSet<>(order);
    taken.addAll(List.of(schema.fieldNames()));
    for (int i = 0; i < inputs.length; i++) {
      NamedField input = only(fields.find(inputs[i]), inputs[i], schema);
      String output = outputs[i];
      if (!taken.add(output)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "Output column '%s' already exists; choose a new name.", output));
      }
      columns.add(new FeatureColumn(input.field(), input.column(), kind(input.field()), output));
    }
    return columns;
  }

  /** The same columns with outputs that say where they are invalid, named for the inputs. */
  static List<FeatureColumn> indicators(List<FeatureColumn> columns, StructType schema) {
    Set<String> taken = new TreeSet<>(ColumnNames.order());
    taken.addAll(List.of(schema.fieldNames()));
    columns.forEach(column -> taken.add(column.output));
    List<FeatureColumn> indicators = new ArrayList<>();
    for (FeatureColumn column : columns) {
      String name = column.field.name() + INDICATOR;
      if (!taken.add(name)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Indicator column '%s' already exists; rename what is there, or set invalidIndicator to false.",
                name));
      }
      indicators.add(new FeatureColumn(column.field, column.in, column.kind, name));
    }
    return indicators;
  }

  /** How the columns hold the stage's features. */
  static FeatureLayout layout(List<FeatureColumn> columns) {
    return FeatureLayout.of(columns.stream().map(FeatureColumn::kind).toList());
  }

  /** How features are read from a field. */
  static ColumnKind kind(StructField field) {
    if (field.dataType() instanceof org.apache.spark.mllib.linalg.VectorUDT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column '%s' holds vectors of the old org.apache.spark.mllib.linalg, but must hold those of org.apache.spark.ml.linalg; convert it by MLUtils.convertVectorColumnsToML(dataset, \"%s\").",
              field.name(),
              field.name()));
    }
    return ColumnKind.of(field.dataType())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.format(
                        Locale.ROOT,
                        "Column '%s' is of type %s, but must be %s.",
                        field.name(),
                        field.dataType().catalogString(),
                        ColumnKind.ACCEPTED)));
  }

  /** The names of the input columns, from whichever of the two params is set. */
  static String[] inputs(HasFeatureColumns<?> stage) {
    boolean one = stage.isSet(stage.inputCol());
    boolean many = stage.isSet(stage.inputCols());
    if (one == many) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage %s must have either inputCol or inputCols set, but has %s.",
              stage.uid(),
              one ? "both" : "neither"));
    }
    String[] inputs = one ? new String[] {stage.getInputCol()} : stage.getInputCols();
    if (inputs.length == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Param inputCols of stage %s is empty, but must name at least one column.",
              stage.uid()));
    }
    return inputs;
  }

  /** The names of the output columns that belong to these inputs. */
  static String[] outputs(HasFeatureColumns<?> stage, String[] inputs) {
    boolean one = stage.isSet(stage.inputCol());
    String expected = one ? "outputCol" : "outputCols";
    String other = one ? "outputCols" : "outputCol";
    if (stage.isSet(stage.getParam(other)) || !stage.isSet(stage.getParam(expected))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage %s has %s set, so it must have %s set and %s not.",
              stage.uid(),
              one ? "inputCol" : "inputCols",
              expected,
              other));
    }
    String[] outputs = one ? new String[] {stage.getOutputCol()} : stage.getOutputCols();
    if (outputs.length != inputs.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage %s has %s, but %s; it needs one for each.",
              stage.uid(),
              Counted.of(inputs.length, "input column"),
              Counted.of(outputs.length, "output column")));
    }
    return outputs;
  }

  /** What features are read from by this name. */
  static NamedField input(StructType schema, String name) {
    return only(new NamedFields(schema).find(name), name, schema);
  }

  /** The field of this name, by Spark's rule for upper and lower case. */
  static StructField field(StructType schema, String name) {
    Comparator<String> order = ColumnNames.order();
    return only(
        Arrays.stream(schema.fields()).filter(f -> order.compare(f.name(), name) == 0).toList(),
        name,
        schema);
  }

  /**
   * The column of row weights of this name.
   *
   * @throws IllegalArgumentException if it is missing, ambiguous or no number
   */
  static Column weight(StructType schema, String name) {
    StructField weight = field(schema, name);
    if (!(weight.dataType() instanceof NumericType)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Weight column '%s' is of type %s, but must be a number.",
              weight.name(),
              weight.dataType().catalogString()));
    }
    return in(weight);
  }

  private static <T> T only(List<T> found, String name, StructType schema) {
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column '%s' does not exist%s",
              name,
              NearestName.suggestion(name, NamedFields.names(schema))));
    }
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column '%s' is ambiguous: the input has %d columns of this name.",
              name,
              found.size()));
    }
    return found.get(0);
  }

  /** Checks that a function of a whole vector does not meet a scalar. */
  void checkHolds(ActivationFunction function) {
    if (!function.elementwise() && kind.isScalar()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Function '%s' works across a whole vector, but column '%s' holds one number a row; assemble a vector first.",
              function,
              field.name()));
    }
  }

  /** How many features the column holds, as far as the schema says; below 0 if it does not. */
  int width() {
    return kind == ColumnKind.VECTOR
        ? AttributeGroup.fromStructField(field).size()
        : kind.isScalar() ? 1 : -1;
  }

  /** Checks that this scalar column stands where the model was fitted on one feature. */
  void checkWidth(int fitted) {
    if (fitted != 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column '%s' holds one number a row, but the model was fitted on %d features there.",
              field.name(),
              fitted));
    }
  }

  /** A field as a column of a dataset; its name may hold dots and backticks. */
  static Column in(StructField field) {
    return ColumnNames.column(field.name());
  }
}
