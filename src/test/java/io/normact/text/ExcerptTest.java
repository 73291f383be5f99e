package io.normact.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.math.ActivationFunction;
import org.junit.jupiter.api.Test;

class ExcerptTest {

  @Test
  void ordinaryTextIsLeftAlone() {
    assertThat(Excerpt.of("élu(alpha=0.5) 😀", 80)).isEqualTo("élu(alpha=0.5) 😀");
    assertThat(Excerpt.of("", 80)).isEmpty();
  }

  @Test
  void whatATerminalWouldNotPrintIsEscaped() {
    assertThat(Excerpt.of("a\nb\r\t\u0000\u001b[1m\u0085\u2028\u2029\u202e\ud800", 80))
        .isEqualTo("a\\nb\\u000d\\u0009\\u0000\\u001b[1m\\u0085\\u2028\\u2029\\u202e\\ud800");
  }

  @Test
  void longTextKeepsItsEnds() {
    assertThat(Excerpt.of("a".repeat(1_000_000) + "z", 15)).isEqualTo("aaaaa ... aaaaz");
    assertThat(Excerpt.of("\n".repeat(10), 15)).isEqualTo("\\n\\n\\ ... n\\n\\n");
  }

  @Test
  void messageOfAFunctionStaysShort() {
    for (String text : new String[] {"x".repeat(100_000), "(".repeat(100_000), "\n\u0085"}) {
      assertThatThrownBy(() -> ActivationFunction.parse(text))
          .satisfies(
              e -> assertThat(e.getMessage()).hasSizeLessThan(700).doesNotContain("\n", "\u0085"));
    }
    assertThatThrownBy(() -> ActivationFunction.parse("elu(alpha=" + "1".repeat(9999) + "x)"))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(700));
    assertThatThrownBy(() -> ActivationFunction.parse("elu(" + "b".repeat(9999) + "=1)"))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(700));
    assertThatThrownBy(() -> ActivationFunction.parse("elu(" + "b".repeat(9999) + ")"))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(700));
  }
}
