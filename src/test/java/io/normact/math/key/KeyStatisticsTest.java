package io.normact.math.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.normact.math.exact.ByteOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStatisticsTest {

  private static final List<KeyColumn> COLUMNS =
      List.of(new KeyColumn("store", "string"), new KeyColumn("day", "int"));

  private static byte[] key(String store, Integer day) {
    ByteOutput key = new ByteOutput(16);
    KeyKind.TEXT.putObject(key, store, "string");
    KeyKind.INTEGER.putObject(key, day, "int");
    return key.toArray();
  }

  private static KeyStatistics.Entry entry(byte[] key, Random random, boolean sums) {
    double[] invalid = random.nextInt(3) == 0 ? new double[] {0, 2} : new double[2];
    byte[] bytes = new byte[random.nextInt(30)];
    random.nextBytes(bytes);
    return new KeyStatistics.Entry(
        key,
        5 + random.nextInt(9),
        invalid,
        new double[] {random.nextGaussian(), 0},
        new double[] {random.nextDouble(), 1},
        sums ? bytes : null);
  }

  private static List<KeyStatistics.Entry> entries(int size, boolean sums, Random random) {
    TreeMap<Key, KeyStatistics.Entry> entries = new TreeMap<>();
    while (entries.size() < size) {
      byte[] key =
          key(random.nextInt(9) == 0 ? null : "s" + random.nextInt(size), random.nextInt(size));
      entries.put(new Key(key), entry(key, random, sums));
    }
    return new ArrayList<>(entries.values());
  }

  private static KeyIndex index(byte[]... keys) {
    ByteOutput bytes = new ByteOutput(0);
    int[] from = new int[keys.length + 1];
    for (int k = 0; k < keys.length; k++) {
      bytes.put(keys[k], 0, keys[k].length);
      from[k + 1] = bytes.size();
    }
    return KeyIndex.of(bytes.toArray(), from);
  }

  private static void assertSame(KeyStatistics.Entry a, KeyStatistics.Entry b) {
    assertThat(a).usingRecursiveComparison().isEqualTo(b);
  }

  @Test
  void everyKeyIsFoundAndNoOther() {
    Random random = new Random(3);
    for (int size : new int[] {0, 1, 2, 3, 7, 100, 1000}) {
      List<KeyStatistics.Entry> entries = entries(size, true, random);
      List<KeyStatistics.Entry> shuffled = new ArrayList<>(entries);
      Collections.shuffle(shuffled, random);
      KeyStatistics statistics = KeyStatistics.of(COLUMNS, 2, shuffled);
      assertThat(statistics.size()).isEqualTo(size);
      for (int k = 0; k < size; k++) {
        byte[] key = entries.get(k).key();
        assertThat(statistics.keys().find(key, key.length)).isEqualTo(k);
        assertSame(statistics.entry(k), entries.get(k));
        assertThat(statistics.count(k, 1))
            .isEqualTo(entries.get(k).rows() - entries.get(k).invalid()[1]);
        assertThat(statistics.rows(k)).isEqualTo(entries.get(k).rows());
        assertThat(statistics.mean(k, 0)).isEqualTo(entries.get(k).mean()[0]);
        assertThat(statistics.variance(k, 0)).isEqualTo(entries.get(k).variance()[0]);
        assertThat(statistics.keys().find(key, key.length - 1)).isEqualTo(-1);
      }
      assertThat(statistics.keys().find(key("other", 1), key("other", 1).length)).isEqualTo(-1);
      List<KeyStatistics> parts =
          List.of(
              statistics.slice(size / 3, size),
              statistics.slice(0, 0),
              statistics.slice(0, size / 3));
      assertThat(KeyStatistics.concat(parts)).isEqualTo(statistics);
    }
  }

  /** One key after the other, into less room than they take, or more. */
  @Test
  void statisticsAreBuiltKeyByKey() {
    for (long seed = 0; seed < 9; seed++) {
      List<KeyStatistics.Entry> entries = entries(7, true, new Random(seed));
      for (int room : new int[] {0, 3, 7, 12}) {
        KeyStatisticsBuilder builder = new KeyStatisticsBuilder(COLUMNS, 2, room);
        for (KeyStatistics.Entry entry : seed == 0 ? entries.subList(0, 1) : entries) {
          byte[] within = new byte[entry.key().length + 5];
          System.arraycopy(entry.key(), 0, within, 3, entry.key().length);
          ByteOutput sums = new ByteOutput(0);
          sums.put(entry.sums(), 0, entry.sums().length);
          builder.add(
              within,
              3,
              entry.key().length,
              entry.rows(),
              entry.invalid(),
              entry.mean(),
              entry.variance(),
              sums);
        }
        assertThat(builder.build())
            .isEqualTo(KeyStatistics.of(COLUMNS, 2, seed == 0 ? entries.subList(0, 1) : entries));
      }
    }
  }

  /** Of many keys ranges are merged side by side; of uneven parts some have nothing to give. */
  @Test
  @Tag("thorough")
  void manyPartsAreOneInTheKeysOrder() {
    Random random = new Random(13);
    for (int size : new int[] {1023, 5000}) {
      for (boolean sums : new boolean[] {true, false}) {
        List<KeyStatistics.Entry> entries = entries(size, sums, random);
        List<List<KeyStatistics.Entry>> split = new ArrayList<>();
        for (int p = 0; p < 6; p++) {
          split.add(new ArrayList<>());
        }
        // The first keys are all in the first part, and the last part is empty.
        for (int k = 0; k < size; k++) {
          split.get(k < size / 3 ? 0 : random.nextInt(5)).add(entries.get(k));
        }
        List<KeyStatistics> parts = new ArrayList<>();
        split.forEach(part -> parts.add(KeyStatistics.of(COLUMNS, 2, part)));
        KeyStatistics whole = KeyStatistics.concat(parts);
        KeyStatistics expected = KeyStatistics.of(COLUMNS, 2, entries);
        assertThat(whole.size()).isEqualTo(size);
        for (int k = 0; k < size; k += 97) {
          assertSame(whole.entry(k), entries.get(k));
        }
        assertThat(whole).isEqualTo(expected);
        assertThat(whole.write()).usingRecursiveComparison().isEqualTo(expected.write());
        assertThat(whole.hasSums()).isEqualTo(sums);
      }
    }
  }

  /** Sums are kept where all keys have some. */
  @Test
  void sumsOfSomeKeysAreForgotten() {
    List<KeyStatistics.Entry> entries = entries(5, true, new Random(12));
    List<KeyStatistics.Entry> some = new ArrayList<>(entries);
    KeyStatistics.Entry last = entries.get(2);
    some.set(
        2,
        new KeyStatistics.Entry(
            last.key(), last.rows(), last.invalid(), last.mean(), last.variance(), null));
    KeyStatistics statistics = KeyStatistics.of(COLUMNS, 2, some);
    assertThat(statistics.hasSums()).isFalse();
    assertThat(statistics.mean(4, 0)).isEqualTo(entries.get(4).mean()[0]);
    KeyStatistics summed = KeyStatistics.of(COLUMNS, 2, entries.subList(0, 2));
    KeyStatistics both =
        KeyStatistics.concat(List.of(summed, KeyStatistics.of(COLUMNS, 2, some.subList(2, 3))));
    assertThat(both.hasSums()).isFalse();
    assertThat(both.size()).isEqualTo(3);
  }

  @Test
  void theSizeIsToldInAdvance() {
    KeyStatistics statistics = KeyStatistics.of(COLUMNS, 2, entries(40, true, new Random(2)));
    long keys = 0;
    long sums = 0;
    for (int k = 0; k < statistics.size(); k++) {
      keys += statistics.entry(k).key().length;
      sums += statistics.entry(k).sums().length;
    }
    assertThat(KeyStatistics.leastBytes(40, 2, keys, sums))
        .isBetween(statistics.bytes() / 2, statistics.bytes());
  }

  @Test
  void statisticsWithoutSumsAreCutAndPutTogether() {
    KeyStatistics statistics = KeyStatistics.of(COLUMNS, 2, entries(7, false, new Random(8)));
    assertThat(statistics.entry(0).sums()).isNull();
    KeyStatistics joined =
        KeyStatistics.concat(List.of(statistics.slice(3, 7), statistics.slice(0, 3)));
    assertThat(joined).isEqualTo(statistics);
    assertThat(joined.hasSums()).isFalse();
  }

  @Test
  void whatIsReadWasWritten() {
    Random random = new Random(4);
    for (boolean sums : new boolean[] {true, false}) {
      for (int size : new int[] {0, 1, 2, 50}) {
        KeyStatistics statistics = KeyStatistics.of(COLUMNS, 2, entries(size, sums, random));
        KeyStatistics read = KeyStatistics.read(statistics.write());
        assertThat(read).isEqualTo(statistics).hasSameHashCodeAs(statistics);
        assertThat(read.hasSums()).isEqualTo(size == 0 || sums);
        assertThat(read.columns()).isEqualTo(COLUMNS);
        assertThat(read.features()).isEqualTo(2);
        assertThat(read.bytes()).isEqualTo(statistics.bytes()).isGreaterThan(32L * size);
      }
    }
  }

  @Test
  void damageIsFound() {
    List<byte[]> sections = KeyStatistics.of(COLUMNS, 2, entries(20, true, new Random(5))).write();
    Random random = new Random(6);
    int found = 0;
    for (int round = 0; round < 3000; round++) {
      List<byte[]> damaged = new ArrayList<>();
      sections.forEach(section -> damaged.add(section.clone()));
      int s = random.nextInt(7);
      byte[] section = damaged.get(s);
      if (round % 3 == 0) {
        damaged.set(s, Arrays.copyOf(section, random.nextInt(section.length)));
      } else {
        section[random.nextInt(section.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        KeyStatistics.read(damaged);
      } catch (IllegalArgumentException e) {
        assertThat(e)
            .hasMessage("Saved statistics by key are damaged, expected the format version 1.");
        found++;
      }
    }
    assertThat(found).isGreaterThan(1500);
    for (int missing = 0; missing < 8; missing++) {
      List<byte[]> fewer = new ArrayList<>(sections.subList(0, missing));
      if (missing != 6) {
        assertThatThrownBy(() -> KeyStatistics.read(fewer))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void numbersThatDontBelongTogetherAreRefused() {
    KeyStatistics two = KeyStatistics.of(COLUMNS, 2, entries(2, true, new Random(5)));
    KeyStatistics three = KeyStatistics.of(COLUMNS, 2, entries(3, true, new Random(7)));
    for (int s = 1; s < 8; s++) {
      List<byte[]> mixed = new ArrayList<>(two.write());
      if (s == 3) {
        mixed.set(3, io.normact.math.exact.DoublesFormat.write(new double[3]));
      } else {
        mixed.set(s, three.write().get(s));
      }
      assertThatThrownBy(() -> KeyStatistics.read(mixed))
          .as("%d", s)
          .isInstanceOf(IllegalArgumentException.class);
    }
    List<byte[]> infinite = new ArrayList<>(two.write());
    infinite.set(4, io.normact.math.exact.DoublesFormat.write(new double[] {1, 2, 3, Double.NaN}));
    assertThatThrownBy(() -> KeyStatistics.read(infinite))
        .hasRootCauseMessage("a number is not finite");
  }

  /** Of one length, all but the first, all but others; no key is taken for its neighbour's end. */
  @Test
  void keysOfAnyLengthsAreFound() {
    byte[] none = {0};
    byte[][] numbers = new byte[50][];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = ByteBuffer.allocate(9).put((byte) 1).putLong(3L * i).array();
    }
    byte[] longer = {1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0};
    for (int from = 0; from < 4; from++) {
      for (int to = from; to < 50; to += 7) {
        for (int more = 0; more < 4; more++) {
          List<byte[]> keys = new ArrayList<>(List.of(numbers).subList(from, to));
          if ((more & 1) != 0) {
            keys.add(none);
          }
          if ((more & 2) != 0) {
            keys.add(longer);
          }
          keys.sort(Arrays::compareUnsigned);
          KeyIndex index = index(keys.toArray(byte[][]::new));
          index.prepare();
          index.prepare();
          for (int k = 0; k < keys.size(); k++) {
            assertThat(index.find(keys.get(k), keys.get(k).length)).isEqualTo(k);
            assertThat(index.find(keys.get(k), keys.get(k).length - 1)).isEqualTo(-1);
          }
          byte[] missing = ByteBuffer.allocate(9).put((byte) 1).putLong(4).array();
          assertThat(index.find(missing, 9)).isEqualTo(-1);
        }
      }
    }
  }

  private static byte[] bytesOf(KeyIndex index) {
    ByteOutput out = new ByteOutput(0);
    index.write(out);
    return out.toArray();
  }

  @Test
  void keysThatDontAscendAreRefused() {
    KeyIndex index = index(key("a", 1), key("a", 2));
    byte[] bytes = bytesOf(index);
    bytes[bytes.length - 1] = 0;
    assertThatThrownBy(() -> KeyIndex.read(ByteBuffer.wrap(bytes)))
        .hasMessage("the key number 1 does not follow the one before it");
    assertThat(KeyIndex.read(ByteBuffer.wrap(bytesOf(index)), index.keyBytes())).isEqualTo(index);
    assertThatThrownBy(() -> KeyIndex.read(ByteBuffer.wrap(bytesOf(index)), index.keyBytes() - 1))
        .hasMessage("the key number 1 is damaged");
    assertThatThrownBy(() -> KeyIndex.read(ByteBuffer.wrap(new byte[] {9, 0})))
        .hasMessage("there are fewer keys");
    assertThatThrownBy(() -> KeyIndex.read(ByteBuffer.wrap(new byte[] {1, 1, 1, 1})))
        .hasMessage("the key number 0 is damaged");
    assertThatThrownBy(() -> KeyIndex.read(ByteBuffer.wrap(new byte[] {1, 0, 9, 1})))
        .hasMessage("the key number 0 is damaged");
    assertThat(index)
        .isEqualTo(index(key("a", 1), key("a", 2)))
        .isNotEqualTo(index(key("a", 1), key("a", 3)))
        .isNotEqualTo(index(key("a", 1)))
        .isNotEqualTo("a")
        .hasSameHashCodeAs(index(key("a", 1), key("a", 2)));
  }

  @Test
  void aKeyTwiceIsRefused() {
    Random random = new Random(9);
    List<KeyStatistics.Entry> twice =
        List.of(entry(key("a", null), random, true), entry(key("a", null), random, true));
    assertThatThrownBy(() -> KeyStatistics.of(COLUMNS, 2, twice))
        .hasMessage("Key store=a, day=null has statistics twice, but must have them once.");
  }

  @Test
  void statisticsAreValues() {
    List<KeyStatistics.Entry> entries = entries(5, true, new Random(10));
    KeyStatistics statistics = KeyStatistics.of(COLUMNS, 2, entries);
    KeyStatistics.Entry first = entries.get(0);
    List<KeyStatistics.Entry> others =
        List.of(
            new KeyStatistics.Entry(
                key("z", 1),
                first.rows(),
                first.invalid(),
                first.mean(),
                first.variance(),
                first.sums()),
            new KeyStatistics.Entry(
                first.key(), 99, first.invalid(), first.mean(), first.variance(), first.sums()),
            new KeyStatistics.Entry(
                first.key(),
                first.rows(),
                new double[] {1, 1},
                first.mean(),
                first.variance(),
                first.sums()),
            new KeyStatistics.Entry(
                first.key(),
                first.rows(),
                first.invalid(),
                new double[2],
                first.variance(),
                first.sums()),
            new KeyStatistics.Entry(
                first.key(),
                first.rows(),
                first.invalid(),
                first.mean(),
                new double[2],
                first.sums()),
            new KeyStatistics.Entry(
                first.key(),
                first.rows(),
                first.invalid(),
                first.mean(),
                first.variance(),
                new byte[50]));
    for (KeyStatistics.Entry other : others) {
      List<KeyStatistics.Entry> changed = new ArrayList<>(entries);
      changed.set(0, other);
      assertThat(KeyStatistics.of(COLUMNS, 2, changed)).isNotEqualTo(statistics);
    }
    assertThat(statistics)
        .isNotEqualTo("a")
        .isNotEqualTo(KeyStatistics.of(COLUMNS.subList(0, 1), 2, entries))
        .isNotEqualTo(KeyStatistics.of(COLUMNS, 1, entries))
        .hasToString("statistics of 5 keys, 2 features");
    assertThat(statistics.below(100)).containsExactly(5, 5);
    assertThat(statistics.below(1)).containsExactly(0, 0);
    assertThat(statistics.hasZeroMeans()).isFalse();
    KeyStatistics zero = statistics.with(new double[10], new double[10]);
    assertThat(zero.hasZeroMeans()).isTrue();
    assertThat(zero.hasSums()).isFalse();
    assertThat(zero.invalid(0, 0)).isEqualTo(statistics.invalid(0, 0));
  }

  /** Two samples put together have the moments of all their values. */
  @Test
  void shrinkageIsTheMomentsOfRowsOfBoth() {
    KeyStatistics statistics =
        KeyStatistics.of(
            List.of(new KeyColumn("k", "int")),
            2,
            List.of(
                new KeyStatistics.Entry(
                    new byte[] {0},
                    4,
                    new double[] {0, 3},
                    new double[] {2, 8},
                    new double[] {3, 0},
                    null)));
    double[] mean = new double[2];
    double[] variance = new double[2];
    // 4 values of mean 2 and variance 3, and 2 of mean 5 and variance 7; the second has one value.
    new Shrinkage(statistics, new double[] {5, 6}, new double[] {7, 9}, 2, 2)
        .fill(0, mean, variance);
    assertThat(mean).containsExactly(3, 6);
    assertThat(variance)
        .containsExactly(new double[] {(4 * 3 + 2 * 7) / 6.0 + 8 * 9 / 36.0, 9}, within(1e-14));
    new Shrinkage(statistics, new double[] {5, 6}, new double[] {7, 9}, 1, 0)
        .fill(0, mean, variance);
    assertThat(mean).containsExactly(2, 8);
    assertThat(variance).containsExactly(3, 0);
    for (int unknown : new int[] {-1, 1}) {
      new Shrinkage(statistics, new double[] {5, 6}, new double[] {7, 9}, 1, 0)
          .fill(unknown, mean, variance);
      assertThat(mean).containsExactly(5, 6);
      assertThat(variance).containsExactly(7, 9);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void statisticsAreCombinedByKey(boolean sums) {
    Random random = new Random(11);
    List<KeyStatistics.Entry> all = entries(40, sums, random);
    KeyStatistics a = KeyStatistics.of(COLUMNS, 2, all.subList(0, 25));
    KeyStatistics b = KeyStatistics.of(COLUMNS, 2, all.subList(15, 40));
    List<String> calls = Collections.synchronizedList(new ArrayList<>());
    List<Long> sizes = new ArrayList<>();
    KeyStatistics both =
        a.combined(
            b,
            (before, now) -> {
              calls.add(before == null ? "now" : now == null ? "before" : "both");
              return before == null ? now : before;
            },
            (keys, features, bytes) -> {
              assertThat(calls).isEmpty();
              assertThat(keys).isEqualTo(40);
              assertThat(features).isEqualTo(2);
              sizes.add(bytes);
            });
    assertThat(sizes.get(0)).isBetween(both.bytes() / 2, both.bytes());
    assertThatThrownBy(
            () ->
                a.combined(
                    b,
                    (before, now) -> before,
                    (keys, features, bytes) -> {
                      throw new IllegalArgumentException("Too large.");
                    }))
        .hasMessage("Too large.");
    assertThat(both).isEqualTo(KeyStatistics.of(COLUMNS, 2, all));
    assertThat(Collections.frequency(calls, "both")).isEqualTo(10);
    assertThat(Collections.frequency(calls, "now")).isEqualTo(15);
  }
}
