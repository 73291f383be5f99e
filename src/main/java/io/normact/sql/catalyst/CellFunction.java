package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.ColumnKind;
import java.io.Serializable;
import java.util.Locale;

/**
 * A {@link FeatureFunction} of a column that holds a row of features, as it travels to the tasks,
 * each of which makes a {@link CellMapper} of it. Generated code calls it, so it is public; it is
 * no interface for users.
 *
 * @param kind the kind of the column
 * @param function the function
 * @param column the column's name, for messages
 */
public record CellFunction(ColumnKind kind, FeatureFunction function, String column)
    implements Serializable {

  /** A mapper with memory of its own. */
  public CellMapper mapper() {
    return switch (kind) {
      case VECTOR -> new VectorMapper(function, column);
      case DOUBLE_ARRAY -> new DoubleArrayMapper(function, column);
      case FLOAT_ARRAY -> new FloatArrayMapper(function, column);
      case DOUBLE, FLOAT ->
          throw new IllegalStateException(
              String.format(
                  Locale.ROOT,
                  "Column '%s' holds one feature a row, and has no cells to map.",
                  column));
    };
  }
}
