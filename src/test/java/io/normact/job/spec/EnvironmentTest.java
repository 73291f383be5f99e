package io.normact.job.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Variables of the environment in a spec. */
class EnvironmentTest {

  private static final Map<String, String> VARIABLES =
      Map.of(
          "DAY",
          "2026-11-26",
          "N",
          "7",
          "FLAG",
          "true",
          "EMPTY",
          "",
          "LIST",
          "[a, b]",
          "ODD",
          "a$1\\b${DAY}",
          "X_1",
          ".5",
          "TAG",
          "!!java.io.File [/]");

  private static ObjectNode applied(String yaml) {
    ObjectNode tree = (ObjectNode) PlainYaml.read(yaml, "Spec");
    new Environment(VARIABLES).apply(tree);
    return tree;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: in/${DAY}/x | {\"a\":\"in/2026-11-26/x\"}",
        "a: {b: [1, '${DAY}${N}']} | {\"a\":{\"b\":[1,\"2026-11-267\"]}}",
        "a: ${N} | {\"a\":7}",
        "a: ${FLAG} | {\"a\":true}",
        "a: ${X_1} | {\"a\":0.5}",
        "a: ${EMPTY} | {\"a\":null}",
        "a: x${EMPTY} | {\"a\":\"x\"}",
        "a: ${LIST} | {\"a\":\"[a, b]\"}",
        "a: ${TAG} | {\"a\":\"!!java.io.File [/]\"}",
        "a: ${ODD}! | {\"a\":\"a$1\\\\b${DAY}!\"}",
        "a: $${DAY} | {\"a\":\"${DAY}\"}",
        "a: $$${DAY} | {\"a\":\"$${DAY}\"}",
        "a: cost $5 {x} | {\"a\":\"cost $5 {x}\"}",
        "${DAY}: 1 | {\"${DAY}\":1}"
      })
  void variablesStandInValues(String yaml, String json) {
    assertThat(applied(yaml)).hasToString(json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: {b: 'x${DAI}'} | Key 'a.b' has '${DAI}', but the environment has no variable of this name; did you mean 'DAY'?",
        "a: [1, '${NOTHING_LIKE_IT}'] | Key 'a.1' has '${NOTHING_LIKE_IT}', but the environment has no variable of this name.",
        "a: '${}' | Key 'a' has '${}', but a variable of the environment is written as ${NAME}, and the characters themselves as $${.",
        "a: '${DAY' | Key 'a' has '${DAY', but a variable of the environment is written as ${NAME}, and the characters themselves as $${.",
        "a: '${DAY:-x}' | Key 'a' has '${DAY:-x}', but a variable of the environment is written as ${NAME}, and the characters themselves as $${.",
        "a: '${1}' | Key 'a' has '${1}', but a variable of the environment is written as ${NAME}, and the characters themselves as $${."
      })
  void whatIsNoVariableIsNamed(String yaml, String message) {
    assertThatThrownBy(() -> applied(yaml)).isInstanceOf(SpecException.class).hasMessage(message);
  }

  /** What a spec says of a variable that is always there, from the command line. */
  @Test
  void specsTakeThoseOfTheProcess() {
    ObjectNode tree = (ObjectNode) PlainYaml.read("a: ${PATH}x", "Spec");
    new Environment(System.getenv()).apply(tree);
    assertThat(tree.get("a").textValue()).isEqualTo(System.getenv("PATH") + "x");
    assertThat(SpecParser.files("a", List.of("mode=append", "@b", "@c")))
        .containsExactly("a", "b", "c");
  }
}
