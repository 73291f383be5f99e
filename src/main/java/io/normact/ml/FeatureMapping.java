package io.normact.ml;

import io.normact.math.FeatureFunction;
import io.normact.sql.ColumnKind;
import io.normact.sql.FeatureColumns;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * One column of a stage, and the function that makes its output. The schema of a projection and the
 * projection itself both come from here, so that they can't differ.
 *
 * @param column the input and output column
 * @param function what is applied to every row
 * @param feature the number of the function's feature that a scalar column holds
 */
record FeatureMapping(FeatureColumn column, FeatureFunction function, int feature) {

  /**
   * Mappings of these columns by one function of all their features.
   *
   * @param widths how many of the function's features each column holds
   */
  static List<FeatureMapping> perColumn(
      List<FeatureColumn> columns, int[] widths, FeatureFunction all) {
    if (widths.length != columns.size()) {
      throw new IllegalArgumentException(
          "The stage was fitted on %d columns, but has %d input columns."
              .formatted(widths.length, columns.size()));
    }
    List<FeatureMapping> mappings = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < widths.length; i++) {
      FeatureColumn column = columns.get(i);
      if (column.kind().isScalar()) {
        column.checkWidth(widths[i]);
        mappings.add(new FeatureMapping(column, all, from));
      } else {
        mappings.add(new FeatureMapping(column, all.slice(from, widths[i]), 0));
      }
      from += widths[i];
    }
    return mappings;
  }

  /** All input columns, then the output columns, in one projection. */
  static Dataset<Row> project(
      Dataset<?> data, List<FeatureMapping> mappings, InvalidValues invalid) {
    Dataset<Row> rows = invalid.rows(data, mappings.stream().map(FeatureMapping::column).toList());
    List<Column> columns = new ArrayList<>();
    columns.add(functions.col("*"));
    for (FeatureMapping mapping : mappings) {
      FeatureColumn column = mapping.column;
      String name = column.field().name();
      Column output =
          FeatureColumns.apply(
              invalid.guard(mapping.function, name),
              mapping.feature,
              column.in(rows),
              column.field());
      columns.add(output.as(column.output(), mapping.metadata()));
    }
    return rows.select(columns.toArray(new Column[0]));
  }

  /** The schema of {@link #project}. */
  static StructType schema(StructType input, List<FeatureMapping> mappings) {
    List<StructField> fields = new ArrayList<>(List.of(input.fields()));
    for (FeatureMapping mapping : mappings) {
      StructField field = mapping.column.field();
      fields.add(
          new StructField(
              mapping.column.output(),
              mapping.column.kind().computedType(field.dataType()),
              field.nullable(),
              mapping.metadata()));
    }
    return new StructType(fields.toArray(new StructField[0]));
  }

  /** A vector's size and its elements' names, where the function or the input's metadata know. */
  private Metadata metadata() {
    if (column.kind() != ColumnKind.VECTOR) {
      return Metadata.empty();
    }
    AttributeGroup input = AttributeGroup.fromStructField(column.field());
    int size = function.features() == FeatureFunction.ANY ? input.size() : function.features();
    if (size < 0) {
      return Metadata.empty();
    }
    AttributeGroup output = new AttributeGroup(column.output(), size);
    if (input.size() == size && input.attributes().isDefined()) {
      Attribute[] named = new Attribute[size];
      for (int i = 0; i < size; i++) {
        NumericAttribute attribute = NumericAttribute.defaultAttr();
        named[i] =
            input.getAttr(i).name().isDefined()
                ? attribute.withName(input.getAttr(i).name().get())
                : attribute;
      }
      output = new AttributeGroup(column.output(), named);
    }
    return output.toMetadata();
  }
}
