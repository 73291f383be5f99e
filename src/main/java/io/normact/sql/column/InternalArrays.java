package io.normact.sql.column;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.Platform;

/** Reads numbers out of Catalyst's own memory into arrays that are there already. */
public final class InternalArrays {

  private InternalArrays() {}

  public static boolean anyNull(ArrayData array) {
    int length = array.numElements();
    if (array instanceof UnsafeArrayData unsafe) {
      long end = unsafe.getBaseOffset() + headerBytes(length);
      for (long word = unsafe.getBaseOffset() + Long.BYTES; word < end; word += Long.BYTES) {
        if (Platform.getLong(unsafe.getBaseObject(), word) != 0) {
          return true;
        }
      }
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (array.isNullAt(i)) {
        return true;
      }
    }
    return false;
  }

  /** Reads doubles into x, which is as long; a null reads as NaN. Whether there was any. */
  public static boolean readNullableDoubles(ArrayData array, double[] x) {
    if (!anyNull(array)) {
      readDoubles(array, x);
      return false;
    }
    for (int i = 0; i < x.length; i++) {
      x[i] = array.isNullAt(i) ? Double.NaN : array.getDouble(i);
    }
    return true;
  }

  /** Reads doubles, of which none is null, into x, which is as long. */
  public static void readDoubles(ArrayData array, double[] x) {
    if (array instanceof UnsafeArrayData unsafe) {
      Platform.copyMemory(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + headerBytes(x.length),
          x,
          Platform.DOUBLE_ARRAY_OFFSET,
          (long) x.length * Double.BYTES);
    } else if (array instanceof ColumnarArray columnar) {
      readDoubles(columnar, x);
    } else {
      System.arraycopy(array.toDoubleArray(), 0, x, 0, x.length);
    }
  }

  /**
   * One by one: its {@code toDoubleArray()} copies to a place on the heap that no cache knows yet,
   * which took twice as long with 512 elements. By fours, so that more reads are on their way.
   */
  private static void readDoubles(ColumnarArray array, double[] x) {
    int i = 0;
    for (; i < x.length - 3; i += 4) {
      double a = array.getDouble(i);
      double b = array.getDouble(i + 1);
      double c = array.getDouble(i + 2);
      double d = array.getDouble(i + 3);
      x[i] = a;
      x[i + 1] = b;
      x[i + 2] = c;
      x[i + 3] = d;
    }
    for (; i < x.length; i++) {
      x[i] = array.getDouble(i);
    }
  }

  /** Fills the array with fields of type double that follow one another; a null reads as NaN. */
  public static void readDoubles(InternalRow row, int first, double[] values) {
    if (row instanceof UnsafeRow unsafe && !unsafe.anyNull()) {
      long bitSet = UnsafeRow.calculateBitSetWidthInBytes(unsafe.numFields());
      Platform.copyMemory(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + bitSet + (long) first * Double.BYTES,
          values,
          Platform.DOUBLE_ARRAY_OFFSET,
          (long) values.length * Double.BYTES);
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = row.isNullAt(first + i) ? Double.NaN : row.getDouble(first + i);
      }
    }
  }

  /** Reads floats into x, which is as long; a null reads as NaN. Whether there was any. */
  public static boolean readFloats(ArrayData array, double[] x) {
    if (anyNull(array)) {
      for (int i = 0; i < x.length; i++) {
        x[i] = array.isNullAt(i) ? Double.NaN : array.getFloat(i);
      }
      return true;
    }
    if (array instanceof UnsafeArrayData unsafe) {
      long from = unsafe.getBaseOffset() + headerBytes(x.length);
      for (int i = 0; i < x.length; i++) {
        x[i] = Platform.getFloat(unsafe.getBaseObject(), from + (long) i * Float.BYTES);
      }
    } else {
      for (int i = 0; i < x.length; i++) {
        x[i] = array.getFloat(i);
      }
    }
    return false;
  }

  /** Reads integers, of which none is null, into x, which is as long. */
  public static void readInts(ArrayData array, int[] x) {
    if (array instanceof UnsafeArrayData unsafe) {
      Platform.copyMemory(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + headerBytes(x.length),
          x,
          Platform.INT_ARRAY_OFFSET,
          (long) x.length * Integer.BYTES);
    } else {
      for (int i = 0; i < x.length; i++) {
        x[i] = array.getInt(i);
      }
    }
  }

  /** Whether doubles, of which none is null, are finite, looked at where they lie. */
  public static boolean allFinite(ArrayData array) {
    int length = array.numElements();
    if (!(array instanceof UnsafeArrayData unsafe)) {
      boolean finite = true;
      for (int i = 0; i < length && finite; i++) {
        finite = Double.isFinite(array.getDouble(i));
      }
      return finite;
    }
    Object base = unsafe.getBaseObject();
    long from = unsafe.getBaseOffset() + headerBytes(length);
    // A finite number times 0 is a zero, any other NaN. Four sums, none of which waits for another.
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i < length - 3; i += 4) {
      long at = from + (long) i * Double.BYTES;
      a += 0 * Platform.getDouble(base, at);
      b += 0 * Platform.getDouble(base, at + Double.BYTES);
      c += 0 * Platform.getDouble(base, at + 2 * Double.BYTES);
      d += 0 * Platform.getDouble(base, at + 3 * Double.BYTES);
    }
    for (; i < length; i++) {
      a += 0 * Platform.getDouble(base, from + (long) i * Double.BYTES);
    }
    return a + b + (c + d) == 0;
  }

  /** The bytes of an {@link UnsafeArrayData} before its first element. */
  public static int headerBytes(int length) {
    return UnsafeArrayData.calculateHeaderPortionInBytes(length);
  }
}
