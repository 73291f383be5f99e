package io.normact.sql.catalyst;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyStatistics;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedKeysTest {

  /** What a task is sent of a table stays far below Spark's longest message of 128 MB. */
  @Test
  void partsOfATableAreSmallForAnyNumberOfFeatures() {
    for (int features : new int[] {1, 50, 3000, 1_000_000}) {
      List<KeyColumn> columns = List.of(new KeyColumn("k", "bigint"));
      KeyTable table =
          new KeyTable(
              columns,
              KeyStatistics.of(columns, features, List.of()).keys(),
              features,
              KeyTable.Unknown.NULL,
              "",
              (key, mean, scale) -> {});
      int keys = JoinedKeys.keysOfPart(table);
      assertThat(keys).isBetween(1, 10_000);
      assertThat((long) keys * table.array(0).length)
          .isLessThanOrEqualTo(Math.max(8 << 20, table.array(0).length));
      assertThat((keys + 1L) * table.array(0).length)
          .isGreaterThan(features == 1 ? 0 : features == 1_000_000 ? 8 << 20 : 4 << 20);
    }
  }
}
