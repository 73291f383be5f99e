package io.normact.math.exact;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Numbers of features as bytes, to the bit and in little room. A value that stands many times side
 * by side is written once. The bytes of the rest are sorted by their place in a double: signs and
 * exponents come first, since those are alike.
 *
 * <pre>
 * zlib of: version (1 byte), numbers, segments,
 *   for each segment: how many numbers stand in it one by one, and how many times more the last;
 *   the first bytes of all numbers that stand one by one, their second bytes, and so on to the eighth
 * </pre>
 *
 * <p>Counts are those of {@link MomentsFormat}. zlib has a checksum (Adler-32) of what it holds.
 */
public final class DoublesFormat {
  private static final byte VERSION = 1;

  /** Fewer equal numbers side by side are written one by one. */
  private static final int SHORTEST_RUN = 8;

  /** So many bytes are inflated at a time, since the collector waits meanwhile. */
  private static final int SLICE = 1 << 20;

  private DoublesFormat() {}

  /** The numbers as bytes. */
  public static byte[] write(double[] numbers) {
    Segments segments = new Segments(numbers);
    ByteOutput head = new ByteOutput(64);
    head.put(VERSION);
    head.putCount(numbers.length);
    head.putCount(segments.count);
    for (int s = 0; s < segments.count; s++) {
      head.putCount(segments.literals[s]);
      head.putCount(segments.repeats[s]);
    }
    ZlibOutput out = new ZlibOutput(head.size() + (long) Double.BYTES * segments.written);
    out.put(head.array(), head.size());
    byte[] plane = new byte[segments.written];
    for (int p = 0; p < Double.BYTES; p++) {
      segments.fill(plane, Long.SIZE - Byte.SIZE * (p + 1));
      out.put(plane, plane.length);
    }
    return out.end();
  }

  /** Which numbers stand one by one, and how often the last of them follows. */
  private static final class Segments {
    private final double[] numbers;
    private int[] literals = new int[4];
    private int[] repeats = new int[4];
    private int count;

    /** The numbers that stand one by one. */
    private int written;

    Segments(double[] numbers) {
      this.numbers = numbers;
      int at = 0;
      while (at < numbers.length) {
        int from = at;
        int repeated = 0;
        while (at < numbers.length && repeated == 0) {
          int end = runEnd(numbers, at);
          if (end - at >= SHORTEST_RUN) {
            repeated = end - at - 1;
            at++;
          } else {
            at = end;
          }
        }
        if (count == literals.length) {
          literals = Arrays.copyOf(literals, 2 * count);
          repeats = Arrays.copyOf(repeats, 2 * count);
        }
        literals[count] = at - from;
        repeats[count++] = repeated;
        written += at - from;
        at += repeated;
      }
    }

    /** Gathers a byte of each number that stands one by one. */
    void fill(byte[] plane, int shift) {
      int from = 0;
      int at = 0;
      for (int s = 0; s < count; s++) {
        for (int i = 0; i < literals[s]; i++) {
          plane[at + i] = (byte) (Double.doubleToRawLongBits(numbers[from + i]) >>> shift);
        }
        at += literals[s];
        from += literals[s] + repeats[s];
      }
    }
  }

  /** The numbers that {@link #write} made the bytes of. */
  public static double[] read(byte[] bytes) {
    try {
      ByteBuffer in = inflate(bytes);
      byte version = in.get();
      if (version != VERSION) {
        throw new IllegalArgumentException("they have the format version " + version);
      }
      return readContent(in);
    } catch (DataFormatException
        | BufferUnderflowException
        | ArithmeticException
        | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Saved numbers of %d bytes are damaged, expected the format version %d.",
              bytes.length,
              VERSION),
          e);
    }
  }

  private static ByteBuffer inflate(byte[] bytes) throws DataFormatException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes);
      byte[] content = new byte[(int) Math.min(64 + bytes.length * 3L / 2, ByteOutput.LARGEST)];
      int size = 0;
      while (true) {
        int read = inflater.inflate(content, size, Math.min(content.length - size, SLICE));
        size += read;
        if (inflater.finished()) {
          return ByteBuffer.wrap(content, 0, size);
        }
        if (read == 0) {
          throw new IllegalArgumentException("they end too early");
        }
        if (size == content.length) {
          long longer = Math.min(2L * size, ByteOutput.LARGEST);
          content = Arrays.copyOf(content, (int) Math.max(longer, Math.addExact(size, 1)));
        }
      }
    } finally {
      inflater.end();
    }
  }

  private static double[] readContent(ByteBuffer in) {
    int length = Math.toIntExact(ByteOutput.readCount(in));
    int count = Math.toIntExact(ByteOutput.readCount(in));
    // A segment takes two bytes at least.
    if (count > in.remaining() / 2) {
      throw new IllegalArgumentException("there are fewer segments");
    }
    int[] literals = new int[count];
    int[] repeats = new int[count];
    long read = 0;
    long total = 0;
    for (int s = 0; s < count; s++) {
      literals[s] = Math.toIntExact(ByteOutput.readCount(in));
      repeats[s] = Math.toIntExact(ByteOutput.readCount(in));
      read += literals[s];
      total += (long) literals[s] + repeats[s];
      if (literals[s] == 0) {
        throw new IllegalArgumentException("a segment repeats nothing");
      }
    }
    if (total != length || in.remaining() != read * Double.BYTES) {
      throw new IllegalArgumentException("there are more or fewer numbers");
    }
    int from = in.position();
    double[] numbers = new double[length];
    int at = 0;
    for (int s = 0; s < count; s++) {
      for (int i = 0; i < literals[s]; i++, from++) {
        numbers[at++] = number(in, from, (int) read);
      }
      Arrays.fill(numbers, at, at + repeats[s], numbers[at - 1]);
      at += repeats[s];
    }
    return numbers;
  }

  /** The number whose first byte stands there, the others so many bytes after one another. */
  private static double number(ByteBuffer planes, int at, int apart) {
    long bits = 0;
    for (int plane = 0; plane < Double.BYTES; plane++) {
      bits = (bits << Byte.SIZE) | (planes.get(at + plane * apart) & 0xff);
    }
    return Double.longBitsToDouble(bits);
  }

  /** Where the numbers end that have the bits of the one there. */
  private static int runEnd(double[] numbers, int from) {
    long bits = Double.doubleToRawLongBits(numbers[from]);
    int end = from + 1;
    while (end < numbers.length && Double.doubleToRawLongBits(numbers[end]) == bits) {
      end++;
    }
    return end;
  }
}
