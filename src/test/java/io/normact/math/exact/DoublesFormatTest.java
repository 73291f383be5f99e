package io.normact.math.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoublesFormatTest {

  private static void assertSameBits(double[] actual, double[] expected) {
    assertThat(Arrays.stream(actual).mapToLong(Double::doubleToRawLongBits).toArray())
        .isEqualTo(Arrays.stream(expected).mapToLong(Double::doubleToRawLongBits).toArray());
  }

  /** Runs of every length, and every kind of double, NaN with its bits. */
  @Test
  void whatIsReadHasTheBitsThatWereWritten() {
    Random random = new Random(20);
    for (int round = 0; round < 300; round++) {
      double[] numbers = new double[random.nextInt(200)];
      double number = 0;
      for (int i = 0; i < numbers.length; i++) {
        if (random.nextInt(1 + round % 30) == 0) {
          number =
              switch (random.nextInt(4)) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> -0.0;
                case 2 -> random.nextGaussian();
                default -> Double.longBitsToDouble(0x7ff0000000000000L + random.nextInt(3));
              };
        }
        numbers[i] = number;
      }
      assertSameBits(DoublesFormat.read(DoublesFormat.write(numbers)), numbers);
    }
  }

  @Test
  void equalNumbersCostNothing() {
    double[] ones = new double[1 << 20];
    Arrays.fill(ones, 1);
    assertThat(DoublesFormat.write(ones)).hasSizeLessThan(40);
    ones[77_777] = 3;
    assertThat(DoublesFormat.write(ones)).hasSizeLessThan(60);
    double[] random = new Random(1).doubles(10_000).toArray();
    assertThat(DoublesFormat.write(random)).hasSizeLessThan(80_000);
  }

  /** Numbers of which some bytes are worth deflating and others are not, in all lengths of both. */
  @Test
  void whatDoesNotGetShorterIsStoredForAnyReaderOfZlib() throws IOException {
    Random random = new Random(8);
    for (int round = 0; round < 24; round++) {
      double[] numbers = new double[random.nextInt(round < 20 ? 12_000 : 700_000)];
      int kind = 0;
      for (int i = 0; i < numbers.length; i++) {
        kind = random.nextInt(50_000) == 0 ? random.nextInt(5) : kind;
        numbers[i] =
            switch (kind + round % 2) {
              case 0 -> i;
              case 1 -> Double.longBitsToDouble(random.nextLong());
              case 2 -> random.nextGaussian();
              case 3 -> (float) random.nextGaussian();
              default -> random.nextInt(3) == 0 ? random.nextGaussian() : 0;
            };
      }
      byte[] bytes = DoublesFormat.write(numbers);
      assertSameBits(DoublesFormat.read(bytes), numbers);
      byte[] content = new InflaterInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
      assertThat(content[0]).isEqualTo((byte) 1);
      assertThat(bytes.length).isLessThan(content.length + content.length / 1000 + 64);
    }
    double[] whole = IntStream.range(0, 100_000).asDoubleStream().toArray();
    assertThat(DoublesFormat.write(whole)).hasSizeLessThan(20_000);
    // Zeros here and there take a bit a byte, not a reference.
    double[] mixed = random.doubles(100_000).map(x -> random.nextInt(100) < 58 ? 0 : x).toArray();
    assertThat(DoublesFormat.write(mixed)).hasSizeLessThan(800_000 / 2);
  }

  @Test
  void damageIsFound() {
    byte[] bytes = DoublesFormat.write(new Random(2).doubles(100).toArray());
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= (byte) (1 << i % 8);
      // Of the header's bits, one names the level of compression, which does not matter.
      if (i > 1) {
        assertRefused(damaged);
      }
      assertRefused(Arrays.copyOf(bytes, i));
    }
  }

  /** Well-formed for zlib, and nothing else: counts are what they are in MomentsFormat. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2 0 0",
        "1",
        "1 0",
        "1 1 0",
        "1 1 1 1 0",
        "1 1 9 1 0",
        "1 2 1 1 0 1 2 3 4 5 6 7 8",
        "1 1 1 0 1",
        "1 0 0 7",
        "1 1 1 1 0 1 2 3 4 5 6 7 8 9",
        "1 ff ff ff ff ff ff ff ff ff 1",
        "1 ff ff ff ff 7f 1 1 0"
      })
  void malformedNumbersAreRefused(String content) throws IOException {
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
      for (String number : content.split(" ", -1)) {
        if (!number.isEmpty()) {
          out.write(Integer.parseInt(number, 16));
        }
      }
    }
    assertRefused(deflated.toByteArray());
  }

  private static void assertRefused(byte[] bytes) {
    assertThatThrownBy(() -> DoublesFormat.read(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Saved numbers of "
                + bytes.length
                + " bytes are damaged, expected the format version 1.");
  }
}
