package io.normact.sql.pass;

import io.normact.math.exact.ByteOutput;
import io.normact.math.key.KeyKind;
import io.normact.sql.column.KeyValues;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/**
 * Where features, row weights and the key are in internal rows, as it travels to the tasks.
 *
 * @param readers the features
 * @param widths how many features each part has if no row tells; 0 where that is unknown
 * @param weightField the field of row weights; below 0 for 1 a row
 * @param weightName the weights' column, for messages
 * @param skipInvalidRows whether a row with an invalid feature is left out whole
 * @param keyField the first field of the key
 * @param kinds how the key's fields are written
 * @param types the fields' types
 */
record KeyedRows(
    List<FeatureReader> readers,
    int[] widths,
    int weightField,
    String weightName,
    boolean skipInvalidRows,
    int keyField,
    List<KeyKind> kinds,
    List<DataType> types)
    implements Serializable {

  /** The number of parts that features are read in. */
  int parts() {
    return readers.size();
  }

  /** Writes the key of a row. */
  void key(InternalRow row, ByteOutput key) {
    key.clear();
    for (int i = 0; i < kinds.size(); i++) {
      KeyValues.put(key, kinds.get(i), types.get(i), row, keyField + i);
    }
  }

  /** The weight of a row; NaN for null. */
  double weight(InternalRow row) {
    if (weightField < 0) {
      return 1;
    }
    return row.isNullAt(weightField) ? Double.NaN : row.getDouble(weightField);
  }

  /** What is wrong with a row's weight, or null. */
  String weightFailure(InternalRow row, double weight) {
    return FeatureMoments.weightFailure(
        weightName, weight, weightField >= 0 && row.isNullAt(weightField));
  }
}
