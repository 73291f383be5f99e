package io.normact.sql;

import io.normact.math.FeatureFunction;
import io.normact.math.FiniteValues;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Applies a {@link FeatureFunction} to one cell of a column in the form that Catalyst keeps it in:
 * a primitive, an {@link ArrayData}, or the struct behind a vector. Generated code calls it by
 * method name, so the class and its methods are public; it is no interface for users.
 *
 * <p>A row's values are copied into an array of their own, worked on in place there, and copied
 * once more into Catalyst's layout. The array is new for each row, since one plan may be run by
 * several threads.
 */
public final class CellKernel implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The {@code type} field of the struct behind a vector. */
  static final byte SPARSE = 0;

  static final byte DENSE = 1;

  static final int TYPE = 0;
  static final int SIZE = 1;
  static final int INDICES = 2;
  static final int VALUES = 3;
  static final int FIELDS = 4;

  private final FeatureFunction function;
  private final String column;

  /** A kernel that names {@code column} where a row does not fit the function. */
  public CellKernel(FeatureFunction function, String column) {
    this.function = function;
    this.column = column;
  }

  /** A scalar cell, of the feature with this number. */
  public double scalar(int feature, double x) {
    return function.value(feature, x);
  }

  /** As {@link #scalar(int, double)}, where a null is an error. */
  public double scalar(int feature, double x, boolean isNull) {
    checkNull(feature, isNull);
    return scalar(feature, x);
  }

  /** A float cell: computed in double, rounded once. */
  public float floatScalar(int feature, float x) {
    return (float) function.value(feature, x);
  }

  /** As {@link #floatScalar(int, float)}, where a null is an error. */
  public float floatScalar(int feature, float x, boolean isNull) {
    checkNull(feature, isNull);
    return floatScalar(feature, x);
  }

  /** A cell of {@code array<double>}; a null element counts as NaN and stays null. */
  public ArrayData doubles(ArrayData cell) {
    checkNull(0, cell == null);
    checkWidth(cell.numElements());
    if (anyNull(cell)) {
      double[] x = new double[cell.numElements()];
      for (int i = 0; i < x.length; i++) {
        x[i] = cell.isNullAt(i) ? Double.NaN : cell.getDouble(i);
      }
      function.apply(x);
      return withNullsOf(cell, UnsafeArrayData.fromPrimitiveArray(x));
    }
    double[] x = cell.toDoubleArray();
    function.apply(x);
    return UnsafeArrayData.fromPrimitiveArray(x);
  }

  /** A cell of {@code array<float>}; a null element counts as NaN and stays null. */
  public ArrayData floats(ArrayData cell) {
    checkNull(0, cell == null);
    checkWidth(cell.numElements());
    double[] x = new double[cell.numElements()];
    for (int i = 0; i < x.length; i++) {
      x[i] = cell.isNullAt(i) ? Double.NaN : cell.getFloat(i);
    }
    function.apply(x);
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) x[i];
    }
    return withNullsOf(cell, UnsafeArrayData.fromPrimitiveArray(y));
  }

  /** A vector cell; the argument is an {@link InternalRow}, which Catalyst passes as Object. */
  public InternalRow vector(Object cell) {
    checkNull(0, cell == null);
    InternalRow vector = (InternalRow) cell;
    double[] values = vector.getArray(VALUES).toDoubleArray();
    if (vector.getByte(TYPE) == DENSE) {
      checkWidth(values.length);
      return dense(values);
    }
    int size = checkWidth(vector.getInt(SIZE));
    ArrayData indices = vector.getArray(INDICES);
    if (function.keepsZeros()) {
      function.apply(indices.toIntArray(), values);
      return new GenericInternalRow(
          new Object[] {SPARSE, size, indices, UnsafeArrayData.fromPrimitiveArray(values)});
    }
    double[] x = new double[size];
    for (int i = 0; i < values.length; i++) {
      x[indices.getInt(i)] = values[i];
    }
    return dense(x);
  }

  private InternalRow dense(double[] x) {
    function.apply(x);
    return new GenericInternalRow(
        new Object[] {DENSE, null, null, UnsafeArrayData.fromPrimitiveArray(x)});
  }

  /** Whether every stored number of a vector cell is finite. */
  public static boolean isFinite(Object cell) {
    return FiniteValues.all(((InternalRow) cell).getArray(VALUES).toDoubleArray());
  }

  /** Whether a cell of {@code array<double>} has no null, NaN or infinity. */
  public static boolean isFiniteDoubles(ArrayData cell) {
    return !anyNull(cell) && FiniteValues.all(cell.toDoubleArray());
  }

  /** Whether a cell of {@code array<float>} has no null, NaN or infinity. */
  public static boolean isFiniteFloats(ArrayData cell) {
    if (anyNull(cell)) {
      return false;
    }
    for (float value : cell.toFloatArray()) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private void checkNull(int feature, boolean isNull) {
    if (isNull) {
      throw new IllegalArgumentException(function.nullError(feature));
    }
  }

  private int checkWidth(int size) {
    return checkWidth(function, size, column);
  }

  /** Checks that a row has as many features as the function, and returns their number. */
  static int checkWidth(FeatureFunction function, int size, String column) {
    int expected = function.features();
    if (expected != FeatureFunction.ANY && expected != size) {
      throw new IllegalArgumentException(
          "Column '%s' holds a row of %d features, but the model was fitted on %d."
              .formatted(column, size, expected));
    }
    return size;
  }

  static boolean anyNull(ArrayData cell) {
    int length = cell.numElements();
    if (cell instanceof UnsafeArrayData unsafe) {
      long end = unsafe.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(length);
      for (long word = unsafe.getBaseOffset() + Long.BYTES; word < end; word += Long.BYTES) {
        if (Platform.getLong(unsafe.getBaseObject(), word) != 0) {
          return true;
        }
      }
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (cell.isNullAt(i)) {
        return true;
      }
    }
    return false;
  }

  private static UnsafeArrayData withNullsOf(ArrayData cell, UnsafeArrayData result) {
    for (int i = 0; i < result.numElements(); i++) {
      if (cell.isNullAt(i)) {
        result.setNullAt(i);
      }
    }
    return result;
  }
}
