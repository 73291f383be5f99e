package io.normact.sql.pass;

import io.normact.math.exact.Moments;
import io.normact.math.key.Key;
import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyStatistics;
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
import org.apache.spark.Aggregator;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import scala.Product2;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;

/**
 * Counts, means and variances of feature columns within each key, in one pass over internal rows
 * and one shuffle, whatever the number of keys and features.
 *
 * <p>Tasks sum up rows of a key as far as a table of bounded size goes, see {@link KeyedBlocks}, so
 * that a key with most of the rows is no burden to anyone. What they write is shuffled in blocks of
 * bytes, a few objects a task rather than one a row. The other side brings the sums of a key
 * together in Spark's own map, which spills to disk where memory does not suffice. All merges are
 * exact, so their order leaves no trace.
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
  private record Found(
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
   *     the statistics take more than {@link KeyStatistics#MOST_BYTES}
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
        internal -> total(internal, rows, List.copyOf(keys), shuffled));
  }

  private static Result total(
      JavaRDD<InternalRow> internal, KeyedRows rows, List<KeyColumn> keys, int shuffled) {
    int tasks = internal.getNumPartitions();
    if (tasks == 0) {
      return result(
          List.of(new Found(null, none(rows), new long[rows.parts()], 0, null, 0, 0)), keys);
    }
    int parallel = Math.max(tasks, internal.context().defaultParallelism());
    int targets = Math.max(1, Math.min(shuffled, TARGETS_A_TASK * parallel));
    List<JavaSerialized<Found>> found =
        internal
            .mapPartitions(
                (Iterator<InternalRow> partition) -> new KeyedBlocks(rows, partition, targets))
            .mapToPair(block -> block)
            .partitionBy(new Targets(targets))
            .values()
            .mapPartitions(
                (Iterator<byte[]> blocks) ->
                    List.of(new JavaSerialized<>(gather(blocks, rows, keys, targets))).iterator())
            .collect();
    return result(found.stream().map(JavaSerialized::value).toList(), keys);
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
  @SuppressWarnings("deprecation") // The converters that replace it are not in Scala 2.12.
  private static Found gather(
      Iterator<byte[]> blocks, KeyedRows rows, List<KeyColumn> columns, int targets) {
    KeyedRecords.Reading reading = new KeyedRecords.Reading(rows);
    KeyedRecords.Rest rest = new KeyedRecords.Rest();
    Aggregator<Key, KeyedRecords.Rest, KeySums> aggregator =
        new Aggregator<>(
            new AbstractFunction1<KeyedRecords.Rest, KeySums>() {
              @Override
              public KeySums apply(KeyedRecords.Rest record) {
                return reading.add(new KeySums(rows.parts()), record);
              }
            },
            new AbstractFunction2<KeySums, KeyedRecords.Rest, KeySums>() {
              @Override
              public KeySums apply(KeySums sums, KeyedRecords.Rest record) {
                return reading.add(sums, record);
              }
            },
            new AbstractFunction2<KeySums, KeySums, KeySums>() {
              @Override
              public KeySums apply(KeySums a, KeySums b) {
                return a.merge(b, reading.spaces);
              }
            });
    Iterator<Product2<Key, KeyedRecords.Rest>> records =
        new KeyedRecords.Records<>(blocks, reading, rest, key -> new Tuple2<>(key, rest));
    Iterator<Tuple2<Key, KeySums>> sums =
        JavaConverters.asJavaIterator(
            aggregator.combineValuesByKey(
                JavaConverters.asScalaIterator(records), TaskContext.get()));
    return new Finished(rows, columns, reading, KeyStatistics.MOST_BYTES / targets * 2 + (1 << 20))
        .of(sums);
  }

  /** The statistics of a task's keys. */
  private static final class Finished {
    private final List<KeyColumn> columns;
    private final KeyedRecords.Reading reading;
    private final long mostBytes;
    private final int parts;
    private final List<Moments.Workspace> spaces = new ArrayList<>();
    private final List<Moments> totals = new ArrayList<>();
    private final long[] nullCells;
    private final List<KeyStatistics.Entry> entries = new ArrayList<>();
    private long keys;
    private long bytes;

    Finished(
        KeyedRows rows, List<KeyColumn> columns, KeyedRecords.Reading reading, long mostBytes) {
      this.columns = columns;
      this.reading = reading;
      this.mostBytes = mostBytes;
      parts = rows.parts();
      // All records have been read, so that every width is known that any task knows.
      for (int p = 0; p < parts; p++) {
        int width = reading.spaces.width(p);
        spaces.add(new Moments.Workspace(width < 0 ? rows.widths()[p] : width));
        totals.add(new Moments(spaces.get(p)));
      }
      nullCells = new long[parts];
    }

    Found of(Iterator<Tuple2<Key, KeySums>> sums) {
      while (reading.failure == null && sums.hasNext()) {
        Tuple2<Key, KeySums> next = sums.next();
        add(next._1(), next._2());
      }
      KeyStatistics statistics =
          bytes <= mostBytes && reading.failure == null
              ? KeyStatistics.of(
                  columns, totals.stream().mapToInt(Moments::features).sum(), entries)
              : null;
      return new Found(
          statistics, totals, nullCells, reading.skipped, reading.failure, keys, bytes);
    }

    private void add(Key key, KeySums sums) {
      KeyStatistics.Entry entry = entry(key, sums);
      keys++;
      bytes +=
          2L * Integer.BYTES
              + key.bytes().length
              + entry.sums().length
              + (1 + 2L * entry.mean().length) * Double.BYTES;
      if (bytes <= mostBytes) {
        entries.add(entry);
      } else {
        entries.clear();
      }
    }

    private KeyStatistics.Entry entry(Key key, KeySums sums) {
      List<Moments> own = new ArrayList<>();
      for (int p = 0; p < parts; p++) {
        Moments part = sums.part(p, spaces.get(p));
        totals.get(p).merge(part);
        nullCells[p] += sums.nullCells(p);
        own.add(part);
      }
      return KeyEntries.of(key.bytes(), own, sums::nullCells);
    }
  }

  private static Result result(List<Found> found, List<KeyColumn> columns) {
    Optional<String> failure =
        found.stream().map(Found::failure).filter(Objects::nonNull).min(Comparator.naturalOrder());
    if (failure.isPresent()) {
      throw new IllegalArgumentException(failure.get());
    }
    List<Moments> parts = found.get(0).parts;
    long[] nullCells = new long[parts.size()];
    long skipped = 0;
    long keys = 0;
    long bytes = 0;
    List<KeyStatistics> statistics = new ArrayList<>();
    for (int t = 0; t < found.size(); t++) {
      Found task = found.get(t);
      for (int p = 0; p < nullCells.length; p++) {
        if (t > 0) {
          parts.get(p).merge(task.parts.get(p));
        }
        nullCells[p] += task.nullCells[p];
      }
      skipped += task.skipped;
      keys += task.keys;
      bytes += task.bytes;
      if (task.statistics != null) {
        statistics.add(task.statistics);
      }
    }
    int features = parts.stream().mapToInt(Moments::features).sum();
    if (bytes > KeyStatistics.MOST_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The statistics of %d keys and %d features take %d MB, but a model holds at most %d MB; take fewer or coarser key columns, or fewer features.",
              keys,
              features,
              bytes >> 20,
              KeyStatistics.MOST_BYTES >> 20));
    }
    return new Result(
        statistics.isEmpty()
            ? KeyStatistics.of(columns, features, List.of())
            : KeyStatistics.concat(statistics),
        parts,
        nullCells,
        skipped);
  }
}
