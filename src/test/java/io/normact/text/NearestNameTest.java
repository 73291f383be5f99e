package io.normact.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

  @ParameterizedTest
  @CsvSource({
    "epsilonn, epsilon",
    "epsiln, epsilon",
    "epsolon, epsilon",
    "EPSILON, epsilon",
    "cvs, csv",
    "rnu, run",
    "nur, ",
    "wieght, weight",
    "gama, gamma",
    "ba, ",
    "x, ",
    "eps, ",
    "'', "
  })
  void nameIsNearIfNoMoreThanAThirdOfItIsWrong(String name, String nearest) {
    List<String> known = List.of("weight", "epsilon", "csv", "run", "gamma", "gab");
    assertThat(NearestName.find(name, known).orElse(null)).isEqualTo(nearest);
  }

  @Test
  void nearestOfSeveralIsFound() {
    assertThat(NearestName.find("batchNor", List.of("batchNorms", "batchNorm")))
        .hasValue("batchNorm");
  }

  @Test
  void suggestionNamesTheNearOneOrWhichThereAre() {
    assertThat(NearestName.suggestion("sgima", List.of("x", "sigma")))
        .isEqualTo("; did you mean 'sigma'?");
    assertThat(NearestName.suggestion("y", List.of("x", "sigma")))
        .isEqualTo("; known are 'x', 'sigma'.");
    assertThat(NearestName.suggestion("y", List.of())).isEqualTo(".");
    assertThat(
            NearestName.suggestion("y", IntStream.range(0, 2011).mapToObj(i -> "c" + i).toList()))
        .isEqualTo(
            "; known are 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9' and 2,001 more.");
  }
}
