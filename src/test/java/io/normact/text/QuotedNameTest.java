package io.normact.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotedNameTest {

  @ParameterizedTest
  @CsvSource({
    "`a`, a",
    "`a.b`, a.b",
    "a.`b.c`.d, a|b.c|d",
    "`a``b`, a`b",
    "`a.b`.`c.d`, a.b|c.d",
    "````, `"
  })
  void partsLoseTheirQuotes(String name, String parts) {
    assertThat(QuotedName.parts(name)).isEqualTo(Optional.of(List.of(parts.split("\\|", -1))));
    assertThat(QuotedName.unquoted(name)).isEqualTo(parts.replace('|', '.'));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "a", "a.b", "c`d", "`", "`a", "`a`b", "a.`b", "a.`b`c", ".`a`", "`a`.", "`a`..b"
      })
  void otherNamesStayAsTheyAre(String name) {
    assertThat(QuotedName.parts(name)).isEmpty();
    assertThat(QuotedName.unquoted(name)).isEqualTo(name);
  }
}
