package io.normact.math.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.exact.ByteOutput;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberedKeysTest {

  /** Keys of all shapes: of one length, with beginnings in common, or beginnings of each other. */
  private static byte[] key(Random random, int shape) {
    return switch (shape) {
      case 0 -> ByteBuffer.allocate(9).put((byte) 1).putLong(random.nextInt(3000)).array();
      case 1 -> new byte[random.nextInt(40)];
      case 2 ->
          ("a long beginning that all have " + random.nextInt(2000))
              .getBytes(StandardCharsets.UTF_8);
      case 3 -> {
        byte[] bytes = new byte[random.nextInt(4)];
        random.nextBytes(bytes);
        yield bytes;
      }
      case 4 -> ByteBuffer.allocate(24).putLong(16, random.nextInt(9) - 4).array();
      default -> new byte[] {1};
    };
  }

  private static byte[] within(byte[] key, int from) {
    byte[] array = new byte[key.length + from + 2];
    Arrays.fill(array, (byte) 77);
    System.arraycopy(key, 0, array, from, key.length);
    return array;
  }

  private static byte[] key(NumberedKeys keys, int number) {
    int from = keys.from(number);
    return Arrays.copyOfRange(keys.array(), from, from + keys.length(number));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void keysAreNumberedAsTheyComeAndSorted(int shape) {
    Random random = new Random(shape);
    NumberedKeys keys = new NumberedKeys();
    for (int round = 0; round < 3; round++) {
      assertThat(keys.ascending()).isEmpty();
      Map<Key, Integer> numbers = new HashMap<>();
      TreeMap<Key, Integer> sorted = new TreeMap<>();
      for (int i = 0; i < 4000; i++) {
        byte[] key = key(random, shape);
        int expected = numbers.computeIfAbsent(new Key(key), k -> numbers.size());
        sorted.put(new Key(key), expected);
        int from = random.nextInt(9);
        assertThat(keys.add(within(key, from), from, key.length)).isEqualTo(expected);
        assertThat(key(keys, expected)).isEqualTo(key);
      }
      assertThat(keys.size()).isEqualTo(numbers.size());
      assertThat(keys.bytes()).isGreaterThan(20L * keys.size());
      assertThat(keys.ascending())
          .containsExactly(sorted.values().stream().mapToInt(n -> n).toArray());
      keys.clear();
      assertThat(keys.size()).isZero();
    }
  }

  private static long inverse(long odd) {
    return BigInteger.valueOf(odd).modInverse(BigInteger.ONE.shiftLeft(64)).longValue();
  }

  private static long unmixed(long mixed) {
    long z = mixed ^ (mixed >>> 31) ^ (mixed >>> 62);
    long y = z * inverse(0x94d049bb133111ebL);
    y = y ^ (y >>> 27) ^ (y >>> 54);
    long x = y * inverse(0xbf58476d1ce4e5b9L);
    return x ^ (x >>> 30) ^ (x >>> 60);
  }

  /** A key of eight bytes that has this hash. */
  private static byte[] hashed(long hash) {
    byte[] key = ByteBuffer.allocate(8).putLong(unmixed(unmixed(hash)) ^ 8).array();
    assertThat(Key.hash(key, 8)).isEqualTo(hash);
    return key;
  }

  /** What a table has of a hash is the same, and then not even the bytes' length differs. */
  @Test
  void keysOfOneHashAreToldApart() {
    byte[][] alike =
        IntStream.range(0, 40)
            .mapToObj(i -> hashed(0x123456789L << 28 ^ ((long) i << 24)))
            .sorted(Comparator.comparing(Key::new))
            .toArray(byte[][]::new);
    NumberedKeys keys = new NumberedKeys();
    KeyStatisticsBuilder builder = new KeyStatisticsBuilder(List.of(), 0, 20);
    for (int i = 0; i < 20; i++) {
      assertThat(keys.add(alike[i], 0, 8)).isEqualTo(i);
      builder.add(
          alike[i], 0, 8, 1, new double[0], new double[0], new double[0], new ByteOutput(0));
    }
    KeyIndex index = builder.build().keys();
    for (int i = 0; i < 20; i++) {
      assertThat(keys.add(alike[i], 0, 8)).isEqualTo(i);
      assertThat(index.find(alike[i], 8)).isEqualTo(i);
      assertThat(index.find(alike[20 + i], 8)).isEqualTo(-1);
    }
    assertThat(keys.keyBytes()).isEqualTo(20 * 8);
  }
}
