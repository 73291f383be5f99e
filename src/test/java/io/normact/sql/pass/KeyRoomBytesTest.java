package io.normact.sql.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyKind;
import io.normact.math.key.KeyStatistics;
import io.normact.sql.column.ColumnKind;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is reckoned of statistics by key is what they hold, so that a limit means what it says. */
@Tag("thorough")
class KeyRoomBytesTest {

  private static final List<KeyColumn> KEY = List.of(new KeyColumn("k", "bigint"));

  private static KeyedRows rows(int features) {
    return new KeyedRows(
        List.of(new FeatureReader("x", ColumnKind.DOUBLE, 0, features)),
        new int[] {features},
        -1,
        null,
        false,
        features,
        List.of(KeyKind.INTEGER),
        List.of(DataTypes.LongType));
  }

  private static JavaRDD<InternalRow> data(int rows, int keys, int features) {
    List<String> columns = new ArrayList<>();
    for (int j = 0; j < features; j++) {
      columns.add("sin(id * " + (j + 0.7) + "D)");
    }
    columns.add("cast(abs(hash(id)) % " + keys + " as bigint)");
    return LocalSpark.session()
        .range(0, rows, 1, 2)
        .selectExpr(columns.toArray(String[]::new))
        .queryExecution()
        .toRdd()
        .toJavaRDD();
  }

  /** The bytes of all arrays of numbers that an object of ours reaches. */
  private static long held(Object object) throws IllegalAccessException {
    return held(object, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private static long held(Object object, Set<Object> seen) throws IllegalAccessException {
    long bytes = 0;
    for (Field field : object.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
        continue;
      }
      field.setAccessible(true);
      Object value = field.get(object);
      if (value == null || !seen.add(value)) {
        continue;
      }
      Class<?> element = value.getClass().getComponentType();
      if (element != null) {
        int size = element == byte.class ? 1 : element == int.class ? 4 : 8;
        assertThat(element.isPrimitive()).isTrue();
        bytes += (long) size * Array.getLength(value);
      } else if (value.getClass().getName().startsWith("io.normact.")) {
        bytes += held(value, seen);
      }
    }
    return bytes;
  }

  private static KeyRoom room(long model) {
    return new KeyRoom(model, new DriverHeap(Long.MAX_VALUE));
  }

  /** Bytes of what finds so many keys. */
  private static long lookup(long keys) {
    return 8 * Long.highestOneBit(2 * (keys + keys / 2) - 1);
  }

  @ParameterizedTest
  @CsvSource({
    // Rows, keys, features, and how many keys a model holds, as the README says.
    "20000, 20000, 1, 5000000",
    "5000, 5000, 8, 1200000",
    "20000, 300, 1, 5000000",
    "10000, 200, 8, 1200000"
  })
  void aModelIsLimitedByWhatItHolds(int rows, int keys, int features, long fitting)
      throws IllegalAccessException {
    JavaRDD<InternalRow> data = data(rows, keys, features);
    KeyedRows form = rows(features);
    KeyStatistics statistics =
        KeyedAggregation.total(data, form, KEY, 3, room(Long.MAX_VALUE)).statistics();
    // Where the last key and the last sums end.
    long ends = 2 * Integer.BYTES;
    long held = held(statistics);
    long least = held - ends;
    assertThat(KeyedAggregation.total(data, form, KEY, 3, room(least)).statistics())
        .isEqualTo(statistics);
    assertThatThrownBy(() -> KeyedAggregation.total(data, form, KEY, 3, room(least - 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The statistics of " + statistics.size() + " keys and " + features + " features take ");
    assertThat(statistics.keys().find(new byte[] {0}, 1)).isEqualTo(-1);
    assertThat(held(statistics)).isEqualTo(statistics.bytes());
    assertThat(statistics.bytes() - held).isEqualTo(lookup(statistics.size()));
    // So many times as many take so many times as much.
    KeyRoom model = room(KeyStatistics.MOST_BYTES);
    model.check(fitting, features, fitting * least / statistics.size() + lookup(fitting));
    long tooMany = 10_000_000;
    long bytes = tooMany * least / statistics.size();
    assertThatThrownBy(() -> model.check(tooMany, features, bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The statistics of 10000000 keys and %d features take %d MB, but a model holds at most 512 MB; take fewer or coarser key columns, or fewer features.",
            features, bytes >> 20);
  }
}
