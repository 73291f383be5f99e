package io.normact.sql.pass;

import io.normact.sql.column.ColumnKind;
import io.normact.sql.column.FeatureLayout;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Where features are in internal rows: in a run of scalar fields, or in one field that holds a
 * vector or an array. Fields of a run lie side by side in a row's memory and are read at once. A
 * {@link FeatureCell} reads them.
 *
 * @param name the column's name, for messages
 * @param kind {@link ColumnKind#DOUBLE} for a run of fields, all cast to double
 * @param field the number of the first field
 * @param fields how many fields
 */
record FeatureReader(String name, ColumnKind kind, int field, int fields) implements Serializable {

  /** Readers of rows that hold these columns in this order, scalars cast to double. */
  static List<FeatureReader> of(List<FeatureSource> columns) {
    return layout(columns).parts().stream()
        .map(
            part -> {
              FeatureSource first = columns.get(part.start());
              ColumnKind kind = part.scalar() ? ColumnKind.DOUBLE : first.kind();
              return new FeatureReader(first.name(), kind, part.start(), part.columns());
            })
        .toList();
  }

  /** Whether rows hold scalars alone. */
  static boolean ofScalars(List<FeatureReader> readers) {
    return readers.size() == 1 && readers.get(0).kind() == ColumnKind.DOUBLE;
  }

  /** The parts that there is a reader for each. */
  static FeatureLayout layout(List<FeatureSource> columns) {
    return FeatureLayout.of(columns.stream().map(FeatureSource::kind).toList());
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
