package io.normact.math.key;

import io.normact.math.exact.ByteOutput;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * The kinds of value that a key is made of, and their bytes: 0 for null, or 1 and the value, so
 * that bytes compare as values do, and no value is the beginning of another one.
 *
 * <p>NaN is one value, the largest, and -0.0 is 0.0, as where Spark groups.
 */
public enum KeyKind {
  /** A whole number of up to 64 bits. */
  INTEGER(Form.LONG, "a whole number"),
  /** true or false, as 1 or 0. */
  BOOLEAN(Form.LONG, "a boolean"),
  /** Days since 1970. */
  DATE(Form.LONG, "a date"),
  /** Microseconds since 1970 in UTC. */
  TIMESTAMP(Form.LONG, "a timestamp"),
  /** Microseconds since 1970 by the local clock. */
  LOCAL_TIMESTAMP(Form.LONG, "a timestamp without time zone"),
  /** A double, or a float. */
  FLOATING(Form.DOUBLE, "a number"),
  /** A text in UTF-8. */
  TEXT(Form.BYTES, "a text"),
  /** Bytes. */
  BINARY(Form.BYTES, "bytes"),
  /** A decimal, as a whole number of its last digits. */
  DECIMAL(Form.WIDE, "a decimal");

  /** How a value is written. */
  public enum Form {
    LONG,
    DOUBLE,
    BYTES,
    WIDE
  }

  /** The bytes of the whole number that the digits of a decimal are; 38 digits are 127 bits. */
  private static final int WIDE_BYTES = 16;

  private final Form form;
  private final String article;

  KeyKind(Form form, String article) {
    this.form = form;
    this.article = article;
  }

  /** How values are written. */
  public Form form() {
    return form;
  }

  /**
   * The kind of a type as Spark writes it in SQL.
   *
   * @throws IllegalArgumentException if no key is made of it
   */
  public static KeyKind of(String type) {
    String name = type.contains("(") ? type.substring(0, type.indexOf('(')) : type;
    return switch (name) {
      case "tinyint", "smallint", "int", "bigint" -> INTEGER;
      case "boolean" -> BOOLEAN;
      case "date" -> DATE;
      case "timestamp" -> TIMESTAMP;
      case "timestamp_ntz" -> LOCAL_TIMESTAMP;
      case "float", "double" -> FLOATING;
      case "string", "char", "varchar" -> TEXT;
      case "binary" -> BINARY;
      case "decimal" -> DECIMAL;
      default ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "A key is of type %s, but must be a number, a text, a boolean, a date, a timestamp or binary.",
                  type));
    };
  }

  /** Writes a null. */
  public static void putNull(ByteOutput key) {
    key.put(0);
  }

  /** Writes a value of {@link Form#LONG}. */
  public static void putLong(ByteOutput key, long value) {
    key.put(1);
    key.putLong(value ^ Long.MIN_VALUE);
  }

  /** Writes a value of {@link Form#DOUBLE}. */
  public static void putDouble(ByteOutput key, double value) {
    // Adding 0 makes 0.0 of -0.0; this method has one NaN.
    long bits = Double.doubleToLongBits(value + 0.0);
    key.put(1);
    key.putLong(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE);
  }

  /** Writes a value of {@link Form#BYTES}, which stands in its array from there on. */
  public static void putBytes(ByteOutput key, byte[] bytes, int from, int length) {
    key.put(1);
    int start = from;
    for (int i = from; i < from + length; i++) {
      if (bytes[i] == 0) {
        // A 0 is 0 and 255, so that 0 and 0 is the end.
        key.put(bytes, start, i - start + 1);
        key.put(255);
        start = i + 1;
      }
    }
    key.put(bytes, start, from + length - start);
    key.put(0);
    key.put(0);
  }

  /** Writes a value of {@link Form#WIDE}. */
  public static void putWide(ByteOutput key, BigInteger value) {
    byte[] digits = value.toByteArray();
    int missing = WIDE_BYTES - digits.length;
    key.put(1);
    int at = key.reserve(WIDE_BYTES);
    for (int i = 0; i < WIDE_BYTES; i++) {
      key.array()[at + i] = i < missing ? (byte) (value.signum() >> 1) : digits[i - missing];
    }
    key.array()[at] ^= (byte) 0x80;
  }

  /** Reads a value: null, or a Long, Double, byte[] or BigInteger by the form. */
  public Object read(ByteBuffer key) {
    if (key.get() == 0) {
      return null;
    }
    return switch (form) {
      case LONG -> key.getLong() ^ Long.MIN_VALUE;
      case DOUBLE -> readDouble(key);
      case BYTES -> readBytes(key);
      case WIDE -> readWide(key);
    };
  }

  private static double readDouble(ByteBuffer key) {
    long bits = key.getLong();
    return Double.longBitsToDouble(bits < 0 ? bits ^ Long.MIN_VALUE : ~bits);
  }

  private static byte[] readBytes(ByteBuffer key) {
    ByteOutput bytes = new ByteOutput(key.remaining());
    while (true) {
      byte next = key.get();
      if (next == 0 && key.get() == 0) {
        return bytes.toArray();
      }
      bytes.put(next);
    }
  }

  private static BigInteger readWide(ByteBuffer key) {
    byte[] digits = new byte[WIDE_BYTES];
    key.get(digits);
    digits[0] ^= (byte) 0x80;
    return new BigInteger(digits);
  }

  /** A value in messages. */
  public String text(Object value) {
    if (value == null) {
      return "null";
    }
    return switch (this) {
      case BOOLEAN -> Boolean.toString((long) value != 0);
      case DATE -> LocalDate.ofEpochDay((long) value).toString();
      case TIMESTAMP -> Instant.EPOCH.plus((long) value, ChronoUnit.MICROS).toString();
      case LOCAL_TIMESTAMP -> local((long) value).toString();
      case TEXT -> new String((byte[]) value, StandardCharsets.UTF_8);
      case BINARY -> "0x" + new BigInteger(1, (byte[]) value).toString(16);
      case INTEGER, FLOATING, DECIMAL -> value.toString();
    };
  }

  private static LocalDateTime local(long micros) {
    return LocalDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
  }

  /**
   * Writes a value as Java has it.
   *
   * @param type the column's type, which says the scale of a decimal
   * @throws IllegalArgumentException if it is no value of this kind
   */
  public void putObject(ByteOutput key, Object value, String type) {
    if (value == null) {
      putNull(key);
    } else if (this == INTEGER && value instanceof Number n && n.longValue() == n.doubleValue()) {
      putLong(key, n.longValue());
    } else if (this == BOOLEAN && value instanceof Boolean b) {
      putLong(key, b ? 1 : 0);
    } else if (this == DATE && value instanceof LocalDate date) {
      putLong(key, date.toEpochDay());
    } else if (this == TIMESTAMP && value instanceof Instant instant) {
      putLong(key, micros(instant));
    } else if (this == LOCAL_TIMESTAMP && value instanceof LocalDateTime time) {
      putLong(key, micros(time.toInstant(ZoneOffset.UTC)));
    } else if (this == FLOATING && value instanceof Number n) {
      putDouble(key, n.doubleValue());
    } else if (this == TEXT && value instanceof CharSequence text) {
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      putBytes(key, bytes, 0, bytes.length);
    } else if (this == BINARY && value instanceof byte[] bytes) {
      putBytes(key, bytes, 0, bytes.length);
    } else if (this == DECIMAL && value instanceof BigDecimal decimal && fits(decimal, type)) {
      putWide(key, decimal.setScale(scale(type)).unscaledValue());
    } else {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "A key holds %s, but must be %s (%s).", value, article, type));
    }
  }

  private static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
  }

  private static boolean fits(BigDecimal value, String type) {
    BigDecimal shortest = value.stripTrailingZeros();
    return shortest.scale() <= scale(type)
        && shortest.precision() - shortest.scale() <= 38 - scale(type);
  }

  /** The digits after the point of a decimal of this type. */
  public static int scale(String type) {
    return Integer.parseInt(type.substring(type.indexOf(',') + 1, type.indexOf(')')).strip());
  }
}
