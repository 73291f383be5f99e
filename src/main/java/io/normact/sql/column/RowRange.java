package io.normact.sql.column;

import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The rows of a column from one on. It asks once whether the column has a null, not for each row.
 *
 * <p>It can't stand for a column of intervals: how these are read is another method on each line of
 * Spark, which can't be overridden on all.
 */
public final class RowRange extends ColumnVector {

  private final ColumnVector source;
  private final int from;
  private final boolean hasNull;
  private final boolean closes;

  private RowRange(ColumnVector source, int from, boolean closes) {
    super(source.dataType());
    this.source = source;
    this.from = from;
    this.hasNull = source.hasNull();
    this.closes = closes;
  }

  /**
   * The rows.
   *
   * @param closes whether the column is closed with them; not if other rows of it are still read
   */
  public static RowRange of(ColumnVector source, int from, boolean closes) {
    return source instanceof RowRange range
        ? new RowRange(range.source, range.from + from, closes && range.closes)
        : new RowRange(source, from, closes);
  }

  /** Whether it can stand for columns of a type. */
  public static boolean supports(DataType type) {
    // A field of such a name is left out as well, which makes no difference but to speed.
    return !type.catalogString().contains("interval");
  }

  /** The column whose rows these are. */
  ColumnVector source() {
    return source;
  }

  /** The first row. */
  int from() {
    return from;
  }

  @Override
  public void close() {
    if (closes) {
      source.close();
    }
  }

  @Override
  public void closeIfFreeable() {
    if (closes) {
      source.closeIfFreeable();
    }
  }

  /** Whether the column has a null, be it in these rows or not. */
  @Override
  public boolean hasNull() {
    return hasNull;
  }

  /** How many nulls the column has. */
  @Override
  public int numNulls() {
    return source.numNulls();
  }

  @Override
  public boolean isNullAt(int row) {
    return hasNull && source.isNullAt(from + row);
  }

  @Override
  public boolean getBoolean(int row) {
    return source.getBoolean(from + row);
  }

  @Override
  public byte getByte(int row) {
    return source.getByte(from + row);
  }

  @Override
  public short getShort(int row) {
    return source.getShort(from + row);
  }

  @Override
  public int getInt(int row) {
    return source.getInt(from + row);
  }

  @Override
  public long getLong(int row) {
    return source.getLong(from + row);
  }

  @Override
  public float getFloat(int row) {
    return source.getFloat(from + row);
  }

  @Override
  public double getDouble(int row) {
    return source.getDouble(from + row);
  }

  @Override
  public ColumnarArray getArray(int row) {
    return source.getArray(from + row);
  }

  @Override
  public ColumnarMap getMap(int row) {
    return source.getMap(from + row);
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    return source.getDecimal(from + row, precision, scale);
  }

  @Override
  public UTF8String getUTF8String(int row) {
    return source.getUTF8String(from + row);
  }

  @Override
  public byte[] getBinary(int row) {
    return source.getBinary(from + row);
  }

  /** The same rows of a field; the elements of arrays and maps have places of their own. */
  @Override
  public ColumnVector getChild(int place) {
    ColumnVector child = source.getChild(place);
    return dataType() instanceof ArrayType || dataType() instanceof MapType
        ? child
        : RowRange.of(child, from, false);
  }
}
