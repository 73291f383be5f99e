package io.normact.sql;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.Platform;

/** Reads arrays of numbers out of Catalyst's own memory into arrays that are there already. */
final class InternalArrays {

  private InternalArrays() {}

  static boolean anyNull(ArrayData array) {
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
  static boolean readNullableDoubles(ArrayData array, double[] x) {
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
  static void readDoubles(ArrayData array, double[] x) {
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

  /** Reads floats into x, which is as long; a null reads as NaN. */
  static void readFloats(ArrayData array, double[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = array.isNullAt(i) ? Double.NaN : array.getFloat(i);
    }
  }

  /** The bytes of an {@link UnsafeArrayData} before its first element. */
  static int headerBytes(int length) {
    return UnsafeArrayData.calculateHeaderPortionInBytes(length);
  }
}
