package io.normact.sql.pass;

import io.normact.sql.column.ColumnKind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where features are in internal rows: either a run of scalar fields, which lie side by side in a
 * row's memory and are read at once, or one field that holds a vector or an array. A {@link
 * FeatureCell} reads them.
 *
 * @param name the column's name, for messages
 * @param kind {@link ColumnKind#DOUBLE} for a run of fields, all cast to double
 * @param field the number of the first field
 * @param fields how many fields
 */
record FeatureReader(String name, ColumnKind kind, int field, int fields) implements Serializable {

  /** Readers of rows that hold these columns in this order, scalars cast to double. */
  static List<FeatureReader> of(List<FeatureSource> columns) {
    List<FeatureReader> readers = new ArrayList<>();
    int field = 0;
    while (field < columns.size()) {
      FeatureSource column = columns.get(field);
      int end = field + 1;
      if (column.kind().isScalar()) {
        while (end < columns.size() && columns.get(end).kind().isScalar()) {
          end++;
        }
        readers.add(new FeatureReader(column.name(), ColumnKind.DOUBLE, field, end - field));
      } else {
        readers.add(new FeatureReader(column.name(), column.kind(), field, 1));
      }
      field = end;
    }
    return readers;
  }

  /** What to say of rows that differ in width, in whichever order they came. */
  String differingWidths(int a, int b) {
    return String.format(
        Locale.ROOT,
        "Column '%s' holds rows of %d and of %d features, but all rows must have as many.",
        name,
        Math.min(a, b),
        Math.max(a, b));
  }
}
