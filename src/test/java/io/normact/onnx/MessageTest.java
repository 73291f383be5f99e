package io.normact.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MessageTest {

  @Test
  void lengthIsWhatAnArrayHolds() {
    assertThat(Message.length(0)).isZero();
    assertThat(Message.length(Integer.MAX_VALUE - 8)).isEqualTo(Integer.MAX_VALUE - 8);
    for (long bytes : new long[] {Integer.MAX_VALUE - 7, 8L << 28, 8L << 32}) {
      assertThatThrownBy(() -> Message.length(bytes))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The model takes %d MB or more in ONNX, but a file of ONNX holds at most 2047 MB.",
              bytes >> 20);
    }
  }
}
