package io.normact.sql.column;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * Memory for the struct of a sparse vector in Catalyst's layout, to be filled row after row. It
 * grows with the vectors.
 */
public final class SparseStruct {

  /** The struct's word of null bits, and one a field. */
  private static final int START = (1 + VectorFields.COUNT) * Long.BYTES;

  /** The most entries: Catalyst counts bytes in an int, and an entry takes 98 bits. */
  public static final int MOST = (Integer.MAX_VALUE - 1024) / 98 * 8;

  private final UnsafeRow struct = new UnsafeRow(VectorFields.COUNT);
  private long[] words = {};

  /** The vector of this size with these entries; it is good until the next one. */
  public UnsafeRow fill(int size, int[] indices, double[] values) {
    int n = values.length;
    int header = InternalArrays.headerBytes(n);
    int indexBytes = header + (n * Integer.BYTES + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    int valueBytes = header + n * Double.BYTES;
    int bytes = START + indexBytes + valueBytes;
    if (words.length < bytes / Long.BYTES) {
      words = new long[Math.min(2 * (bytes / Long.BYTES), Integer.MAX_VALUE / Long.BYTES)];
    }
    long at = Platform.LONG_ARRAY_OFFSET;
    struct.pointTo(words, at, bytes);
    struct.setByte(VectorFields.TYPE, VectorFields.SPARSE);
    struct.setInt(VectorFields.SIZE, size);
    struct.setLong(VectorFields.INDICES, (long) START << Integer.SIZE | indexBytes);
    struct.setLong(VectorFields.VALUES, (long) (START + indexBytes) << Integer.SIZE | valueBytes);
    at = start(at + START, n, header);
    if (n > 0) {
      // Spark compares rows by their bytes, those that fill up the last word included.
      words[(START + indexBytes) / Long.BYTES - 1] = 0;
      Platform.copyMemory(indices, Platform.INT_ARRAY_OFFSET, words, at, (long) n * Integer.BYTES);
    }
    at = start(Platform.LONG_ARRAY_OFFSET + START + indexBytes, n, header);
    Platform.copyMemory(values, Platform.DOUBLE_ARRAY_OFFSET, words, at, (long) n * Double.BYTES);
    return struct;
  }

  /** Begins an array without nulls; where its elements begin. */
  private long start(long at, int n, int header) {
    int word = (int) ((at - Platform.LONG_ARRAY_OFFSET) / Long.BYTES);
    words[word] = n;
    Arrays.fill(words, word + 1, word + header / Long.BYTES, 0);
    return at + header;
  }
}
