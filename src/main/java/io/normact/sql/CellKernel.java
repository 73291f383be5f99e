package io.normact.sql;

import io.normact.math.FeatureFunction;
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
 * <p>A row's values are copied once, into a {@code double[]} that is laid out as an {@link
 * UnsafeArrayData}: the function works in place there, and the projection takes it over with one
 * more copy of memory. The array is new for each row, since one plan may be run by several threads.
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

  /** A float cell: computed in double, rounded once. */
  public float floatScalar(int feature, float x) {
    return (float) function.value(feature, x);
  }

  /** A cell of {@code array<double>}; a null element counts as NaN and stays null. */
  public ArrayData doubles(ArrayData cell) {
    int length = checkWidth(cell.numElements());
    boolean anyNull = anyNull(cell);
    double[] words = copy(cell, length, anyNull);
    function.apply(words, headerWords(length), length);
    return anyNull ? withNullsOf(cell, wrap(words)) : wrap(words);
  }

  /** A cell of {@code array<float>}; a null element counts as NaN and stays null. */
  public ArrayData floats(ArrayData cell) {
    int length = checkWidth(cell.numElements());
    boolean anyNull = anyNull(cell);
    double[] x = new double[length];
    for (int i = 0; i < length; i++) {
      x[i] = anyNull && cell.isNullAt(i) ? Double.NaN : cell.getFloat(i);
    }
    function.apply(x, 0, length);
    float[] y = new float[length];
    for (int i = 0; i < length; i++) {
      y[i] = (float) x[i];
    }
    UnsafeArrayData result = UnsafeArrayData.fromPrimitiveArray(y);
    return anyNull ? withNullsOf(cell, result) : result;
  }

  /** A vector cell; the argument is an {@link InternalRow}, which Catalyst passes as Object. */
  public InternalRow vector(Object cell) {
    InternalRow vector = (InternalRow) cell;
    ArrayData values = vector.getArray(VALUES);
    if (vector.getByte(TYPE) == DENSE) {
      int size = checkWidth(values.numElements());
      double[] words = copy(values, size, false);
      function.apply(words, headerWords(size), size);
      return dense(words);
    }
    int size = checkWidth(vector.getInt(SIZE));
    ArrayData indices = vector.getArray(INDICES);
    if (function.keepsZeros()) {
      int active = values.numElements();
      double[] words = copy(values, active, false);
      function.apply(indices.toIntArray(), words, headerWords(active));
      return new GenericInternalRow(new Object[] {SPARSE, size, indices, wrap(words)});
    }
    double[] words = allocate(size);
    int from = headerWords(size);
    for (int i = 0; i < values.numElements(); i++) {
      words[from + indices.getInt(i)] = values.getDouble(i);
    }
    function.apply(words, from, size);
    return dense(words);
  }

  /** Whether every stored number of a vector cell is finite. */
  public static boolean isFinite(Object cell) {
    return allFinite(((InternalRow) cell).getArray(VALUES).toDoubleArray());
  }

  /** Whether a cell of {@code array<double>} has no null, NaN or infinity. */
  public static boolean isFiniteDoubles(ArrayData cell) {
    return !anyNull(cell) && allFinite(cell.toDoubleArray());
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

  private int checkWidth(int size) {
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
      long end = unsafe.getBaseOffset() + (long) headerWords(length) * Long.BYTES;
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

  /** Whether no value is NaN or infinite: x * 0 is 0 for a finite x, else NaN. */
  static boolean allFinite(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value * 0;
    }
    return sum == 0;
  }

  private static UnsafeArrayData withNullsOf(ArrayData cell, UnsafeArrayData result) {
    for (int i = 0; i < result.numElements(); i++) {
      if (cell.isNullAt(i)) {
        result.setNullAt(i);
      }
    }
    return result;
  }

  private static GenericInternalRow dense(double[] words) {
    return new GenericInternalRow(new Object[] {DENSE, null, null, wrap(words)});
  }

  /** Words of the header of an {@link UnsafeArrayData}: its length, then a null bit an element. */
  private static int headerWords(int length) {
    return UnsafeArrayData.calculateHeaderPortionInBytes(length) / Double.BYTES;
  }

  private static double[] allocate(int length) {
    double[] words = new double[headerWords(length) + length];
    Platform.putLong(words, Platform.DOUBLE_ARRAY_OFFSET, length);
    return words;
  }

  /** A copy in the layout of an {@link UnsafeArrayData}, with NaN where the source has null. */
  private static double[] copy(ArrayData source, int length, boolean anyNull) {
    double[] words = allocate(length);
    int from = headerWords(length);
    if (anyNull) {
      for (int i = 0; i < length; i++) {
        words[from + i] = source.isNullAt(i) ? Double.NaN : source.getDouble(i);
      }
    } else if (source instanceof UnsafeArrayData unsafe) {
      long header = (long) from * Double.BYTES;
      Platform.copyMemory(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + header,
          words,
          Platform.DOUBLE_ARRAY_OFFSET + header,
          (long) length * Double.BYTES);
    } else {
      System.arraycopy(source.toDoubleArray(), 0, words, from, length);
    }
    return words;
  }

  private static UnsafeArrayData wrap(double[] words) {
    UnsafeArrayData array = new UnsafeArrayData();
    array.pointTo(words, Platform.DOUBLE_ARRAY_OFFSET, words.length * Double.BYTES);
    return array;
  }
}
