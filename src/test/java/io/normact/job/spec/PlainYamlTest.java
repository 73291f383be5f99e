package io.normact.job.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a scalar of a spec is taken for. */
class PlainYamlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a: 1|{'a':1}",
        "a: -1_000|{'a':-1000}",
        "a: 9223372036854775807|{'a':9223372036854775807}",
        "a: 99999999999999999999|{'a':99999999999999999999}",
        "a: 1.50|{'a':1.5}",
        "a: 1.5e-5|{'a':1.5E-5}",
        "a: .inf|{'a':'Infinity'}",
        "a: -.INF|{'a':'-Infinity'}",
        "a: .nan|{'a':'NaN'}",
        "a: 010|{'a':'010'}",
        "a: 0x1f|{'a':'0x1f'}",
        "a: 1:20|{'a':'1:20'}",
        "a: 2026-01-01|{'a':'2026-01-01'}",
        "a: True|{'a':true}",
        "a: off|{'a':false}",
        "a: ~|{'a':null}",
        "a:|{'a':null}",
        "a: ''|{'a':''}",
        "a: \"1\"|{'a':'1'}",
        "a: \"true\"|{'a':'true'}",
        "1: {<<: x}|{'1':{'<<':'x'}}",
        "a: [x, [], {}]|{'a':['x',[],{}]}",
        "text|'text'",
      })
  void scalarIsWhatItLooksLike(String yaml, String json) {
    assertThat(PlainYaml.read(yaml, "Text").toString().replace('"', '\'')).isEqualTo(json);
  }

  @Test
  void textWithoutAValueHasNone() {
    assertThat(PlainYaml.read("# nothing", "Text").isMissingNode()).isTrue();
  }

  @Test
  void integerOfManyDigitsCostsNothing() {
    assertThat(PlainYaml.read("9".repeat(1_000_000), "Text").isTextual()).isTrue();
  }
}
