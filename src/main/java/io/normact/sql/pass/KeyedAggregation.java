package io.normact.sql.pass;

import io.normact.math.exact.Moments;
import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyStatistics;
import io.normact.math.key.KeyStatisticsBuilder;
import io.normact.sql.column.KeyValues;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/**
 * Counts, means and variances of feature columns within each key, in one pass over internal rows
 * and one shuffle, whatever the number of keys and features.
 *
 * <p>Tasks sum up rows of a key as far as a table of bounded size goes, see {@link KeyedBlocks}, so
 * that a key with most of the rows is no burden to anyone. What they write is shuffled in blocks of
 * bytes, a few objects a task rather than one a row. The other side groups them by key, see {@link
 * KeyedGroups}, and spills to disk where memory does not suffice. All merges are exact, so their
 * order leaves no trace.
 *
 * <p>All memory of tasks but a few megabytes is Spark's execution memory. A task that reads rows
 * asks for 64 MB, 48 for its table of sums and 16 for blocks, and makes do with less. A task that
 * groups asks for the blocks and 12 bytes a record, and spills; then for its share of the
 * statistics three times, and fails with an error that says so. What the driver has room for,
 * {@link KeyRoom} says.
 *
 * <p>Spark's own aggregation was no choice: a typed buffer takes one object a row through its
 * serializer, and its hash table gives way to a sort of all rows at 128 keys.
 */
public final class KeyedAggregation {

  /** Tasks that bring keys together for each that reads rows, as far as the session allows. */
  private static final int TARGETS_A_TASK = 4;

  private KeyedAggregation() {}

  /**
   * What a pass found.
   *
   * @param statistics by key
   * @param parts the moments of all rows, as {@link FeatureMoments#parts}
   * @param nullCells as {@link FeatureMoments#nullCells}
   * @param skippedRows rows left out for an invalid feature
   */
  public record Result(
      KeyStatistics statistics, List<Moments> parts, long[] nullCells, long skippedRows) {}

  /** What a task found of its keys; records don't travel by Kryo, so in {@link JavaSerialized}. */
  record Found(
      KeyStatistics statistics,
      List<Moments> parts,
      long[] nullCells,
      long skipped,
      String failure,
      long keys,
      long bytes)
      implements Serializable {}

  /**
   * Runs the pass.
   *
   * @param name what the user has called, see {@link InternalRows#execute}
   * @param data the rows
   * @param keys the columns of the key
   * @param inputs the same columns, in the keys' order
   * @param columns where the features are
   * @param widths how many features each column has if no row tells; 0 where that is unknown
   * @param weight the column of row weights, finite and not negative; null for 1 a row
   * @param skipInvalidRows whether a row with a null, NaN or infinite feature is left out whole;
   *     otherwise only that feature is
   * @throws IllegalArgumentException if a weight is invalid, a column's rows differ in width, or
   *     the statistics take more than a model, this driver or a task has room for
   */
  public static Result run(
      String name,
      Dataset<?> data,
      List<KeyColumn> keys,
      List<Column> inputs,
      List<FeatureSource> columns,
      int[] widths,
      FeatureSource weight,
      boolean skipInvalidRows) {
    List<Column> fields = new ArrayList<>();
    columns.forEach(column -> fields.add(column.readable()));
    int weightField = weight == null ? -1 : fields.size();
    if (weight != null) {
      fields.add(weight.readable());
    }
    int keyField = fields.size();
    for (int i = 0; i < keys.size(); i++) {
      fields.add(KeyValues.readable(keys.get(i), inputs.get(i)));
    }
    KeyedRows rows =
        new KeyedRows(
            FeatureReader.of(columns),
            FeatureReader.layout(columns).partWidths(widths),
            weightField,
            weight == null ? null : weight.name(),
            skipInvalidRows,
            keyField,
            keys.stream().map(KeyColumn::kind).toList(),
            keys.stream().<DataType>map(KeyValues::type).toList());
    int shuffled = data.sparkSession().sessionState().conf().numShufflePartitions();
    return InternalRows.execute(
        name,
        data.select(fields.toArray(new Column[0])),
        internal -> total(internal, rows, List.copyOf(keys), shuffled, KeyRoom.present()));
  }

  /** Runs the pass for statistics that have so much room. */
  static Result total(
      JavaRDD<InternalRow> internal,
      KeyedRows rows,
      List<KeyColumn> keys,
      int shuffled,
      KeyRoom room) {
    int tasks = internal.getNumPartitions();
    if (tasks == 0) {
      return result(
          List.of(new Found(null, none(rows), new long[rows.parts()], 0, null, 0, 0)), keys, room);
    }
    int parallel = Math.max(tasks, internal.context().defaultParallelism());
    int targets = Math.max(1, Math.min(shuffled, TARGETS_A_TASK * parallel));
    JavaRDD<byte[]> blocks =
        internal
            .mapPartitions(
                (Iterator<InternalRow> partition) ->
                    new KeyedBlocks(
                        rows, partition, targets, TaskContext.get().taskMemoryManager()))
            .mapToPair(block -> block)
            .partitionBy(new Targets(targets))
            .values();
    // Tasks that have more than twice their share only say how much, so that the driver gets no
    // more than it has room for. Where few keys are large the shares differ.
    List<Found> found = found(blocks, rows, keys, room.bytes() / targets * 2 + (1 << 20));
    long bytes = found.stream().mapToLong(Found::bytes).sum();
    boolean complete =
        found.stream().allMatch(task -> task.statistics != null || task.failure != null);
    if (!complete && bytes <= room.bytes()) {
      // What was shuffled is there still.
      found = found(blocks, rows, keys, bytes);
    }
    return result(found, keys, room);
  }

  private static List<Found> found(
      JavaRDD<byte[]> blocks, KeyedRows rows, List<KeyColumn> keys, long mostOfTarget) {
    return blocks
        .mapPartitions(
            (Iterator<byte[]> ofTarget) ->
                List.of(new JavaSerialized<>(gather(ofTarget, rows, keys, mostOfTarget)))
                    .iterator())
        .collect()
        .stream()
        .map(JavaSerialized::value)
        .toList();
  }

  private static List<Moments> none(KeyedRows rows) {
    return Arrays.stream(rows.widths()).mapToObj(Moments::new).toList();
  }

  /** Each block goes where it says. */
  private static final class Targets extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int targets;

    Targets(int targets) {
      this.targets = targets;
    }

    @Override
    public int numPartitions() {
      return targets;
    }

    @Override
    public int getPartition(Object key) {
      return (int) key;
    }
  }

  /** Brings the records of each key together. */
  private static Found gather(
      Iterator<byte[]> blocks, KeyedRows rows, List<KeyColumn> columns, long mostBytes) {
    KeyedRecords.Reading reading = new KeyedRecords.Reading(rows);
    TaskContext task = TaskContext.get();
    try (KeyedGroups groups =
        new KeyedGroups(reading, task.taskMemoryManager(), task.taskMetrics())) {
      blocks.forEachRemaining(groups::add);
      return found(groups, reading, columns, mostBytes);
    }
  }

  /** The statistics of a task's keys, if they take no more than so many bytes. */
  static Found found(
      KeyedGroups groups, KeyedRecords.Reading reading, List<KeyColumn> columns, long mostBytes) {
    // All records have been read, so that every width is known that any task knows.
    List<Moments> parts = List.of(reading.parts());
    Finished finished = new Finished(columns, reading.spaces, mostBytes, groups);
    if (reading.failure == null) {
      groups.makeRoom(Math.min(finished.expectedBytes(), mostBytes) * Finished.COPIES);
      groups.forEach(finished);
    }
    String failure = reading.failure == null ? finished.failure() : reading.failure;
    return new Found(
        failure == null ? finished.statistics() : null,
        parts,
        reading.totals.nullCells,
        reading.totals.skipped,
        failure,
        finished.keys,
        finished.bytes());
  }

  /** The statistics of one key after the other. */
  private static final class Finished implements KeyedGroups.Taking {

    /** How often they are there in the end: growing, put together, and as bytes. */
    private static final int COPIES = 3;

    /** What is taken without asking, and memory is asked for in such steps. */
    private static final long STEP = 2 << 20;

    /** Numbers to begin with. */
    private static final int FEW = 1 << 12;

    /** The sums of a feature and of a key, about. */
    private static final int SUMS_OF_FEATURE = 28;

    private static final int SUMS_OF_KEY = 16;

    private final KeySums.Spaces spaces;
    private final long mostBytes;
    private final KeyedGroups groups;
    private final int features;
    private final KeyEntries entries;
    private KeyStatisticsBuilder builder;
    private long keys;
    private long keyBytes;
    private long sumBytes;
    private long held = STEP;
    private boolean starved;

    Finished(List<KeyColumn> columns, KeySums.Spaces spaces, long mostBytes, KeyedGroups groups) {
      this.spaces = spaces;
      this.mostBytes = mostBytes;
      this.groups = groups;
      features = IntStream.range(0, spaces.size()).map(spaces::width).sum();
      entries = new KeyEntries(features);
      int room = (int) Math.min(groups.mostKeys(), FEW / (1 + features));
      builder = new KeyStatisticsBuilder(columns, features, room);
    }

    @Override
    public void take(byte[] key, int from, int length, KeySums sums) {
      entries.take(sums, spaces);
      keys++;
      keyBytes += length;
      sumBytes += entries.sumBytes();
      if (builder == null) {
        return;
      }
      if (bytes() > mostBytes) {
        builder = null;
      } else if (COPIES * bytes() > held && !grow()) {
        builder = null;
        starved = true;
      } else {
        entries.addTo(builder, key, from, length);
      }
    }

    /** Gets memory for what there is and a little more; whether it is enough. */
    private boolean grow() {
      held += groups.hold(COPIES * bytes() - held + STEP);
      return COPIES * bytes() <= held;
    }

    /** What is to be said of a task that gets too little memory, or null. */
    String failure() {
      return starved
          ? String.format(
              Locale.ROOT,
              "A task has the statistics of %d keys and %d features, which take %d MB, but it gets memory for %d MB; raise spark.executor.memory (of a local session spark.driver.memory) or spark.sql.shuffle.partitions.",
              keys,
              features,
              bytes() >> 20,
              (held / COPIES) >> 20)
          : null;
    }

    long bytes() {
      return KeyStatistics.leastBytes(keys, features, keyBytes, sumBytes);
    }

    /** What all keys will take, about. */
    long expectedBytes() {
      long sums = SUMS_OF_KEY + (long) SUMS_OF_FEATURE * features;
      return KeyStatistics.leastBytes(groups.mostKeys(), features, 0, groups.mostKeys() * sums);
    }

    /** The statistics, or null if they take too much. */
    KeyStatistics statistics() {
      return builder == null ? null : builder.build();
    }
  }

  private static Result result(List<Found> found, List<KeyColumn> columns, KeyRoom room) {
    Optional<String> failure =
        found.stream().map(Found::failure).filter(Objects::nonNull).min(Comparator.naturalOrder());
    if (failure.isPresent()) {
      throw new IllegalArgumentException(failure.get());
    }
    // The first one is told what there is to tell of all rows.
    Found first = found.get(0);
    long keys = 0;
    long bytes = 0;
    List<KeyStatistics> statistics = new ArrayList<>();
    for (Found task : found) {
      keys += task.keys;
      bytes += task.bytes;
      if (task.statistics != null) {
        statistics.add(task.statistics);
      }
    }
    int features = first.parts.stream().mapToInt(Moments::features).sum();
    room.check(keys, features, bytes);
    return new Result(
        statistics.isEmpty()
            ? KeyStatistics.of(columns, features, List.of())
            : KeyStatistics.concat(statistics),
        first.parts,
        first.nullCells,
        first.skipped);
  }
}
