package io.normact.math.histogram;

import io.normact.math.exact.ByteOutput;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * The bytes of histograms: the same histograms are always the same bytes.
 *
 * <pre>
 * version (1 byte), features, and for each of those: buckets that hold a value, and if there are any
 *   level, zeros that all keys end in, least and greatest value (8 bytes each),
 *   count of the first, and for each of the others: its key less the one before, its count;
 * CRC-32 of all that (4 bytes)
 * </pre>
 *
 * <p>Keys stand without the zeros that all of them end in. Counts are as {@link
 * ByteOutput#putCount} has them. A difference of keys may have 64 bits, of which the lowest is that
 * of the count after it. The first key is that of the least value.
 */
final class HistogramsFormat {

  private static final byte VERSION = 1;
  private static final int CHECKSUM_BYTES = 4;

  private HistogramsFormat() {}

  static byte[] write(ValueHistogram[] histograms) {
    ByteOutput out = new ByteOutput(64 + 256 * histograms.length);
    out.put(VERSION);
    out.putCount(histograms.length);
    for (ValueHistogram histogram : histograms) {
      write(out, histogram);
    }
    int checksum = checksum(out.array(), out.size());
    int length = out.size();
    return ByteBuffer.wrap(Arrays.copyOf(out.array(), length + CHECKSUM_BYTES))
        .putInt(length, checksum)
        .array();
  }

  private static void write(ByteOutput out, ValueHistogram histogram) {
    long[] keys = histogram.sortedKeys();
    out.putCount(keys.length);
    if (keys.length == 0) {
      return;
    }
    int zeros = zeros(keys);
    out.putCount(histogram.level());
    out.putCount(zeros);
    out.putDouble(histogram.min());
    out.putDouble(histogram.max());
    out.putCount(histogram.countOf(keys[0]));
    for (int i = 1; i < keys.length; i++) {
      long step = (keys[i] - keys[i - 1]) >>> zeros;
      out.putCount(step >>> 1);
      out.putCount(histogram.countOf(keys[i]) << 1 | (step & 1));
    }
  }

  /** How many bits at the end are 0 in all keys. */
  private static int zeros(long[] keys) {
    long any = 0;
    for (long key : keys) {
      any |= key;
    }
    return any == 0 ? 0 : Long.numberOfTrailingZeros(any);
  }

  static ValueHistogram[] read(byte[] bytes) {
    int length = bytes.length - CHECKSUM_BYTES;
    if (length < 1 || bytes[0] != VERSION) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Saved histograms have %d bytes and the format version %s, expected %d or more and %d",
              bytes.length,
              bytes.length == 0 ? "none" : bytes[0],
              1 + CHECKSUM_BYTES,
              VERSION));
    }
    int stored = ByteBuffer.wrap(bytes).getInt(length);
    int computed = checksum(bytes, length);
    if (stored != computed) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Saved histograms have the checksum %08x, expected %08x: they are damaged",
              computed,
              stored));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, length - 1);
    try {
      int features = Math.toIntExact(ByteOutput.readCount(in));
      // Each takes a byte at least: no room is made for what can't be there.
      check(features <= in.remaining());
      ValueHistogram[] histograms = new ValueHistogram[features];
      for (int j = 0; j < features; j++) {
        histograms[j] = read(in);
      }
      check(!in.hasRemaining());
      return histograms;
    } catch (BufferUnderflowException | ArithmeticException | IllegalStateException e) {
      throw new IllegalArgumentException(
          "Saved histograms of "
              + bytes.length
              + " bytes are malformed, expected the format version "
              + VERSION,
          e);
    }
  }

  private static ValueHistogram read(ByteBuffer in) {
    long used = ByteOutput.readCount(in);
    check(used <= ValueHistogram.MOST_BUCKETS);
    if (used == 0) {
      return new ValueHistogram();
    }
    long level = ByteOutput.readCount(in);
    long zeros = ByteOutput.readCount(in);
    check(level < Long.SIZE && zeros < Long.SIZE);
    double min = in.getDouble();
    double max = in.getDouble();
    check(min >= -Double.MAX_VALUE && min <= max && max <= Double.MAX_VALUE);
    long[] keys = new long[(int) used];
    long[] counts = new long[keys.length];
    keys[0] = ValueHistogram.key(min) >> level;
    counts[0] = ByteOutput.readCount(in);
    for (int i = 1; i < keys.length; i++) {
      long step = ByteOutput.readCount(in) << 1;
      long counted = ByteOutput.readCount(in);
      keys[i] = keys[i - 1] + ((step | (counted & 1)) << zeros);
      counts[i] = counted >>> 1;
      check(keys[i] > keys[i - 1]);
    }
    // All keys lie between those of two numbers then, and so does what they stand for.
    check(keys[keys.length - 1] == ValueHistogram.key(max) >> level);
    check(Arrays.stream(counts).allMatch(count -> count > 0));
    return ValueHistogram.of((int) level, min, max, keys, counts);
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new IllegalStateException("There is no such histogram");
    }
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
