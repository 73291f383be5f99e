package io.normact.sql.column;

import io.normact.math.exact.ByteOutput;
import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyKind;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Writes the values of key columns, in Catalyst's own form, into a key. Generated code calls it.
 */
public final class KeyValues {

  private KeyValues() {}

  /**
   * A field as a column of a key.
   *
   * @throws IllegalArgumentException if no key is made of its type
   */
  public static KeyColumn column(StructField field) {
    KeyColumn column = new KeyColumn(field.name(), field.dataType().catalogString());
    try {
      column.kind();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Key column '%s' is of type %s, but must be a number, a text, a boolean, a date, a timestamp or binary.",
              field.name(),
              field.dataType().catalogString()),
          e);
    }
    return column;
  }

  /** A column's type in Spark. */
  public static DataType type(KeyColumn column) {
    return DataType.fromDDL(column.type());
  }

  /** The input in the form that keys are written from. */
  public static Column readable(KeyColumn column, Column input) {
    return switch (column.kind()) {
      case INTEGER -> input.cast(DataTypes.LongType);
      case FLOATING -> input.cast(DataTypes.DoubleType);
      case DECIMAL -> input.cast(type(column));
      default -> input;
    };
  }

  /** Writes a field of a row, which holds what is {@link #readable} and is of this type. */
  public static void put(ByteOutput key, KeyKind kind, DataType type, InternalRow row, int field) {
    if (row.isNullAt(field)) {
      KeyKind.putNull(key);
      return;
    }
    switch (kind) {
      case INTEGER, TIMESTAMP, LOCAL_TIMESTAMP -> put(key, row.getLong(field));
      case BOOLEAN -> put(key, row.getBoolean(field));
      case DATE -> put(key, row.getInt(field));
      case FLOATING -> put(key, row.getDouble(field));
      case TEXT -> put(key, row.getUTF8String(field));
      case BINARY -> put(key, row.getBinary(field));
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        put(key, row.getDecimal(field, decimal.precision(), decimal.scale()));
      }
    }
  }

  /** Writes a value, as an expression that is readable gives it. */
  public static void putValue(ByteOutput key, Object value) {
    if (value == null) {
      KeyKind.putNull(key);
    } else if (value instanceof Boolean b) {
      put(key, (boolean) b);
    } else if (value instanceof Double d) {
      put(key, (double) d);
    } else if (value instanceof byte[] bytes) {
      put(key, bytes);
    } else if (value instanceof UTF8String text) {
      put(key, text);
    } else if (value instanceof Decimal decimal) {
      put(key, decimal);
    } else {
      put(key, ((Number) value).longValue());
    }
  }

  /** Writes a boolean. */
  public static void put(ByteOutput key, boolean value) {
    KeyKind.putLong(key, value ? 1 : 0);
  }

  /** Writes a whole number, days or microseconds. */
  public static void put(ByteOutput key, long value) {
    KeyKind.putLong(key, value);
  }

  /** Writes a double. */
  public static void put(ByteOutput key, double value) {
    KeyKind.putDouble(key, value);
  }

  /** Writes bytes. */
  public static void put(ByteOutput key, byte[] value) {
    KeyKind.putBytes(key, value, 0, value.length);
  }

  /** Writes a text. */
  public static void put(ByteOutput key, UTF8String value) {
    // Without a copy where the text is an array of its own.
    byte[] bytes = value.getBytes();
    KeyKind.putBytes(key, bytes, 0, bytes.length);
  }

  /** Writes a decimal. */
  public static void put(ByteOutput key, Decimal value) {
    KeyKind.putWide(key, value.toJavaBigDecimal().unscaledValue());
  }
}
