package io.normact.sql.catalyst;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyIndex;
import io.normact.math.key.KeyStatistics;
import io.normact.sql.column.InternalArrays;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * What the rows of each key are mapped by: an array of all means and all scales for each key, and
 * one for keys that are not there. Catalyst reads an array where it lies.
 */
@DefaultSerializer(JavaSerializer.class)
public final class KeyTable implements Serializable {

  private static final long serialVersionUID = 1L;

  private final List<KeyColumn> columns;
  private final KeyIndex keys;
  private final int features;
  private final Unknown unknown;
  private final String setting;

  /** The words of the keys' arrays, one after the other, and of the one for unknown keys. */
  private final double[] words;

  private final int headerWords;
  private final int stride;
  private final int hash;

  /** What a key gets that is not in the table. */
  public enum Unknown {
    /** What was given for that. */
    OTHERS,
    /** An error, which names the key and what asks for it. */
    ERROR,
    /** null. */
    NULL
  }

  /** Fills in the statistics of a key, or for the number of keys that of unknown ones. */
  public interface Filling {
    void fill(int key, double[] mean, double[] scale);
  }

  /**
   * A table of these keys.
   *
   * @param columns the key's columns, for messages
   * @param features how many means and scales a key has
   * @param setting what asks for unknown, in the error's message
   * @param filling gives the numbers
   */
  public KeyTable(
      List<KeyColumn> columns,
      KeyIndex keys,
      int features,
      Unknown unknown,
      String setting,
      Filling filling) {
    this.columns = List.copyOf(columns);
    this.keys = keys;
    this.features = features;
    this.unknown = unknown;
    this.setting = setting;
    headerWords = InternalArrays.headerBytes(2 * features) / Long.BYTES;
    stride = headerWords + 2 * features;
    words = new double[Math.multiplyExact(keys.size() + 1, stride)];
    double[] mean = new double[features];
    double[] scale = new double[features];
    int sum = 0;
    for (int k = 0; k <= keys.size(); k++) {
      filling.fill(k, mean, scale);
      int at = k * stride;
      Platform.putLong(words, offset(at), 2L * features);
      System.arraycopy(mean, 0, words, at + headerWords, features);
      System.arraycopy(scale, 0, words, at + headerWords + features, features);
      sum = 31 * sum + Arrays.hashCode(mean) + 7 * Arrays.hashCode(scale);
    }
    hash = sum;
  }

  private static long offset(int word) {
    return Platform.DOUBLE_ARRAY_OFFSET + (long) word * Long.BYTES;
  }

  /** The bytes that this takes on an executor. */
  public long bytes() {
    return bytes(keys, features);
  }

  /** The bytes that a table of these keys takes. */
  public static long bytes(KeyIndex keys, int features) {
    long arrayBytes = InternalArrays.headerBytes(2 * features) + 2L * features * Double.BYTES;
    return (keys.size() + 1) * arrayBytes + keys.bytes();
  }

  /** How many features a key has statistics of. */
  int features() {
    return features;
  }

  /** Whether some keys get null. */
  boolean hasNull() {
    return unknown == Unknown.NULL;
  }

  /** The number of a key in the table; below 0 if it is not there. */
  int find(byte[] key, int length) {
    return keys.find(key, length);
  }

  /** Points the view to the array of a key in the table. */
  void point(UnsafeArrayData view, int key) {
    view.pointTo(words, offset(key * stride), stride * Long.BYTES);
  }

  /** What a key gets that is not in the table: the view of it, or null. */
  ArrayData unknown(UnsafeArrayData view, byte[] key, int length) {
    return switch (unknown) {
      case OTHERS -> {
        point(view, keys.size());
        yield view;
      }
      case NULL -> null;
      case ERROR ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "Key %s was not seen in the fit, which %s rejects; fit or update with its rows, or choose global.",
                  KeyStatistics.text(columns, ByteBuffer.wrap(key, 0, length)),
                  setting));
    };
  }

  /** A table without keys, for those that have looked elsewhere. */
  public KeyTable unknownAlone() {
    int last = keys.size() * stride + headerWords;
    return new KeyTable(
        columns,
        KeyStatistics.of(columns, features, List.of()).keys(),
        features,
        unknown,
        setting,
        (k, mean, scale) -> {
          System.arraycopy(words, last, mean, 0, features);
          System.arraycopy(words, last + features, scale, 0, features);
        });
  }

  /** A key's bytes. */
  public byte[] key(int number) {
    ByteBuffer key = keys.key(number);
    byte[] bytes = new byte[key.remaining()];
    key.get(bytes);
    return bytes;
  }

  /** How many bytes a key's array takes. */
  int arrayBytes() {
    return stride * Long.BYTES;
  }

  /** The bytes of a key's array, as Catalyst has them. */
  public byte[] array(int number) {
    byte[] bytes = new byte[arrayBytes()];
    Platform.copyMemory(
        words, offset(number * stride), bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length);
    return bytes;
  }

  /** The number of keys. */
  public int size() {
    return keys.size();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof KeyTable that
            && hash == that.hash
            && unknown == that.unknown
            && columns.equals(that.columns)
            && keys.equals(that.keys)
            && Arrays.equals(words, that.words));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d keys", keys.size());
  }
}
