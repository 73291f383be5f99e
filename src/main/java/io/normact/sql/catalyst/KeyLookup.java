package io.normact.sql.catalyst;

import io.normact.math.exact.ByteOutput;
import io.normact.math.key.KeyKind;
import io.normact.sql.column.KeyValues;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Looks up the statistics of one row's key after the other. A task has one for itself; what it
 * gives is good until the next row. Generated code calls it, so it is public; it is no interface
 * for users.
 */
public final class KeyLookup {

  private final KeyTable table;
  private final ByteOutput key = new ByteOutput(64);
  private final UnsafeArrayData view = new UnsafeArrayData();

  KeyLookup(KeyTable table) {
    this.table = table;
  }

  /** A lookup that knows no keys, but makes their bytes. */
  public static KeyLookup ofBytes() {
    return new KeyLookup(null);
  }

  /** Begins a key. */
  public void begin() {
    key.clear();
  }

  /** Adds a null. */
  public void addNull() {
    KeyKind.putNull(key);
  }

  /** Adds a value. */
  public void add(boolean value) {
    KeyValues.put(key, value);
  }

  /** Adds a value. */
  public void add(long value) {
    KeyValues.put(key, value);
  }

  /** Adds a value. */
  public void add(double value) {
    KeyValues.put(key, value);
  }

  /** Adds a value. */
  public void add(UTF8String value) {
    KeyValues.put(key, value);
  }

  /** Adds a value. */
  public void add(byte[] value) {
    KeyValues.put(key, value);
  }

  /** Adds a value. */
  public void add(Decimal value) {
    KeyValues.put(key, value);
  }

  /** Adds a value, of whatever type; null for a null. */
  void addValue(Object value) {
    KeyValues.putValue(key, value);
  }

  /** The bytes of the key that was added. */
  public byte[] bytes() {
    return key.toArray();
  }

  /** The statistics of the key that was added, or null. */
  public ArrayData find() {
    int number = table.find(key.array(), key.size());
    if (number < 0) {
      return table.unknown(view, key.array(), key.size());
    }
    table.point(view, number);
    return view;
  }

  /**
   * The statistics that a join has found, or what unknown keys get.
   *
   * @param found their bytes, or null
   * @param bytes the key's
   */
  public ArrayData found(byte[] found, byte[] bytes) {
    if (found == null) {
      return table.unknown(view, bytes, bytes.length);
    }
    view.pointTo(found, Platform.BYTE_ARRAY_OFFSET, found.length);
    return view;
  }
}
