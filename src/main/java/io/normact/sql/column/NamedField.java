package io.normact.sql.column;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * What features are read from: a column, or a field of a struct. A boolean is read as 0 and 1.
 *
 * @param field name, type and nullability, as it is read
 * @param column the column of a dataset
 */
public record NamedField(StructField field, Column column) {

  /** A field of a schema and the column that it is. */
  static NamedField of(StructField field, Column column) {
    return field.dataType() instanceof BooleanType
        ? new NamedField(
            new StructField(field.name(), DataTypes.DoubleType, field.nullable(), field.metadata()),
            column.cast(DataTypes.DoubleType))
        : new NamedField(field, column);
  }

  /** A field of this struct. */
  NamedField child(StructField child) {
    return of(below(field, child), column.getField(child.name()));
  }

  /** A field of a struct under its whole name. */
  static StructField below(StructField parent, StructField child) {
    return new StructField(
        parent.name() + "." + child.name(),
        child.dataType(),
        parent.nullable() || child.nullable(),
        child.metadata());
  }
}
