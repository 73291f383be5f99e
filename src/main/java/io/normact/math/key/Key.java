package io.normact.math.key;

import io.normact.math.exact.ByteOutput;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The bytes of a key, for tables of Java's; they order keys as {@link KeyKind} says. */
public final class Key implements Comparable<Key>, Serializable {

  private static final long serialVersionUID = 1L;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int hash;

  /** The key of these bytes, which stay as they are. */
  public Key(byte[] bytes) {
    this.bytes = bytes;
    hash = (int) hash(bytes, bytes.length);
  }

  /** The key that was written, a copy. */
  public static Key of(ByteOutput written) {
    return new Key(written.toArray());
  }

  /** The bytes, not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** A hash of the first bytes of an array, all bits of which are good. */
  public static long hash(byte[] bytes, int length) {
    return hash(bytes, 0, length);
  }

  /** The same of a part of an array. */
  public static long hash(byte[] bytes, int from, int length) {
    long hash = length;
    int i = from;
    for (; i <= from + length - Long.BYTES; i += Long.BYTES) {
      hash = mix(hash ^ (long) WORD.get(bytes, i));
    }
    long rest = 0;
    for (; i < from + length; i++) {
      rest = rest << 8 | (bytes[i] & 0xff);
    }
    return mix(hash ^ rest);
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood, 2014), a permutation of 64 bits. */
  private static long mix(long x) {
    long y = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    long z = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
