package io.normact.math.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteOutputTest {

  @Test
  void theEndIsWhatWasWritten() {
    for (int size : new int[] {0, 15, 16, 17, 300}) {
      ByteOutput out = new ByteOutput(16);
      for (int i = 0; i < size; i++) {
        out.put(i);
      }
      byte[] copy = out.toArray();
      assertThat(copy).hasSize(size);
      assertThat(out.end()).isEqualTo(copy);
      assertThat(out.array() == out.end()).isEqualTo(out.array().length == size);
    }
  }

  @Test
  void countsOfAllLengthsComeBack() {
    ByteOutput out = new ByteOutput(16);
    for (int bits = 0; bits < 63; bits++) {
      out.putCount((1L << bits) - 1);
      out.putCount(1);
    }
    ByteBuffer in = ByteBuffer.wrap(out.toArray());
    for (int bits = 0; bits < 63; bits++) {
      assertThat(ByteOutput.readCount(in)).isEqualTo((1L << bits) - 1);
      assertThat(ByteOutput.readCount(in)).isEqualTo(1);
    }
    ByteOutput full = new ByteOutput(16);
    for (int i = 0; i < 17; i++) {
      full.putCount(i);
    }
    assertThat(full.size()).isEqualTo(17);
  }

  @Test
  void theLowestBytesOfAWideNumber() {
    Random random = new Random(1);
    for (int length = 1; length <= 16; length++) {
      for (int round = 0; round < 16; round++) {
        byte[] number = new byte[16];
        random.nextBytes(number);
        ByteBuffer words = ByteBuffer.wrap(number);
        ByteOutput out = new ByteOutput(16);
        out.put(number, 0, round);
        out.putBytes(words.getLong(0), words.getLong(8), length);
        out.put(99);
        byte[] expected = Arrays.copyOf(number, round + length + 1);
        System.arraycopy(number, 16 - length, expected, round, length);
        expected[round + length] = 99;
        assertThat(out.toArray()).isEqualTo(expected);
      }
    }
  }

  /** The room is a guess, and may be any number. */
  @Test
  void roomIsWithinWhatAnArrayHolds() {
    assertThat(new ByteOutput(-16L * (1 << 28)).array()).hasSize(16);
    assertThat(new ByteOutput(100).array()).hasSize(100);
  }

  @Test
  void moreThanAnArrayHoldsIsRefused() {
    ByteOutput out = new ByteOutput(16);
    out.putInt(7);
    for (long length : new long[] {ByteOutput.LARGEST - 3, Integer.MAX_VALUE, 1L << 32}) {
      assertThatThrownBy(() -> out.reserve(length))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "There are %d bytes to write one after the other, but an array holds at most 2147483639.",
              4L + length);
    }
    assertThatThrownBy(() -> out.putDoubles(new double[0], 1 << 28))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("There are 2147483652 bytes to write");
    assertThat(out.size()).isEqualTo(4);
  }
}
