package io.normact.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The made-up data are as odd as they claim to be. */
class DataCaseTest {

  private static final List<DataCase> CASES =
      IntStream.range(0, 1000)
          .mapToObj(
              seed -> {
                SplittableRandom random = new SplittableRandom(seed);
                int width = random.nextInt(1, 5);
                return DataCase.random(width, false, List.of(DataColumn.Kind.values()), random);
              })
          .toList();

  private static void assertSome(Predicate<DataCase> property) {
    // As many as that are met among the cases of a run of thousands.
    assertThat(CASES.stream().filter(property).count()).isBetween(10L, 990L);
  }

  @Test
  void everyOddNameOccurs() {
    Set<String> names =
        CASES.stream().flatMap(data -> data.names().stream()).collect(Collectors.toSet());
    assertThat(names)
        .containsAll(DataColumn.NAMES)
        .contains("a.b", "c`d", "it's", "\"quoted\"", "two words", " lead", "😀");
  }

  @Test
  void namesThatDifferByCaseOccurWithAndWithoutCaseSensitivity() {
    assertSome(DataCase::isAmbiguous);
    assertSome(DataCase::caseSensitive);
    assertThat(CASES)
        .filteredOn(DataCase::caseSensitive)
        .allSatisfy(
            data -> {
              List<String> lower =
                  data.names().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
              assertThat(lower.stream().distinct().count()).isLessThan(lower.size());
              assertThat(data.names()).doesNotHaveDuplicates();
            });
  }

  @Test
  void goodAndBadDataOccur() {
    assertSome(DataCase::isFaulty);
    assertSome(DataCase::weighted);
    assertSome(data -> data.rows() == 0);
    assertSome(data -> data.valid().isEmpty() && data.rows() > 1);
    assertSome(data -> !data.isFaulty() && data.valid().cardinality() < data.rows());
  }

  @Test
  void wideTablesOccurAndHaveAnAnswer() {
    SplittableRandom random = new SplittableRandom(1);
    List<DataCase> wide =
        IntStream.range(0, 10)
            .mapToObj(
                i -> DataCase.random(DataCase.WIDE, false, List.of(DataColumn.Kind.DOUBLE), random))
            .toList();
    assertThat(wide).allSatisfy(data -> assertThat(data.columns()).hasSize(DataCase.WIDE));
    assertThat(wide).anyMatch(data -> !data.isAmbiguous() && !data.isFaulty());
    assertThat(
            IntStream.range(0, 500)
                .filter(
                    i ->
                        DataCase.random(true, List.of(DataColumn.Kind.LONG), random)
                                .columns()
                                .size()
                            == DataCase.WIDE)
                .count())
        .isBetween(1L, 30L);
  }
}
