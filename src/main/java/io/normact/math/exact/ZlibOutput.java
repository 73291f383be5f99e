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

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final Deflater trial = new Deflater(Deflater.BEST_SPEED, true);
  private final Adler32 checksum = new Adler32();
  private final ByteOutput out;
  private final byte[] buffer = new byte[1 << 14];

  /** Whether the deflater has bytes that it has not given yet. */
  private boolean deflating;

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
      if (size > TRIAL && !isWorthwhile(bytes, from)) {
        store(bytes, from, size);
      } else {
        deflater.setInput(bytes, from, size);
        deflate(Deflater.NO_FLUSH);
        deflating = true;
      }
    }
  }

  private boolean isWorthwhile(byte[] bytes, int from) {
    trial.reset();
    trial.setInput(bytes, from, TRIAL);
    trial.finish();
    return trial.deflate(buffer) < WORTHWHILE;
  }

  private void store(byte[] bytes, int from, int length) {
    if (deflating) {
      // The next block begins with a whole byte, and refers to none before it.
      deflate(Deflater.SYNC_FLUSH);
      deflater.reset();
      deflating = false;
    }
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
      size = deflater.deflate(buffer, 0, buffer.length, flush);
      out.put(buffer, 0, size);
    } while (size == buffer.length);
  }

  /** Ends the stream; its bytes. */
  byte[] end() {
    if (deflating) {
      deflater.finish();
      deflate(Deflater.NO_FLUSH);
    } else {
      putStoredHead(1, 0);
    }
    deflater.end();
    trial.end();
    out.putInt((int) checksum.getValue());
    return out.end();
  }
}
