package io.normact.math.exact;

import java.util.zip.Adler32;
import java.util.zip.Deflater;

/**
 * A stream of zlib (RFC 1950) in which only those bytes are deflated that get fewer by it: the
 * others stand in stored blocks (RFC 1951, 3.2.4), which any reader of zlib copies. Mantissas of
 * measured numbers are such, and deflating them would take ten times the time of all the rest.
 */
final class ZlibOutput {

  /** What is decided on at a time, by what becomes of its first bytes. */
  private static final int CHUNK = 1 << 18;

  private static final int TRIAL = 1 << 12;

  /** A trial is deflated if it gets shorter by a sixteenth. */
  private static final int WORTHWHILE = TRIAL - TRIAL / 16;

  private static final int LONGEST_STORED = 0xffff;

  /** Refers to what was there before, and gives frequent bytes short codes. */
  private final Method repeats = new Method(Deflater.DEFAULT_STRATEGY);

  /** Does the latter alone, and faster: for zeros among mantissas, which follow no order. */
  private final Method frequent = new Method(Deflater.HUFFMAN_ONLY);

  private final Adler32 checksum = new Adler32();
  private final ByteOutput out;
  private final byte[] buffer = new byte[1 << 14];

  /** What has bytes that it has not given yet, or null. */
  private Method deflating;

  /** A way to deflate, with a deflater to try it. */
  private static final class Method {
    final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    final Deflater trial = new Deflater(Deflater.BEST_SPEED, true);

    Method(int strategy) {
      deflater.setStrategy(strategy);
      trial.setStrategy(strategy);
    }

    /** What becomes of the first of these bytes. */
    int tried(byte[] bytes, int from, byte[] buffer) {
      trial.reset();
      trial.setInput(bytes, from, TRIAL);
      trial.finish();
      int size = 0;
      while (!trial.finished()) {
        size += trial.deflate(buffer);
      }
      return size;
    }

    void end() {
      deflater.end();
      trial.end();
    }
  }

  /** A stream of at most about so many bytes. */
  ZlibOutput(long expected) {
    out = new ByteOutput(64 + expected);
    out.put(0x78);
    out.put(0x01);
  }

  /** Writes the first bytes of an array. */
  void put(byte[] bytes, int length) {
    checksum.update(bytes, 0, length);
    for (int from = 0; from < length; from += CHUNK) {
      int size = Math.min(length - from, CHUNK);
      Method method = size > TRIAL ? method(bytes, from) : repeats;
      if (deflating != method) {
        flush();
      }
      if (method == null) {
        store(bytes, from, size);
      } else {
        method.deflater.setInput(bytes, from, size);
        deflating = method;
        deflate(Deflater.NO_FLUSH);
      }
    }
  }

  /** What makes the bytes from there on shorter; null where nothing does. */
  private Method method(byte[] bytes, int from) {
    int found = repeats.tried(bytes, from, buffer);
    int coded = frequent.tried(bytes, from, buffer);
    if (Math.min(found, coded) >= WORTHWHILE) {
      return null;
    }
    return coded <= found ? frequent : repeats;
  }

  /** The next block begins with a whole byte, and refers to none before it. */
  private void flush() {
    if (deflating != null) {
      deflate(Deflater.SYNC_FLUSH);
      deflating.deflater.reset();
      deflating = null;
    }
  }

  private void store(byte[] bytes, int from, int length) {
    for (int at = 0; at < length; at += LONGEST_STORED) {
      int size = Math.min(length - at, LONGEST_STORED);
      putStoredHead(0, size);
      out.put(bytes, from + at, size);
    }
  }

  private void putStoredHead(int last, int size) {
    out.put(last);
    out.put(size);
    out.put(size >> Byte.SIZE);
    out.put(~size);
    out.put(~size >> Byte.SIZE);
  }

  private void deflate(int flush) {
    int size;
    do {
      size = deflating.deflater.deflate(buffer, 0, buffer.length, flush);
      out.put(buffer, 0, size);
      // At first a strategy is set, and no input read.
    } while (size == buffer.length || !deflating.deflater.needsInput());
  }

  /** Ends the stream; its bytes. */
  byte[] end() {
    if (deflating != null) {
      deflating.deflater.finish();
      deflate(Deflater.NO_FLUSH);
    } else {
      putStoredHead(1, 0);
    }
    repeats.end();
    frequent.end();
    out.putInt((int) checksum.getValue());
    return out.end();
  }
}
