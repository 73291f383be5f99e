package io.normact.sql.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.exact.Moments;
import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyKind;
import io.normact.sql.column.ColumnKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.memory.TaskMemoryManager;
import org.apache.spark.memory.UnifiedMemoryManager;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

@Tag("thorough")
class KeyedGroupsTest {

  private static final List<KeyColumn> KEY = List.of(new KeyColumn("k", "string"));

  /** Two scalars, an array, a weight and the key. */
  private static final KeyedRows ROWS =
      new KeyedRows(
          List.of(
              new FeatureReader("x", ColumnKind.DOUBLE, 0, 2),
              new FeatureReader("a", ColumnKind.DOUBLE_ARRAY, 2, 1)),
          new int[] {2, 0},
          3,
          "w",
          false,
          4,
          List.of(KeyKind.TEXT),
          List.of(DataTypes.StringType));

  private static InternalRow row(Random random, int keys) {
    Object array =
        random.nextInt(5) == 0
            ? null
            : new GenericArrayData(new double[] {random.nextGaussian(), 1e300, random.nextInt(3)});
    Object text =
        random.nextInt(50) == 0 ? null : UTF8String.fromString("key " + random.nextInt(keys));
    return new GenericInternalRow(
        new Object[] {
          random.nextGaussian(),
          random.nextInt(9) == 0 ? null : Math.exp(40 * random.nextGaussian()),
          array,
          random.nextInt(3) * 0.3,
          text
        });
  }

  private static final int ENOUGH = 1 << 30;

  private static TaskMemoryManager task(long memory) {
    return new TaskMemoryManager(new UnifiedMemoryManager(new SparkConf(false), memory, 0, 1), 0);
  }

  /** The blocks of a task that has these rows and so much memory, all for one target. */
  private static List<byte[]> blocks(List<InternalRow> rows, long memory) {
    List<byte[]> blocks = new ArrayList<>();
    TaskMemoryManager task = task(memory);
    KeyedBlocks all = new KeyedBlocks(ROWS, rows.iterator(), 1, task);
    all.forEachRemaining(block -> blocks.add(block._2()));
    assertThat(task.getMemoryConsumptionForThisTask()).isZero();
    return blocks;
  }

  private static List<byte[]> blocks(List<InternalRow> rows) {
    return blocks(rows, ENOUGH);
  }

  private static KeyedAggregation.Found found(
      List<byte[]> blocks, long memory, TaskMetrics metrics) {
    KeyedRecords.Reading reading = new KeyedRecords.Reading(ROWS);
    TaskMemoryManager manager = task(memory);
    KeyedAggregation.Found found;
    try (KeyedGroups groups = new KeyedGroups(reading, manager, metrics)) {
      blocks.forEach(groups::add);
      assertThat(groups.getUsed()).isLessThanOrEqualTo(memory);
      found = KeyedAggregation.found(groups, reading, KEY, 1 << 30);
    }
    assertThat(manager.getMemoryConsumptionForThisTask()).isZero();
    return found;
  }

  /** What is spilled; other tests' shuffles come and go. */
  private static long files() {
    return CollectionConverters.asJava(
            SparkEnv.get().blockManager().diskBlockManager().getAllFiles())
        .stream()
        .filter(file -> file.getName().startsWith("temp_local"))
        .count();
  }

  /** With little memory, or none, groups go to disk by the way, and all bits are the same. */
  @Test
  void groupsSpillRatherThanFail() {
    LocalSpark.session();
    Random random = new Random(3);
    List<byte[]> blocks = new ArrayList<>();
    for (int task = 0; task < 12; task++) {
      List<InternalRow> rows = new ArrayList<>();
      for (int i = 0; i < 700; i++) {
        rows.add(row(random, task < 6 ? 40 : 2000));
      }
      blocks.addAll(blocks(rows));
    }
    TaskMetrics none = new TaskMetrics();
    KeyedAggregation.Found expected = found(blocks, 1 << 30, none);
    assertThat(none.memoryBytesSpilled()).isZero();
    assertThat(expected.statistics().size()).isGreaterThan(1500);
    long before = files();
    for (long memory : new long[] {200_000, 1}) {
      Collections.shuffle(blocks, random);
      TaskMetrics metrics = new TaskMetrics();
      KeyedAggregation.Found found = found(blocks, memory, metrics);
      assertThat(metrics.memoryBytesSpilled()).isGreaterThan(500_000);
      assertThat(metrics.diskBytesSpilled()).isPositive();
      assertThat(found.statistics()).isEqualTo(expected.statistics());
      assertThat(found.keys()).isEqualTo(expected.keys());
      assertThat(found.bytes()).isEqualTo(expected.bytes());
      assertThat(found.nullCells()).isEqualTo(expected.nullCells());
      assertThat(found.parts().stream().map(Moments::toBytes).toList())
          .usingRecursiveComparison()
          .isEqualTo(expected.parts().stream().map(Moments::toBytes).toList());
    }
    assertThat(files()).isEqualTo(before);
  }

  /** Where tasks tell of different widths, an error is found whatever was spilled. */
  @Test
  void widthsThatDifferAreFoundOnDisk() {
    LocalSpark.session();
    List<byte[]> blocks = new ArrayList<>();
    for (int width : new int[] {2, 3}) {
      Object[] values = {
        1.0, 2.0, new GenericArrayData(new double[width]), 1.0, UTF8String.fromString("k")
      };
      blocks.addAll(blocks(List.of(new GenericInternalRow(values))));
    }
    for (long memory : new long[] {1 << 30, 1}) {
      KeyedAggregation.Found found = found(blocks, memory, new TaskMetrics());
      assertThat(found.statistics()).isNull();
      assertThat(found.failure())
          .isEqualTo(
              "Column 'a' holds rows of 2 and of 3 features, but all rows must have as many.");
    }
  }

  /** What a model can't hold is told, and not collected. */
  @Test
  void statisticsTooLargeForAModelAreRefused() {
    JavaRDD<InternalRow> rows =
        LocalSpark.session()
            .range(0, 30_000, 1, 2)
            .selectExpr(
                "cast(id as double)",
                "id * 0.5D",
                "array(id * 1D)",
                "1D",
                "cast(id % 20000 as string)")
            .queryExecution()
            .toRdd()
            .toJavaRDD();
    assertThatThrownBy(() -> KeyedAggregation.total(rows, ROWS, KEY, 1, room(1 << 20)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The statistics of 20000 keys and 3 features take 2 MB, but a model holds at most 1 MB; take fewer or coarser key columns, or fewer features.");
    KeyedAggregation.Result result = KeyedAggregation.total(rows, ROWS, KEY, 3, room(16 << 20));
    assertThat(result.statistics().size()).isEqualTo(20_000);
    assertThat(result.parts().get(0).count(0)).isEqualTo(30_000);
    assertThat(Arrays.stream(result.nullCells()).sum()).isZero();
    KeyRoom small = new KeyRoom(16 << 20, new DriverHeap(304L << 20));
    assertThatThrownBy(() -> KeyedAggregation.total(rows, ROWS, KEY, 3, small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "The statistics of 20000 keys and 3 features take 2 MB, but a driver with a heap of 304 MB holds at most [01] MB; raise spark.driver.memory to 3\\d\\dm or more \\(-Xmx, where the session runs in a JVM of yours\\), or take fewer or coarser key columns, or fewer features[.]");
  }

  private static KeyRoom room(long model) {
    return new KeyRoom(model, new DriverHeap(Long.MAX_VALUE));
  }

  /** Of few keys a task may have much more than its share, and the model has room for all. */
  @Test
  void noLargeKeyIsLost() {
    int width = 40_000;
    JavaRDD<InternalRow> rows =
        LocalSpark.session()
            .range(0, 2, 1, 2)
            .selectExpr(
                "1D",
                "2D",
                "transform(sequence(1, " + width + "), i -> sin(id * 7.3 + i))",
                "1D",
                "'k'")
            .queryExecution()
            .toRdd()
            .toJavaRDD();
    KeyedAggregation.Result result = KeyedAggregation.total(rows, ROWS, KEY, 40, room(2 << 20));
    assertThat(result.statistics().size()).isEqualTo(1);
    assertThat(result.statistics().features()).isEqualTo(2 + width);
    assertThat(result.statistics().count(0, width)).isEqualTo(2);
    assertThat(result.statistics().bytes()).isGreaterThan((2 << 20) / 8 * 2 + (1 << 20));
  }

  /** What a task has of the statistics needs memory; where there is none, an error says so. */
  @Test
  void aTaskWithoutMemoryForItsStatisticsSaysSo() {
    LocalSpark.session();
    Random random = new Random(5);
    List<InternalRow> rows = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      rows.add(row(random, 1_000_000));
    }
    List<byte[]> blocks = blocks(rows);
    KeyedAggregation.Found found = found(blocks, 100_000, new TaskMetrics());
    assertThat(found.statistics()).isNull();
    assertThat(found.failure())
        .matches(
            "A task has the statistics of \\d+ keys and 5 features, which take \\d MB, but it gets memory for \\d MB; raise spark.executor.memory \\(of a local session spark.driver.memory\\) or spark.sql.shuffle.partitions[.]");
    // With a little more, the groups make room.
    TaskMetrics spilling = new TaskMetrics();
    KeyedAggregation.Found enough = found(blocks, 3_400_000, spilling);
    assertThat(spilling.memoryBytesSpilled()).isPositive();
    assertThat(enough.keys()).isEqualTo(found.keys());
    assertThat(enough.statistics().size()).isEqualTo((int) found.keys());
    assertThat(enough.statistics())
        .isEqualTo(found(blocks, ENOUGH, new TaskMetrics()).statistics());
  }

  /** A task that reads rows makes do with what it gets, and all bits are the same. */
  @Test
  void aSmallTableSumsUpLess() {
    LocalSpark.session();
    Random random = new Random(7);
    List<InternalRow> rows = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      rows.add(row(random, 300));
    }
    List<byte[]> expected = blocks(rows);
    for (long memory : new long[] {1, 60_000}) {
      List<byte[]> blocks = blocks(rows, memory);
      assertThat(size(blocks)).isGreaterThan(size(expected));
      assertThat(blocks.stream().mapToInt(block -> block.length).max().orElseThrow())
          .isLessThan(20_000);
      assertThat(found(blocks, ENOUGH, new TaskMetrics()).statistics())
          .isEqualTo(found(expected, ENOUGH, new TaskMetrics()).statistics());
    }
  }

  private static long size(List<byte[]> blocks) {
    return blocks.stream().mapToLong(block -> block.length).sum();
  }
}
