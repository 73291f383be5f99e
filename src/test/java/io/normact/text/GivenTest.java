package io.normact.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GivenTest {

  @Test
  void nullIsNamed() {
    assertThat(Given.argument("a", "path", "a path")).isEqualTo("a");
    assertThatThrownBy(() -> Given.argument(null, "path", "a path"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Argument path is null, but must be a path.");
  }
}
