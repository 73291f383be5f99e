package io.normact.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class CountedTest {

  @Test
  void oneIsNoPlural() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(Counted.of(0, "row")).isEqualTo("0 rows");
      assertThat(Counted.of(1, "valid value")).isEqualTo("1 valid value");
      assertThat(Counted.of(12_569, "row")).isEqualTo("12,569 rows");
    } finally {
      Locale.setDefault(before);
    }
  }
}
