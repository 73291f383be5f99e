package io.normact.math.exact;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.zip.CRC32;

/**
 * The bytes of {@link Moments}: the same exact state is always the same bytes.
 *
 * <pre>
 * version (1 byte), features, rows, W, features with anything to tell,
 *   and for each of those: how many features it is after the previous one,
 *   S, Q, rows left out, and if there are any their weight;
 * CRC-32 of all that (4 bytes)
 * </pre>
 *
 * <p>Counts are in base 128, low digits first, with the top bit for "more follows". An exact number
 * is an odd integer times a power of two, which is unique: the integer's length in bytes, the
 * exponent (signs folded: 0, -1, 1, -2, ...), the integer in two's complement. Zero is the length
 * 0.
 */
final class MomentsFormat {
  private static final byte VERSION = 1;
  private static final int CHECKSUM_BYTES = 4;

  /** Sums of {@code w x^2} lie between 2^-3222 and 2^(3072 + 63). */
  private static final int MAX_EXPONENT = 4096;

  private static final int MAX_LENGTH = 1024;

  private MomentsFormat() {}

  /**
   * Writes moments.
   *
   * @param sum memory for one sum after the other
   */
  static void write(Moments moments, ExactSum sum, ByteOutput out) {
    int from = out.size();
    out.put(VERSION);
    out.putCount(moments.features());
    WeightSums weights = moments.weights();
    out.putCount(weights.rows());
    sum.clear();
    weights.addTotal(sum);
    sum.write(out);
    int told = 0;
    for (int j = 0; j < moments.features(); j++) {
      told += moments.isBlank(j) ? 0 : 1;
    }
    out.putCount(told);
    int previous = -1;
    for (int j = 0; j < moments.features(); j++) {
      if (!moments.isBlank(j)) {
        out.putCount(j - previous - 1L);
        previous = j;
        moments.powers().sums().write(j, sum, out);
        moments.powers().squares().write(j, sum, out);
        out.putCount(weights.leftOut(j));
        if (weights.leftOut(j) != 0) {
          weights.leftOutWeight(j).write(out);
        }
      }
    }
    out.putInt(checksum(out.array(), from, out.size() - from));
  }

  /** Writes the moments of one row of weight 1, whose values are finite. */
  static void writeRow(double[] row, ByteOutput out) {
    int from = out.size();
    out.put(VERSION);
    out.putCount(row.length);
    // One row, and its weight: one byte, the exponent 0, the integer 1.
    out.putCount(1);
    out.putCount(1);
    out.putCount(0);
    out.put(1);
    int told = 0;
    for (double value : row) {
      told += value == 0 ? 0 : 1;
    }
    out.putCount(told);
    int previous = -1;
    for (int j = 0; j < row.length; j++) {
      if (row[j] != 0) {
        out.putCount(j - previous - 1L);
        previous = j;
        ShortSum.writePowers(row[j], out);
        out.putCount(0);
      }
    }
    out.putInt(checksum(out.array(), from, out.size() - from));
  }

  static Moments read(byte[] bytes) {
    return read(bytes, Moments::new);
  }

  /** The moments, in what is made for so many features. */
  static Moments read(byte[] bytes, IntFunction<Moments> empty) {
    int length = bytes.length - CHECKSUM_BYTES;
    if (length < 1) {
      throw new IllegalArgumentException(
          "Saved moments have "
              + bytes.length
              + " bytes, expected "
              + (1 + CHECKSUM_BYTES)
              + " or more");
    }
    if (bytes[0] != VERSION) {
      throw new IllegalArgumentException(
          "Saved moments have the format version " + bytes[0] + ", expected " + VERSION);
    }
    int stored = ByteBuffer.wrap(bytes).getInt(length);
    int computed = checksum(bytes, 0, length);
    if (stored != computed) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Saved moments have the checksum %08x, expected %08x: they are damaged",
              computed,
              stored));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, length - 1);
    try {
      Moments moments = readContent(in, empty);
      if (in.hasRemaining()) {
        throw new IllegalArgumentException(in.remaining() + " bytes follow the last feature");
      }
      return moments;
    } catch (BufferUnderflowException
        | ArithmeticException
        | IllegalArgumentException
        | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "Saved moments of "
              + bytes.length
              + " bytes are malformed, expected the format version "
              + VERSION,
          e);
    }
  }

  private static Moments readContent(ByteBuffer in, IntFunction<Moments> empty) {
    Moments moments = empty.apply(Math.toIntExact(ByteOutput.readCount(in)));
    long rows = ByteOutput.readCount(in);
    ExactSum weight = new ExactSum();
    readExact(in, weight);
    moments.weights().load(rows, weight);
    int told = Math.toIntExact(ByteOutput.readCount(in));
    long feature = -1;
    for (int i = 0; i < told; i++) {
      feature += ByteOutput.readCount(in) + 1;
      int j = Objects.checkIndex(Math.toIntExact(feature), moments.features());
      PowerSums powers = moments.powers();
      readExact(in, powers.sums(), j);
      readExact(in, powers.squares(), j);
      long invalid = ByteOutput.readCount(in);
      if (invalid > rows) {
        throw new IllegalArgumentException("Feature " + j + " has more invalid rows than rows");
      }
      if (invalid != 0) {
        readExact(in, moments.weights().leaveOut(j, invalid));
      }
    }
    return moments;
  }

  private static int checksum(byte[] bytes, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /** Reads what {@link ExactSum#write} wrote. */
  private static void readExact(ByteBuffer in, ExactSum sum) {
    int length = readLength(in);
    if (length > 0) {
      int exponent = readExponent(in);
      sum.add(readInteger(in, length), exponent);
    }
  }

  /** The same, of a feature that has no sum yet. */
  private static void readExact(ByteBuffer in, Expansions sums, int feature) {
    int length = readLength(in);
    if (length == 0) {
      return;
    }
    int exponent = readExponent(in);
    if (length > 2 * Long.BYTES) {
      sums.load(feature, readInteger(in, length), exponent);
      return;
    }
    long upper = in.get(in.position()) >> (Byte.SIZE - 1);
    long lower = upper;
    for (int i = 0; i < length; i++) {
      upper = (upper << Byte.SIZE) | (lower >>> (Long.SIZE - Byte.SIZE));
      lower = (lower << Byte.SIZE) | (in.get() & 0xff);
    }
    sums.load(feature, upper, lower, exponent);
  }

  private static int readLength(ByteBuffer in) {
    long length = ByteOutput.readCount(in);
    if (length > MAX_LENGTH) {
      throw new ArithmeticException("No sum of doubles has " + length + " bytes");
    }
    return (int) length;
  }

  private static int readExponent(ByteBuffer in) {
    int folded = Math.toIntExact(ByteOutput.readCount(in));
    int exponent = (folded >>> 1) ^ -(folded & 1);
    if (Math.abs(exponent) > MAX_EXPONENT) {
      throw new ArithmeticException("No sum of doubles counts 2^" + exponent);
    }
    return exponent;
  }

  private static BigInteger readInteger(ByteBuffer in, int length) {
    byte[] odd = new byte[length];
    in.get(odd);
    return new BigInteger(odd);
  }
}
