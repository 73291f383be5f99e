package io.normact.math.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes are the histograms, whole and once; anything else is refused in a sentence. */
class HistogramsFormatTest {

  private static final String ONE = "3ff0000000000000";
  private static final String TWO = "4000000000000000";

  private static FeatureHistograms example() {
    FeatureHistograms histograms = new FeatureHistograms(3);
    histograms.add(new double[] {1, Double.NaN, 0});
    histograms.add(new double[] {2, Double.POSITIVE_INFINITY, -0.0});
    histograms.add(new int[] {0, 1}, new double[] {2, Double.NaN});
    return histograms;
  }

  @Test
  void bytesStayAsTheyWere() {
    // Version 1, 3 features: 2 buckets, level 0, 52 zeros, from 1 to 2, 1 value, and 2 values one
    // step on (half of it, and the rest beside the count); none; 1 bucket, level 0, from 0 to 0,
    // 2 values.
    assertThat(HexFormat.of().formatHex(example().toBytes()))
        .startsWith(
            "0103"
                + ("020034" + ONE + TWO + "01" + "0005")
                + "00"
                + ("010000" + "0".repeat(32) + "02"))
        .hasSize(2 * (2 + 22 + 1 + 20 + 4));
  }

  @Test
  void serialises() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(example());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((FeatureHistograms) in.readObject()).toBytes()).isEqualTo(example().toBytes());
    }
  }

  @Test
  void mergesWhatIsOfNoFeaturesYet() {
    FeatureHistograms none = new FeatureHistograms(0);
    assertThat(none.merge(example()).toBytes()).isEqualTo(example().toBytes());
    assertThat(example().merge(none).toBytes()).isEqualTo(example().toBytes());
    FeatureHistograms twice = example().merge(example());
    assertThat(twice.of(0).count()).isEqualTo(6);
    assertThat(twice.of(1).count()).isZero();
    twice.add(1, new double[] {5, Double.NEGATIVE_INFINITY, 7, 8}, 3);
    assertThat(twice.of(1).count()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void refusesTooFewBytes(int length) {
    assertThatThrownBy(
            () -> FeatureHistograms.fromBytes(Arrays.copyOf(example().toBytes(), length)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Saved histograms have %d bytes and the format version %s, expected 5 or more and 1",
            length, length == 0 ? "none" : "1");
  }

  @Test
  void refusesAnotherVersion() {
    byte[] bytes = example().toBytes();
    bytes[0] = 9;
    assertThatThrownBy(() -> FeatureHistograms.fromBytes(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the format version 9, expected 5 or more and 1");
  }

  @Test
  void refusesDamagedBytes() {
    byte[] bytes = example().toBytes();
    for (int i = 1; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x10;
      assertThatThrownBy(() -> FeatureHistograms.fromBytes(damaged))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "Saved histograms have the checksum [0-9a-f]{8}, expected [0-9a-f]{8}: they are damaged");
    }
  }

  /** The checksum is right, the content is not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "01 | features are missing",
        "01 02 00 | a feature is missing",
        "01 ffffffffffffffff7f | no array is that long",
        "01 ffffff7f 00 | there is no room for so many",
        "01 01 8102 | more buckets than there may be",
        "01 01 01 40 00 ONE ONE 01 | a level beyond the bits",
        "01 01 01 00 40 ONE ONE 01 | zeros beyond the bits",
        "01 01 01 00 00 7ff8000000000000 ONE 01 | the least is NaN",
        "01 01 01 00 00 fff0000000000000 ONE 01 | the least is infinite",
        "01 01 01 3f 00 TWO ONE 01 | the least is above the greatest",
        "01 01 01 3f 00 ONE 7ff0000000000000 01 | the greatest is infinite",
        "01 01 01 00 00 ONE TWO 01 | the greatest is in no bucket",
        "01 01 01 00 00 ONE ONE 00 | a bucket holds nothing",
        "01 01 02 00 34 ONE TWO 01 00 04 | a bucket is the one before",
        "01 01 02 00 34 ONE TWO ffffffffffffffff7f 00 05 | more values than can be counted",
        "01 01 01 00 00 ONE ONE 01 00 | a byte too many"
      })
  void refusesWhatIsNoHistogram(String hex, String why) {
    byte[] content =
        HexFormat.of().parseHex(hex.replace("ONE", ONE).replace("TWO", TWO).replace(" ", ""));
    CRC32 crc = new CRC32();
    crc.update(content);
    byte[] bytes =
        ByteBuffer.allocate(content.length + 4).put(content).putInt((int) crc.getValue()).array();
    assertThatThrownBy(() -> FeatureHistograms.fromBytes(bytes))
        .as(why)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Saved histograms of %d bytes are malformed, expected the format version 1",
            bytes.length);
  }
}
