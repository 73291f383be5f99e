package io.normact.ml;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.catalyst.FeatureBlock;
import io.normact.sql.catalyst.FeatureProjection;
import io.normact.sql.column.ColumnKind;
import io.normact.sql.column.FeatureLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Columns of a stage, and the function that makes their outputs: one vector or array column, or
 * scalar columns that hold a feature each. The schema of a projection and the projection itself
 * both come from here, so that they can't differ.
 *
 * @param columns the input and output columns
 * @param function what is applied to every row
 */
record FeatureMapping(List<FeatureColumn> columns, FeatureFunction function) {

  /**
   * Mappings of these columns by one function of all their features; scalars side by side share
   * one.
   *
   * @param widths how many of the function's features each column holds
   * @param invalid what null, NaN and infinity meet
   */
  static List<FeatureMapping> of(
      List<FeatureColumn> columns, int[] widths, FeatureFunction all, InvalidValues invalid) {
    if (widths.length != columns.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The stage was fitted on %d columns, but has %d input columns.",
              widths.length,
              columns.size()));
    }
    FeatureLayout layout = FeatureColumn.layout(columns);
    int[] partWidths = layout.partWidths(widths);
    List<FeatureMapping> mappings = new ArrayList<>();
    int feature = 0;
    for (int p = 0; p < partWidths.length; p++) {
      FeatureLayout.Part part = layout.parts().get(p);
      for (int i = part.start(); part.scalar() && i < part.end(); i++) {
        columns.get(i).checkWidth(widths[i]);
      }
      List<FeatureColumn> own = List.copyOf(part.of(columns));
      FeatureFunction slice = all.slice(feature, partWidths[p]);
      mappings.add(new FeatureMapping(own, invalid.guard(slice, own)));
      feature += partWidths[p];
    }
    return mappings;
  }

  /** All input columns, then the output columns. */
  static Dataset<Row> project(
      Dataset<?> data, List<FeatureMapping> mappings, InvalidValues invalid) {
    List<FeatureColumn> columns =
        mappings.stream().map(FeatureMapping::columns).flatMap(Collection::stream).toList();
    Dataset<Row> rows = invalid.rows(data, columns);
    return FeatureProjection.of(rows, mappings.stream().map(FeatureMapping::block).toList());
  }

  /** The schema of {@link #project}. */
  static StructType schema(StructType input, List<FeatureMapping> mappings) {
    List<StructField> fields = new ArrayList<>(List.of(input.fields()));
    for (FeatureMapping mapping : mappings) {
      for (int j = 0; j < mapping.columns.size(); j++) {
        fields.add(mapping.output(j));
      }
    }
    return new StructType(fields.toArray(new StructField[0]));
  }

  private FeatureBlock block() {
    return new FeatureBlock(
        function,
        IntStream.range(0, columns.size())
            .mapToObj(
                j -> {
                  FeatureColumn column = columns.get(j);
                  return new FeatureBlock.Output(column.in(), column.field(), output(j));
                })
            .toList());
  }

  private StructField output(int j) {
    FeatureColumn column = columns.get(j);
    return new StructField(
        column.output(),
        column.kind().computedType(column.field().dataType()),
        column.field().nullable() && function.nullGivesNull(j),
        metadata(column));
  }

  /** A vector's size and its elements' names, where the function or the input's metadata know. */
  private Metadata metadata(FeatureColumn column) {
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
