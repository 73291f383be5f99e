package io.normact.math.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.math.exact.ByteOutput;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyKindTest {

  private static byte[] key(String type, Object... values) {
    ByteOutput key = new ByteOutput(0);
    for (Object value : values) {
      KeyKind.of(type).putObject(key, value, type);
    }
    return key.toArray();
  }

  /** A type, and values in ascending order. */
  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of("tinyint", List.of((byte) -128, (byte) -1, (byte) 0, (byte) 5)),
        Arguments.of("smallint", List.of((short) -300, (short) 7)),
        Arguments.of("int", List.of(Integer.MIN_VALUE, 0, Integer.MAX_VALUE)),
        Arguments.of("bigint", List.of(Long.MIN_VALUE, -5L, 3.0, 1L << 40)),
        Arguments.of("boolean", List.of(false, true)),
        Arguments.of("date", List.of(LocalDate.of(1066, 10, 14), LocalDate.of(2024, 2, 29))),
        Arguments.of(
            "timestamp", List.of(Instant.parse("1969-12-31T23:59:59.999999Z"), Instant.EPOCH)),
        Arguments.of(
            "timestamp_ntz",
            List.of(LocalDateTime.of(1, 1, 1, 1, 1), LocalDateTime.of(2024, 1, 1, 0, 0))),
        Arguments.of("float", List.of(Float.NEGATIVE_INFINITY, -1.5f, 0f, 1e-30f)),
        Arguments.of(
            "double",
            List.of(-1e300, -Double.MIN_VALUE, 0.0, 5, Double.POSITIVE_INFINITY, Double.NaN)),
        Arguments.of(
            "string", List.of("", "\0", "\0\0", "a", "a\0", "ab", "b", "ä", "\uD83D\uDE00")),
        Arguments.of("varchar(3)", List.of("x", "y")),
        Arguments.of("char(3)", List.of("x", "y")),
        Arguments.of(
            "decimal(38,2)",
            List.of(
                new BigDecimal("-" + "9".repeat(36) + ".99"),
                new BigDecimal("-0.01"),
                new BigDecimal("0"),
                new BigDecimal("1.5"),
                new BigDecimal("9".repeat(36) + ".99"))));
  }

  /** null first, no key the beginning of another, whatever stands behind it. */
  @ParameterizedTest
  @MethodSource("types")
  void bytesCompareAsValuesDo(String type, List<Object> ascending) {
    List<Object> values = new ArrayList<>();
    values.add(null);
    values.addAll(ascending);
    for (int i = 0; i < values.size(); i++) {
      for (int j = 0; j < values.size(); j++) {
        byte[] a = key(type, values.get(i), values.get(values.size() - 1));
        byte[] b = key(type, values.get(j), null);
        int expected = i == j ? 1 : Integer.compare(i, j);
        assertThat(Integer.signum(new Key(a).compareTo(new Key(b)))).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void whatIsReadWasWritten(String type, List<Object> values) {
    KeyKind kind = KeyKind.of(type);
    for (Object value : values) {
      ByteBuffer key = ByteBuffer.wrap(key(type, value, null));
      Object read = kind.read(key);
      assertThat(kind.read(key)).isNull();
      assertThat(key.hasRemaining()).isFalse();
      ByteOutput again = new ByteOutput(1);
      switch (kind.form()) {
        case LONG -> KeyKind.putLong(again, (long) read);
        case DOUBLE -> KeyKind.putDouble(again, (double) read);
        case BYTES -> KeyKind.putBytes(again, (byte[]) read, 0, ((byte[]) read).length);
        case WIDE -> KeyKind.putWide(again, (BigInteger) read);
      }
      KeyKind.putNull(again);
      assertThat(again.toArray()).isEqualTo(key.array());
    }
  }

  @Test
  void bytesOfAnyKindComeBack() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      byte[] bytes = new byte[random.nextInt(20)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (random.nextInt(3) - 1);
      }
      byte[] key = key("binary", bytes, bytes);
      assertThat((byte[]) KeyKind.BINARY.read(ByteBuffer.wrap(key))).isEqualTo(bytes);
      assertThat(key).isEqualTo(key("binary", bytes.clone(), bytes));
    }
  }

  @Test
  void zeroesAndNaNsAreOne() {
    assertThat(key("double", -0.0)).isEqualTo(key("double", 0.0));
    assertThat(key("double", Double.longBitsToDouble(-1L))).isEqualTo(key("double", Double.NaN));
  }

  @Test
  void textsOfValues() {
    List<String> texts = new ArrayList<>();
    texts.add(KeyKind.TEXT.text(null));
    texts.add(KeyKind.BOOLEAN.text(1L));
    texts.add(KeyKind.DATE.text(-1L));
    texts.add(KeyKind.TIMESTAMP.text(1L));
    texts.add(KeyKind.LOCAL_TIMESTAMP.text(60_000_000L));
    texts.add(KeyKind.TEXT.text("ä".getBytes(StandardCharsets.UTF_8)));
    texts.add(KeyKind.BINARY.text(new byte[] {1, -1}));
    texts.add(KeyKind.INTEGER.text(7L));
    texts.add(KeyKind.FLOATING.text(0.5));
    texts.add(KeyKind.DECIMAL.text(BigInteger.TEN));
    assertThat(texts)
        .containsExactly(
            "null",
            "true",
            "1969-12-31",
            "1970-01-01T00:00:00.000001Z",
            "1970-01-01T00:01",
            "ä",
            "0x1ff",
            "7",
            "0.5",
            "10");
  }

  @Test
  void otherValuesAreRefused() {
    Object[][] wrong = {
      {"int", "7", "A key holds 7, but must be a whole number (int)."},
      {"bigint", 0.5, "A key holds 0.5, but must be a whole number (bigint)."},
      {"boolean", 1, "A key holds 1, but must be a boolean (boolean)."},
      {"date", "2024", "A key holds 2024, but must be a date (date)."},
      {"timestamp", 1, "A key holds 1, but must be a timestamp (timestamp)."},
      {
        "timestamp_ntz",
        1,
        "A key holds 1, but must be a timestamp without time zone (timestamp_ntz)."
      },
      {"double", "1", "A key holds 1, but must be a number (double)."},
      {"string", 1, "A key holds 1, but must be a text (string)."},
      {"binary", "a", "A key holds a, but must be bytes (binary)."},
      {"decimal(4,1)", 1, "A key holds 1, but must be a decimal (decimal(4,1))."},
      {
        "decimal(4,1)",
        new BigDecimal("1.25"),
        "A key holds 1.25, but must be a decimal (decimal(4,1))."
      },
      {
        "decimal(38,1)",
        new BigDecimal("1e38"),
        "A key holds 1E+38, but must be a decimal (decimal(38,1))."
      },
    };
    for (Object[] one : wrong) {
      assertThatThrownBy(() -> key((String) one[0], one[1])).hasMessage((String) one[2]);
    }
    assertThatThrownBy(() -> KeyKind.of("array<int>"))
        .hasMessage(
            "A key is of type array<int>, but must be a number, a text, a boolean, a date, a timestamp or binary.");
  }

  @Test
  void keysAreValues() {
    Key a = new Key(key("string", "a long text of more than eight bytes"));
    Key same = new Key(a.bytes().clone());
    Key other = new Key(key("string", "another"));
    assertThat(a).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(other).isNotEqualTo("a");
    ByteOutput written = new ByteOutput(0);
    written.put(a.bytes(), 0, a.bytes().length);
    assertThat(Key.of(written)).isEqualTo(a);
    // Aa and BB have one hash as texts of Java's, and so the finder of collisions has to look on.
    assertThat(Arrays.equals(new Key(new byte[] {0}).bytes(), new byte[] {0})).isTrue();
  }

  @Test
  void keysAreEqualByTheirBytes() {
    Key key = new Key(key("int", 7));
    assertThat(key).isEqualTo(new Key(key("int", 7))).isNotEqualTo(new Key(key("int", 8)));
    assertThat(key).isNotEqualTo((Object) "7");
    assertThat(KeyKind.BOOLEAN.text(0L)).isEqualTo("false");
    assertThat(KeyKind.BOOLEAN.text(1L)).isEqualTo("true");
  }
}
