package io.normact.ml;

import io.normact.math.ActivationFunction;
import io.normact.math.histogram.ValueHistogram;
import io.normact.math.row.Activations;
import io.normact.math.row.FeatureFunction;
import io.normact.math.row.FeatureNames;
import io.normact.math.row.Normalization;
import io.normact.sql.column.ColumnKind;
import io.normact.sql.column.ColumnNames;
import io.normact.sql.column.FeatureLayout;
import io.normact.sql.column.NamedField;
import io.normact.sql.pass.FeatureSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructField;

/**
 * The columns of a dataset from which features are read. The report uses it, which looks at
 * features and does not transform them.
 *
 * @param sources the columns, as a pass over the rows reads them
 * @param fields the same columns in the schema
 */
public record FeatureInputs(List<FeatureSource> sources, List<StructField> fields) {

  private static final FeatureFunction IDENTITY =
      Activations.values(ActivationFunction.parse("identity"));

  /**
   * The columns of these names.
   *
   * @param data the dataset
   * @param columns names, by the session's rule for upper and lower case
   * @return the columns in this order
   * @throws IllegalArgumentException if there are none, or one is missing, ambiguous or of a type
   *     that holds no features
   */
  public static FeatureInputs of(Dataset<?> data, List<String> columns) {
    Expect.dataset(data);
    if (Expect.given(columns, "columns", "names of columns").isEmpty()) {
      throw new IllegalArgumentException(
          "No column is named, but there must be at least one to look at.");
    }
    List<FeatureSource> sources = new ArrayList<>();
    List<StructField> fields = new ArrayList<>();
    for (String column : columns) {
      NamedField input = FeatureColumn.input(data.schema(), column);
      StructField field = input.field();
      sources.add(new FeatureSource(field.name(), FeatureColumn.kind(field), input.column()));
      fields.add(field);
    }
    return new FeatureInputs(List.copyOf(sources), List.copyOf(fields));
  }

  /**
   * The input columns of a model; its output columns don't matter here.
   *
   * @param model the model
   * @param data the dataset
   * @return the columns in the model's order
   * @throws IllegalArgumentException as {@link #of(Dataset, List)}
   */
  public static FeatureInputs of(BatchNormModel model, Dataset<?> data) {
    return of(data, List.of(FeatureColumn.inputs(model)));
  }

  /**
   * The output columns of a model.
   *
   * @param model the model
   * @return their names, in the model's order
   */
  public static List<String> outputs(BatchNormModel model) {
    return List.of(FeatureColumn.outputs(model, FeatureColumn.inputs(model)));
  }

  /**
   * The column of row weights that the model was fitted with. A model may be applied to data
   * without it.
   *
   * @param model the model
   * @param data the dataset
   * @return the column; empty if the model has none or the data don't have it
   */
  public static Optional<Column> weight(BatchNormModel model, Dataset<?> data) {
    return model.isSet(model.weightCol()) && has(data, model.getWeightCol())
        ? Optional.of(weight(data, model.getWeightCol()))
        : Optional.empty();
  }

  /**
   * The column of row weights of this name.
   *
   * @param data the dataset
   * @param name the column's name
   * @return the column
   * @throws IllegalArgumentException if it is missing, ambiguous or no number
   */
  public static Column weight(Dataset<?> data, String name) {
    return FeatureColumn.weight(data.schema(), name);
  }

  /** {@return how the columns hold the features} */
  public FeatureLayout layout() {
    return FeatureLayout.of(sources.stream().map(FeatureSource::kind).toList());
  }

  /**
   * Looks for a column.
   *
   * @param data the dataset
   * @param name a name, by the session's rule for upper and lower case
   * @return whether a column of this name is there
   */
  public static boolean has(Dataset<?> data, String name) {
    return Arrays.stream(data.columns())
        .anyMatch(column -> ColumnNames.order().compare(column, name) == 0);
  }

  /**
   * Tells what a model does with invalid rows.
   *
   * @param model the model
   * @return whether rows with a null, NaN or infinite feature are dropped
   */
  public static boolean skipsInvalidRows(BatchNormModel model) {
    return InvalidValues.of(model.getHandleInvalid()) == InvalidValues.SKIP;
  }

  /**
   * The names of what an input column holds, by Spark's rule for case. They are the column's own
   * name and, for a vector, the names of the columns that it was assembled of, as far as its
   * metadata tell.
   *
   * @param field the column
   * @return the names
   */
  public static Set<String> namesIn(StructField field) {
    Set<String> names = new TreeSet<>(ColumnNames.order());
    names.add(field.name());
    if (field.dataType().equals(SQLDataTypes.VectorType())) {
      AttributeGroup group = AttributeGroup.fromStructField(field);
      if (group.attributes().isDefined()) {
        for (Attribute part : group.attributes().get()) {
          if (part.name().isDefined()) {
            names.add(part.name().get());
          }
        }
      }
    }
    return names;
  }

  /**
   * Tells the widths of a model's input columns.
   *
   * @param model the model
   * @return how many features it was fitted on in each
   */
  public static int[] widths(BatchNormModel model) {
    return model.widths(FeatureColumn.inputs(model).length);
  }

  /**
   * The histograms of what a model was fitted on.
   *
   * @param model the model
   * @return one for each feature; none where the model has not kept them
   */
  public static List<ValueHistogram> histograms(BatchNormModel model) {
    return FittedHistograms.of(model);
  }

  /**
   * A model without its activation and without clipping.
   *
   * @param model the model
   * @return {@code gamma * (x - mean) / sqrt(variance + epsilon) + beta}
   */
  public static Normalization affine(BatchNormModel model) {
    return new FittedNormalization(model).unclippedBefore(IDENTITY);
  }

  /**
   * A model without its activation.
   *
   * @param model the model
   * @return {@link #affine}, clipped if the model clips; it gives what the activation is given
   */
  public static Normalization normalization(BatchNormModel model) {
    if (model.isSet(model.fittedParams().keyStatistics)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Model %s has statistics by key, but a report looks at one for all rows; use a KeyReport, or a PipelineReport of the model in a pipeline.",
              model.uid()));
    }
    return new FittedNormalization(model).before(IDENTITY);
  }

  /**
   * A model's activation.
   *
   * @param model the model
   * @return one function for all features, or one for each where its slopes are learned
   */
  public static ActivationFunction[] functions(BatchNormModel model) {
    return new FittedNormalization(model).activations();
  }

  /**
   * The names of the features. A feature has the name of its column. Where the column holds several
   * features the position is added: {@code features[2]}. If the metadata of a vector name the
   * feature, that name stands instead of the position: {@code features[radius]}.
   *
   * @param widths how many features each column holds
   * @return a name for each feature
   */
  public List<String> names(int[] widths) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      StructField field = fields.get(i);
      List<String> plain = FeatureNames.of(field.name(), widths[i]);
      AttributeGroup group =
          sources.get(i).kind() == ColumnKind.VECTOR ? AttributeGroup.fromStructField(field) : null;
      boolean named = group != null && group.size() == widths[i] && group.attributes().isDefined();
      for (int j = 0; j < widths[i]; j++) {
        boolean hasName = named && group.getAttr(j).name().isDefined();
        names.add(
            hasName
                ? String.format(Locale.ROOT, "%s[%s]", field.name(), group.getAttr(j).name().get())
                : plain.get(j));
      }
    }
    return names;
  }
}
