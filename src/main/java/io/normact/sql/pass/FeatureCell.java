package io.normact.sql.pass;

import io.normact.math.array.FiniteValues;
import io.normact.sql.column.ColumnKind;
import io.normact.sql.column.InternalArrays;
import io.normact.sql.column.VectorFields;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * The features that one row holds where a {@link FeatureReader} says. A task has one for each
 * reader and reads row after row into it, so that a row allocates and looks up nothing. The arrays
 * it gives are those of the last row.
 */
final class FeatureCell {

  private static final double[] NONE = {};

  private final FeatureReader reader;
  private InternalRow row;
  private ArrayData elements;
  private int width;
  private boolean sparse;
  private int[] indices = {};
  private double[] values = NONE;
  private double[] scattered = NONE;

  FeatureCell(FeatureReader reader) {
    this.reader = reader;
  }

  /** A cell for each reader. */
  static FeatureCell[] of(List<FeatureReader> readers) {
    return readers.stream().map(FeatureCell::new).toArray(FeatureCell[]::new);
  }

  /** Takes in a row. */
  void read(InternalRow next) {
    row = next;
    sparse = false;
    if (reader.kind() == ColumnKind.DOUBLE) {
      readScalars();
    } else if (row.isNullAt(reader.field())) {
      width = -1;
    } else if (reader.kind() == ColumnKind.VECTOR) {
      readVector(row.getStruct(reader.field(), VectorFields.COUNT));
    } else {
      readArray(row.getArray(reader.field()));
    }
  }

  /** How many features the row holds here; -1 if the vector or array is null. */
  int width() {
    return width;
  }

  /** Whether the row holds a sparse vector here. */
  boolean isSparse() {
    return sparse;
  }

  /** Where the {@link #values} of a sparse vector stand. */
  int[] indices() {
    return indices;
  }

  /** The features, of a sparse vector the stored ones; null scalars and elements are NaN. */
  double[] values() {
    return values;
  }

  /** The features, of a sparse vector all. */
  double[] dense() {
    if (!sparse) {
      return values;
    }
    if (scattered.length != width) {
      scattered = new double[width];
    } else {
      Arrays.fill(scattered, 0);
    }
    for (int i = 0; i < indices.length; i++) {
      scattered[indices[i]] = values[i];
    }
    return scattered;
  }

  /** Whether no feature is null, NaN or infinite. */
  boolean isFinite() {
    return width >= 0 && FiniteValues.all(values);
  }

  /** Whether a feature that reads as NaN is null: a scalar or an array's element. */
  boolean isNull(int feature) {
    return switch (reader.kind()) {
      case DOUBLE -> row.isNullAt(reader.field() + feature);
      case DOUBLE_ARRAY, FLOAT_ARRAY -> elements.isNullAt(feature);
      default -> false;
    };
  }

  private void readScalars() {
    reserve(reader.fields());
    InternalArrays.readDoubles(row, reader.field(), values);
  }

  private void readVector(InternalRow vector) {
    ArrayData stored = vector.getArray(VectorFields.VALUES);
    if (vector.getByte(VectorFields.TYPE) == VectorFields.DENSE) {
      reserve(stored.numElements());
      InternalArrays.readDoubles(stored, values);
    } else {
      sparse = true;
      width = vector.getInt(VectorFields.SIZE);
      int entries = stored.numElements();
      if (values.length != entries) {
        values = new double[entries];
      }
      if (indices.length != entries) {
        indices = new int[entries];
      }
      InternalArrays.readInts(vector.getArray(VectorFields.INDICES), indices);
      InternalArrays.readDoubles(stored, values);
    }
  }

  private void readArray(ArrayData array) {
    elements = array;
    reserve(array.numElements());
    if (reader.kind() == ColumnKind.FLOAT_ARRAY) {
      InternalArrays.readFloats(array, values);
    } else {
      InternalArrays.readNullableDoubles(array, values);
    }
  }

  private void reserve(int length) {
    width = length;
    if (values.length != length) {
      values = new double[length];
    }
  }
}
