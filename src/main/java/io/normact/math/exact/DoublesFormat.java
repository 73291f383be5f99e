package io.normact.math.exact;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.InflaterInputStream;

/**
 * Numbers of features as bytes, to the bit and in little room: a value that stands many times side
 * by side is written once, and the bytes of the rest are sorted by their place in a double, signs
 * and exponents first, since those are alike.
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

  private DoublesFormat() {}

  /** The numbers as bytes. */
  public static byte[] write(double[] numbers) {
    ByteArrayOutputStream segments = new ByteArrayOutputStream();
    double[] literals = new double[numbers.length];
    int written = 0;
    int count = 0;
    int at = 0;
    while (at < numbers.length) {
      int from = at;
      int repeats = 0;
      while (at < numbers.length && repeats == 0) {
        int end = runEnd(numbers, at);
        if (end - at >= SHORTEST_RUN) {
          repeats = end - at - 1;
          at++;
        } else {
          at = end;
        }
      }
      MomentsFormat.writeCount(segments, at - from);
      MomentsFormat.writeCount(segments, repeats);
      System.arraycopy(numbers, from, literals, written, at - from);
      written += at - from;
      at += repeats;
      count++;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(VERSION);
    MomentsFormat.writeCount(out, numbers.length);
    MomentsFormat.writeCount(out, count);
    out.writeBytes(segments.toByteArray());
    out.writeBytes(planes(literals, written));
    return deflate(out);
  }

  /** The numbers that {@link #write} made the bytes of. */
  public static double[] read(byte[] bytes) {
    try {
      ByteBuffer in =
          ByteBuffer.wrap(new InflaterInputStream(new ByteArrayInputStream(bytes)).readAllBytes());
      byte version = in.get();
      if (version != VERSION) {
        throw new IllegalArgumentException("they have the format version " + version);
      }
      return readContent(in);
    } catch (IOException
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

  private static double[] readContent(ByteBuffer in) {
    int length = Math.toIntExact(MomentsFormat.readCount(in));
    int count = Math.toIntExact(MomentsFormat.readCount(in));
    // A segment takes two bytes at least.
    if (count > in.remaining() / 2) {
      throw new IllegalArgumentException("there are fewer segments");
    }
    int[] literals = new int[count];
    int[] repeats = new int[count];
    long read = 0;
    long total = 0;
    for (int s = 0; s < count; s++) {
      literals[s] = Math.toIntExact(MomentsFormat.readCount(in));
      repeats[s] = Math.toIntExact(MomentsFormat.readCount(in));
      read += literals[s];
      total += (long) literals[s] + repeats[s];
      if (literals[s] == 0) {
        throw new IllegalArgumentException("a segment repeats nothing");
      }
    }
    if (total != length || in.remaining() != read * Double.BYTES) {
      throw new IllegalArgumentException("there are more or fewer numbers");
    }
    double[] values = numbers(in, (int) read);
    double[] numbers = new double[length];
    int from = 0;
    int at = 0;
    for (int s = 0; s < count; s++) {
      System.arraycopy(values, from, numbers, at, literals[s]);
      from += literals[s];
      at += literals[s];
      Arrays.fill(numbers, at, at + repeats[s], values[from - 1]);
      at += repeats[s];
    }
    return numbers;
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

  private static byte[] planes(double[] numbers, int n) {
    byte[] planes = new byte[n * Double.BYTES];
    for (int i = 0; i < n; i++) {
      long bits = Double.doubleToRawLongBits(numbers[i]);
      for (int plane = 0; plane < Double.BYTES; plane++) {
        planes[plane * n + i] = (byte) (bits >>> (56 - 8 * plane));
      }
    }
    return planes;
  }

  private static double[] numbers(ByteBuffer planes, int n) {
    int from = planes.position();
    double[] numbers = new double[n];
    for (int i = 0; i < n; i++) {
      long bits = 0;
      for (int plane = 0; plane < Double.BYTES; plane++) {
        bits = (bits << 8) | (planes.get(from + plane * n + i) & 0xff);
      }
      numbers[i] = Double.longBitsToDouble(bits);
    }
    return numbers;
  }

  private static byte[] deflate(ByteArrayOutputStream content) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    deflater.setInput(content.toByteArray());
    deflater.finish();
    byte[] buffer = new byte[1 << 16];
    while (!deflater.finished()) {
      deflated.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return deflated.toByteArray();
  }
}
