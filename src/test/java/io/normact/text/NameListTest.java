package io.normact.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NameListTest {

  @Test
  void eachNameIsQuoted() {
    assertThat(NameList.of(List.of("a"))).isEqualTo("'a'");
    assertThat(NameList.of(List.of("a, b", "c"))).isEqualTo("'a, b', 'c'");
    assertThat(NameList.of(List.of())).isEmpty();
    List<String> many = IntStream.range(0, 2_012).mapToObj(i -> "c" + i).toList();
    assertThat(NameList.of(many)).startsWith("'c0', 'c1', ").endsWith(", 'c9' and 2,002 more");
    assertThat(NameList.first(many.subList(0, 10))).endsWith("c8, c9");
  }
}
