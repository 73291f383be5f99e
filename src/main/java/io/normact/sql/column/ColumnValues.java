package io.normact.sql.column;

import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.vectorized.ColumnVector;

/** Reads numbers of any type out of Spark's columns and rows, as Java casts them to double. */
public final class ColumnValues {

  private ColumnValues() {}

  /** A number out of a row, which is not null. */
  public static double number(Object value) {
    return value instanceof Decimal decimal ? decimal.toDouble() : ((Number) value).doubleValue();
  }

  /** Which of n values of a column, from a row on, are null. */
  public static boolean[] nulls(ColumnVector source, int from, int n) {
    boolean[] nulls = new boolean[n];
    for (int i = 0; i < n; i++) {
      nulls[i] = source.isNullAt(from + i);
    }
    return nulls;
  }

  /** Reads n values of a column, from a row on, into the first places of x; a null reads as NaN. */
  public static void read(ColumnVector source, DataType type, int from, double[] x, int n) {
    if (source instanceof RowRange range) {
      read(range.source(), type, range.from() + from, x, n);
      return;
    }
    boolean hasNull = source.hasNull();
    // Spark's own memory has some number for a null. Others', as Arrow's, may throw.
    if (source instanceof WritableColumnVector && readRun(source, type, from, x, n)) {
      for (int i = 0; hasNull && i < n; i++) {
        x[i] = source.isNullAt(from + i) ? Double.NaN : x[i];
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      x[i] = hasNull && source.isNullAt(from + i) ? Double.NaN : value(source, type, from + i);
    }
  }

  /** Reads values at once, which is faster, any number for a null; false if the type has no way. */
  private static boolean readRun(ColumnVector source, DataType type, int from, double[] x, int n) {
    if (type instanceof DoubleType && source instanceof OnHeapColumnVector heap) {
      // One class, whose method is inlined: no copy by way of new memory, as getDoubles makes.
      for (int i = 0; i < n; i++) {
        x[i] = heap.getDouble(from + i);
      }
    } else if (type instanceof DoubleType) {
      System.arraycopy(source.getDoubles(from, n), 0, x, 0, n);
    } else if (type instanceof FloatType) {
      float[] floats = source.getFloats(from, n);
      for (int i = 0; i < n; i++) {
        x[i] = floats[i];
      }
    } else if (type instanceof IntegerType) {
      int[] ints = source.getInts(from, n);
      for (int i = 0; i < n; i++) {
        x[i] = ints[i];
      }
    } else if (type instanceof LongType) {
      long[] longs = source.getLongs(from, n);
      for (int i = 0; i < n; i++) {
        x[i] = longs[i];
      }
    } else {
      return false;
    }
    return true;
  }

  /** A value that is not null. */
  public static double value(ColumnVector source, DataType type, int row) {
    if (type instanceof DoubleType) {
      return source.getDouble(row);
    } else if (type instanceof FloatType) {
      return source.getFloat(row);
    } else if (type instanceof IntegerType) {
      return source.getInt(row);
    } else if (type instanceof LongType) {
      return source.getLong(row);
    } else if (type instanceof ShortType) {
      return source.getShort(row);
    } else if (type instanceof ByteType) {
      return source.getByte(row);
    }
    DecimalType decimal = (DecimalType) type;
    return source.getDecimal(row, decimal.precision(), decimal.scale()).toDouble();
  }
}
