package io.normact.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A message in the wire format of Protocol Buffers: fields of varints, of bytes with their length,
 * and of floats. It is all that a model of ONNX is made of.
 */
final class Message {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  /** Readers of Protocol Buffers take no message of 2 GB, and no array holds one. */
  private static final long MOST = Integer.MAX_VALUE - 8;

  /** A field's number and a length. */
  private static final int HEAD = 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /**
   * The length of a message or a part of it.
   *
   * @throws IllegalArgumentException if a message can't be so long
   */
  static int length(long bytes) {
    if (bytes > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The model takes %d MB or more in ONNX, but a file of ONNX holds at most %d MB.",
              bytes >> 20,
              MOST >> 20));
    }
    return (int) bytes;
  }

  Message number(int field, long value) {
    varint(((long) field << 3) | VARINT);
    varint(value);
    return this;
  }

  Message text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Message bytes(int field, byte[] value) {
    length((long) bytes.size() + HEAD + value.length);
    varint(((long) field << 3) | BYTES);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  Message single(int field, float value) {
    varint(((long) field << 3) | FIXED32);
    int bits = Float.floatToRawIntBits(value);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      bytes.write(bits >>> shift);
    }
    return this;
  }

  Message message(int field, Message value) {
    return bytes(field, value.toBytes());
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
