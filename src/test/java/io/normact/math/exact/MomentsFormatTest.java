package io.normact.math.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes are the state, whole and once; anything else is refused in a sentence. */
class MomentsFormatTest {
  private static Moments example() {
    Moments moments = new Moments(4);
    moments.add(new double[] {1, -0.1, 0, Double.NaN});
    moments.add(new double[] {1e300, Double.MIN_VALUE, 0, 7}, 0.3);
    return moments;
  }

  @Test
  void bytesStayAsTheyWere() {
    Moments moments = new Moments(3);
    moments.add(new double[] {1.5, 0, Double.NaN});
    moments.add(new double[] {-2, 0, 0}, 0.5);
    // Version 1, 3 features, 2 rows, W = 3 * 2^-1; 2 features: the first, S = 1 * 2^-1,
    // Q = 17 * 2^-2, none left out; the one after the next, no sums, 1 row left out of weight 1.
    assertThat(HexFormat.of().formatHex(moments.toBytes()))
        .startsWith("010302" + "010103" + "02" + "00" + "010101" + "010311" + "00" + "01" + "0000")
        .contains("01" + "010001")
        .hasSize(2 * 26);
  }

  @Test
  void goesOnFromTheBytesExactly() {
    Moments moments = example();
    Moments restored = Moments.fromBytes(moments.toBytes());
    assertThat(restored.toBytes()).isEqualTo(moments.toBytes());
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      double[] row = random.doubles(4).toArray();
      moments.add(row);
      restored.add(row);
    }
    assertThat(restored.toBytes()).isEqualTo(moments.toBytes());
    assertThat(restored.means()).isEqualTo(moments.means());
    assertThat(restored.variances()).isEqualTo(moments.variances());
  }

  @Test
  void forgetsWhatCancelledOut() {
    Moments sum = new Moments(1);
    sum.add(new double[] {3});
    sum.add(new double[] {-3});
    Moments other = new Moments(1);
    other.add(new double[] {3 * Math.sqrt(2)}, 1);
    assertThat(sum.mean(0)).isZero();
    assertThat(Moments.fromBytes(sum.toBytes()).variance(0)).isEqualTo(9);
    assertThat(sum.toBytes()).hasSizeLessThan(other.toBytes().length);
  }

  @Test
  void serialises() throws IOException, ClassNotFoundException {
    Moments moments = example();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(moments);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((Moments) in.readObject()).toBytes()).isEqualTo(moments.toBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void refusesTooFewBytes(int length) {
    assertThatThrownBy(() -> Moments.fromBytes(Arrays.copyOf(example().toBytes(), length)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Saved moments have " + length + " bytes, expected 5 or more");
  }

  @Test
  void refusesAnotherVersion() {
    byte[] bytes = example().toBytes();
    bytes[0] = 9;
    assertThatThrownBy(() -> Moments.fromBytes(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Saved moments have the format version 9, expected 1");
  }

  @Test
  void refusesDamagedBytes() {
    byte[] bytes = example().toBytes();
    for (int i = 1; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x10;
      assertThatThrownBy(() -> Moments.fromBytes(damaged))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "Saved moments have the checksum [0-9a-f]{8}, expected [0-9a-f]{8}: they are damaged");
    }
  }

  /** The checksum is right, the content is not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "01 | features are missing",
        "01 03 | rows are missing",
        "01 ff ff ff ff 7f 00 00 00 | features beyond an int",
        "01 80 80 80 80 80 80 80 80 80 01 | a count beyond 63 bits",
        "01 01 00 00 00 00 | a byte too many",
        "01 01 01 01 00 01 01 01 01 00 01 01 00 01 00 | the second of one feature",
        "01 01 00 00 01 00 00 00 01 | more rows left out than there were",
        "01 01 01 05 00 01 | fewer bytes of a number than said",
        "01 01 01 90 4e 00 01 | a number too long",
        "01 01 01 01 90 ce 01 01 00 | a number too large",
        "01 01 01 01 91 ce 01 01 00 | a number too small"
      })
  void refusesMalformedBytes(String hex, String why) {
    byte[] content = HexFormat.of().parseHex(hex.strip().replace(" ", ""));
    CRC32 crc = new CRC32();
    crc.update(content);
    byte[] bytes =
        ByteBuffer.allocate(content.length + 4).put(content).putInt((int) crc.getValue()).array();
    assertThatThrownBy(() -> Moments.fromBytes(bytes))
        .as(why)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Saved moments of %d bytes are malformed, expected the format version 1", bytes.length)
        .hasCauseInstanceOf(RuntimeException.class);
  }
}
