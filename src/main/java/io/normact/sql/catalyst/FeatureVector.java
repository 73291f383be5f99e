package io.normact.sql.catalyst;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;

/** The values of a feature in a batch of rows, doubles or floats. */
public final class FeatureVector extends ColumnVector {

  private final double[] values;
  private final boolean[] nulls;
  private final ColumnVector source;

  /**
   * The values.
   *
   * @param type double or float, to which the values are rounded
   * @param values a value a row
   * @param nulls whether each is null; null if none is
   * @param source what is closed with them, as they were computed from it; null if nothing is
   */
  FeatureVector(DataType type, double[] values, boolean[] nulls, ColumnVector source) {
    super(type);
    this.values = values;
    this.nulls = nulls;
    this.source = source;
  }

  @Override
  public void close() {
    if (source != null) {
      source.close();
    }
  }

  /** As Spark's does where the next batch has the same memory: nothing. */
  @Override
  public void closeIfFreeable() {
    if (source != null) {
      source.closeIfFreeable();
    }
  }

  @Override
  public boolean hasNull() {
    return nulls != null;
  }

  @Override
  public int numNulls() {
    int count = 0;
    if (nulls != null) {
      for (boolean isNull : nulls) {
        count += isNull ? 1 : 0;
      }
    }
    return count;
  }

  @Override
  public boolean isNullAt(int row) {
    return nulls != null && nulls[row];
  }

  @Override
  public double getDouble(int row) {
    return values[row];
  }

  @Override
  public float getFloat(int row) {
    return (float) values[row];
  }

  @Override
  public boolean getBoolean(int row) {
    throw noSuch("boolean");
  }

  @Override
  public byte getByte(int row) {
    throw noSuch("byte");
  }

  @Override
  public short getShort(int row) {
    throw noSuch("short");
  }

  @Override
  public int getInt(int row) {
    throw noSuch("int");
  }

  @Override
  public long getLong(int row) {
    throw noSuch("long");
  }

  @Override
  public ColumnarArray getArray(int row) {
    throw noSuch("array");
  }

  @Override
  public ColumnarMap getMap(int row) {
    throw noSuch("map");
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    throw noSuch("decimal");
  }

  @Override
  public UTF8String getUTF8String(int row) {
    throw noSuch("string");
  }

  @Override
  public byte[] getBinary(int row) {
    throw noSuch("binary");
  }

  @Override
  public ColumnVector getChild(int place) {
    throw noSuch("child");
  }

  private UnsupportedOperationException noSuch(String type) {
    return new UnsupportedOperationException(
        "A feature is a " + dataType().simpleString() + ", and has no " + type + ".");
  }
}
