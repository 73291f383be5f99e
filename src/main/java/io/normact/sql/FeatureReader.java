package io.normact.sql;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Reads features out of internal rows: either a run of scalar fields, which lie side by side in a
 * row's memory and are read at once, or one field that holds a vector or an array.
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

  /** How many features this row holds here; -1 for a null vector or array. */
  int width(InternalRow row) {
    if (kind == ColumnKind.DOUBLE) {
      return fields;
    }
    if (row.isNullAt(field)) {
      return -1;
    }
    if (kind != ColumnKind.VECTOR) {
      return row.getArray(field).numElements();
    }
    InternalRow vector = vector(row);
    return isDense(vector)
        ? vector.getArray(CellKernel.VALUES).numElements()
        : vector.getInt(CellKernel.SIZE);
  }

  /** Whether this row holds a sparse vector here. */
  boolean isSparse(InternalRow row) {
    return kind == ColumnKind.VECTOR && !isDense(vector(row));
  }

  /** The struct behind a vector, for its indices and values. */
  InternalRow vector(InternalRow row) {
    return row.getStruct(field, CellKernel.FIELDS);
  }

  private static boolean isDense(InternalRow vector) {
    return vector.getByte(CellKernel.TYPE) == CellKernel.DENSE;
  }

  /** Reads a row that is not sparse here into {@code x}; null scalars and elements become NaN. */
  void read(InternalRow row, double[] x) {
    switch (kind) {
      case DOUBLE -> readScalars(row, x);
      case VECTOR -> readDoubles(vector(row).getArray(CellKernel.VALUES), x);
      case DOUBLE_ARRAY -> {
        ArrayData array = row.getArray(field);
        if (CellKernel.anyNull(array)) {
          for (int i = 0; i < x.length; i++) {
            x[i] = array.isNullAt(i) ? Double.NaN : array.getDouble(i);
          }
        } else {
          readDoubles(array, x);
        }
      }
      case FLOAT_ARRAY -> {
        ArrayData array = row.getArray(field);
        for (int i = 0; i < x.length; i++) {
          x[i] = array.isNullAt(i) ? Double.NaN : array.getFloat(i);
        }
      }
      default -> throw new IllegalStateException("A run of scalars is read as DOUBLE: " + this);
    }
  }

  private void readScalars(InternalRow row, double[] x) {
    if (row instanceof UnsafeRow unsafe && !unsafe.anyNull()) {
      long bitSet = UnsafeRow.calculateBitSetWidthInBytes(unsafe.numFields());
      Platform.copyMemory(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + bitSet + (long) field * Double.BYTES,
          x,
          Platform.DOUBLE_ARRAY_OFFSET,
          (long) fields * Double.BYTES);
    } else {
      for (int i = 0; i < fields; i++) {
        x[i] = row.isNullAt(field + i) ? Double.NaN : row.getDouble(field + i);
      }
    }
  }

  private static void readDoubles(ArrayData array, double[] x) {
    if (array instanceof UnsafeArrayData unsafe) {
      Platform.copyMemory(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(x.length),
          x,
          Platform.DOUBLE_ARRAY_OFFSET,
          (long) x.length * Double.BYTES);
    } else {
      System.arraycopy(array.toDoubleArray(), 0, x, 0, x.length);
    }
  }
}
