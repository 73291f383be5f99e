package io.normact.math.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FeatureNamesTest {

  @Test
  void featureIsNamedByItsColumnAndItsPosition() {
    SplittableRandom random = new SplittableRandom(20261126);
    for (int times = 0; times < 200; times++) {
      List<String> columns = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      int[] widths = random.ints(random.nextInt(6), 0, 4).toArray();
      for (int i = 0; i < widths.length; i++) {
        String column = "c" + i;
        columns.add(column);
        for (int j = 0; j < widths[i]; j++) {
          expected.add(widths[i] == 1 ? column : column + "[" + j + "]");
        }
      }
      assertThat(FeatureNames.of(columns, widths)).isEqualTo(expected);
    }
    assertThat(FeatureNames.of("v", 3)).containsExactly("v[0]", "v[1]", "v[2]");
    assertThat(FeatureNames.of("x", 1)).containsExactly("x");
    assertThat(FeatureNames.of("none", 0)).isEmpty();
  }

  /** A list of all of them would take longer than the statistics that nobody asks a name of. */
  @Test
  void namesThatNobodyAsksForAreNotMade() {
    List<String> names = FeatureNames.of(List.of("x", "v"), new int[] {1, Integer.MAX_VALUE - 1});
    assertThat(names.size()).isEqualTo(Integer.MAX_VALUE);
    assertThat(names.get(Integer.MAX_VALUE - 1)).isEqualTo("v[2147483645]");
    assertThatThrownBy(() -> names.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
