package io.normact.sql.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeatureLayoutTest {

  private static final List<ColumnKind> ALL = List.of(ColumnKind.values());

  @Test
  void scalarsSideBySideAreOnePart() {
    List<ColumnKind> kinds =
        List.of(ColumnKind.DOUBLE, ColumnKind.FLOAT, ColumnKind.VECTOR, ColumnKind.DOUBLE);
    assertThat(FeatureLayout.of(kinds).parts())
        .containsExactly(
            new FeatureLayout.Part(0, 2, true),
            new FeatureLayout.Part(2, 3, false),
            new FeatureLayout.Part(3, 4, true));
    assertThat(FeatureLayout.of(kinds, i -> i != 1).parts()).hasSize(4);
    assertThat(FeatureLayout.of(List.of()).parts()).isEmpty();
  }

  @Test
  void widthsOfColumnsAndPartsAgree() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      List<ColumnKind> kinds =
          random.ints(random.nextInt(8), 0, ALL.size()).mapToObj(ALL::get).toList();
      int[] widths = kinds.stream().mapToInt(k -> k.isScalar() ? 1 : random.nextInt(5)).toArray();
      FeatureLayout layout = FeatureLayout.of(kinds);
      int[] partWidths = layout.partWidths(widths);

      assertThat(layout.columnWidths(p -> partWidths[p])).isEqualTo(widths);
      assertThat(IntStream.of(partWidths).sum()).isEqualTo(IntStream.of(widths).sum());
      assertThat(layout.parts().stream().flatMap(part -> part.of(kinds).stream()).toList())
          .isEqualTo(kinds);
    }
  }
}
