package io.normact.sql.pass;

import io.normact.sql.column.ColumnKind;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/**
 * A column to read features from.
 *
 * @param name the name that messages use
 * @param kind how features are read from it
 * @param column the column itself
 */
public record FeatureSource(String name, ColumnKind kind, Column column) {

  /** The column in the form that {@link FeatureReader} reads. */
  Column readable() {
    return switch (kind) {
      case DOUBLE, FLOAT -> column.cast(DataTypes.DoubleType);
      case DOUBLE_ARRAY -> column.cast(DataTypes.createArrayType(DataTypes.DoubleType));
      case VECTOR, FLOAT_ARRAY -> column;
    };
  }
}
