package io.normact.sql.column;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.Platform;

/** Memory for an array of doubles in Catalyst's layout, to be filled row after row. */
public final class UnsafeDoubles {

  /** The longest: Catalyst counts bytes in an int, and an element takes 65 bits. */
  public static final int MOST = (Integer.MAX_VALUE - 1024) / 65 * 8;

  /** The array's memory. It is kept as doubles, since doubles copy fastest from a double[]. */
  private final double[] words;

  private final int length;
  private final int start;
  private final int firstElement;
  private final UnsafeArrayData array = new UnsafeArrayData();
  private boolean anyNull;

  /**
   * An array of so many elements.
   *
   * @param start how many words of memory to leave free before it
   * @param length its length, at most {@link #MOST}
   */
  public UnsafeDoubles(int start, int length) {
    this.start = start;
    this.length = length;
    firstElement = start + InternalArrays.headerBytes(length) / Long.BYTES;
    words = new double[firstElement + length];
    long offset = Platform.DOUBLE_ARRAY_OFFSET + (long) start * Long.BYTES;
    Platform.putLong(words, offset, length);
    array.pointTo(words, offset, (words.length - start) * Long.BYTES);
  }

  public int length() {
    return length;
  }

  /** All of the memory, what was left free included. */
  public double[] words() {
    return words;
  }

  /** The array, which stays the same object whatever it is filled with. */
  public UnsafeArrayData array() {
    return array;
  }

  /** Takes these elements, as many as it is long; none of them is null. */
  public void fill(double[] x) {
    if (anyNull) {
      Arrays.fill(words, start + 1, firstElement, 0);
      anyNull = false;
    }
    System.arraycopy(x, 0, words, firstElement, length);
  }

  /** Makes an element null. Its place becomes 0, since Spark compares arrays by their bytes. */
  public void setNull(int element) {
    words[firstElement + element] = 0;
    array.setNullAt(element);
    anyNull = true;
  }
}
