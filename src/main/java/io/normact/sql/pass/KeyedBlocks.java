package io.normact.sql.pass;

import io.normact.math.exact.ByteOutput;
import io.normact.math.key.Key;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.memory.MemoryConsumer;
import org.apache.spark.memory.MemoryMode;
import org.apache.spark.memory.TaskMemoryManager;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * The rows of a partition as blocks of bytes for the tasks that bring the rows of a key together.
 * Rows of one key are summed up before, where that makes them fewer.
 *
 * <p>A table holds the sums of as many keys as fit into {@link #TABLE_BYTES}, or into less where
 * Spark gives the task less. When it is full it is emptied into the blocks and begins anew, so that
 * a key with most of the rows leaves the task as a few sums. Where a full table has seen fewer than
 * two rows a key, sums are larger than rows: the next rows are written as they are, before a table
 * is tried again. The first tries are small.
 */
final class KeyedBlocks implements Iterator<Tuple2<Integer, byte[]>> {

  /** Of the table of sums. */
  private static final int TABLE_BYTES = 48 << 20;

  /** Of all blocks that are being filled, a quarter of all. */
  private static final int BLOCKS_BYTES = TABLE_BYTES / 3;

  private static final int LARGEST_BLOCK = 256 << 10;
  private static final int SMALLEST_BLOCK = 1 << 10;

  /** For the first tries, as far as they fit. */
  private static final int FEW_KEYS = 16;

  private static final int FEWEST_KEYS = 2;
  private static final int MOST_KEYS = 1 << 20;

  /** What a key takes beside its numbers, measured. */
  private static final int KEY_BYTES = 800;

  /** Two levels of sums and three of squares. */
  private static final int FEATURE_BYTES = 5 * Double.BYTES;

  /**
   * So many rows for each place of a table are written as they are when the table was of no use.
   */
  private static final int ROWS_AS_THEY_ARE = 32;

  /** The first try ends at such a part of what a table holds. */
  private static final int FIRST_TRY = 8;

  /**
   * It goes on to the whole table where one row in so many was of a key that was there: of as many
   * keys as the table holds, all alike, one in 16 is by then.
   */
  private static final int FEW_AGAIN = 16;

  private final KeyedRows rows;
  private final Iterator<InternalRow> source;
  private final FeatureCell[] cells;
  private final KeyedRecords.Totals totals;
  private final KeySums.Spaces spaces;
  private final ByteOutput[] blocks;
  private final Memory memory;
  private long tableBytes;
  private int blockBytes;
  private final Queue<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();
  private final ByteOutput key = new ByteOutput(64);

  private Key[] keys = {};
  private KeySums[] sums = {};
  private int[] used = {};
  private int size;
  private int full;
  private long sinceEmpty;
  private long asTheyAre;
  private String failure;
  private boolean ended;

  KeyedBlocks(KeyedRows rows, Iterator<InternalRow> source, int targets, TaskMemoryManager ofTask) {
    this.rows = rows;
    this.source = source;
    cells = FeatureCell.of(rows.readers());
    totals = new KeyedRecords.Totals(cells.length);
    spaces = totals.spaces;
    blocks = new ByteOutput[targets];
    memory = new Memory(ofTask);
  }

  /** What Spark knows of the table and the blocks. */
  private static final class Memory extends MemoryConsumer {

    Memory(TaskMemoryManager ofTask) {
      super(ofTask, MemoryMode.ON_HEAP);
    }

    /** The table is not given back before the rows are read. */
    @Override
    public long spill(long size, MemoryConsumer trigger) {
      return 0;
    }
  }

  /** Asks for memory, after the first row, so that what makes the rows has what it needs. */
  private void reserve() {
    long got = memory.acquireMemory(TABLE_BYTES + BLOCKS_BYTES);
    tableBytes = got / 4 * 3;
    long each = got / 4 / blocks.length;
    blockBytes = (int) Math.max(Math.min(each, LARGEST_BLOCK), SMALLEST_BLOCK);
  }

  /** The task that a key belongs to; by other bits of the hash than those of a table's places. */
  static int target(long hash, int targets) {
    return (int) Math.floorMod(hash >>> 32, (long) targets);
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && !ended) {
      if (source.hasNext() && failure == null) {
        add(source.next());
      } else {
        end();
      }
    }
    return !ready.isEmpty();
  }

  @Override
  public Tuple2<Integer, byte[]> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("There are no more blocks.");
    }
    return ready.remove();
  }

  private void add(InternalRow row) {
    if (blockBytes == 0) {
      reserve();
    }
    double weight = rows.weight(row);
    failure = rows.weightFailure(row, weight);
    boolean valid = failure == null;
    for (int p = 0; p < cells.length && failure == null; p++) {
      FeatureCell cell = cells[p];
      cell.read(row);
      if (cell.width() >= 0 && !spaces.fits(p, cell.width())) {
        failure = rows.readers().get(p).differingWidths(spaces.width(p), cell.width());
      }
      valid = valid && (!rows.skipInvalidRows() || cell.isFinite());
    }
    if (failure != null) {
      return;
    }
    if (!valid) {
      totals.skipped++;
      return;
    }
    if (weight == 0) {
      return;
    }
    for (int p = 0; p < cells.length; p++) {
      totals.add(p, cells[p], weight);
    }
    rows.key(row, key);
    long hash = Key.hash(key.array(), key.size());
    if (asTheyAre > 0) {
      asTheyAre--;
      writeRow(hash, weight);
      return;
    }
    KeySums own = sums(hash);
    for (int p = 0; p < cells.length; p++) {
      own.add(p, cells[p], weight, spaces);
    }
    sinceEmpty++;
  }

  /** The sums of the present key. */
  private KeySums sums(long hash) {
    if (keys.length == 0) {
      int most = capacity();
      keys = new Key[2 * Integer.highestOneBit(2 * most - 1)];
      sums = new KeySums[keys.length];
      used = new int[most];
      full = Math.min(Math.max(most / FIRST_TRY, FEW_KEYS), most);
    }
    int place = place(hash);
    if (keys[place] == null && size == full) {
      if (full < used.length && sinceEmpty >= size + size / FEW_AGAIN) {
        full = used.length;
      } else {
        asTheyAre = sinceEmpty < 2L * size ? (long) ROWS_AS_THEY_ARE * size : 0;
        full = Math.min(2 * full, used.length);
        empty();
        place = place(hash);
      }
    }
    if (keys[place] == null) {
      keys[place] = Key.of(key);
      sums[place] = new KeySums(cells.length);
      used[size++] = place;
    }
    return sums[place];
  }

  private int place(long hash) {
    int place = (int) hash & (keys.length - 1);
    while (keys[place] != null && !isKey(keys[place].bytes())) {
      place = (place + 1) & (keys.length - 1);
    }
    return place;
  }

  private boolean isKey(byte[] bytes) {
    return Arrays.equals(bytes, 0, bytes.length, key.array(), 0, key.size());
  }

  private int capacity() {
    long features = 0;
    for (int p = 0; p < spaces.size(); p++) {
      features += Math.max(spaces.width(p), 0);
    }
    long each = KEY_BYTES + FEATURE_BYTES * features;
    return (int) Math.max(Math.min(tableBytes / each, MOST_KEYS), FEWEST_KEYS);
  }

  /** Writes the sums that the table holds, in the order in which their keys came. */
  private void empty() {
    for (int i = 0; i < size; i++) {
      byte[] bytes = keys[used[i]].bytes();
      int target = target(Key.hash(bytes, bytes.length), blocks.length);
      ByteOutput block = block(target);
      sums[used[i]].write(block, rows, bytes, 0, bytes.length, spaces);
      written(target);
      keys[used[i]] = null;
      sums[used[i]] = null;
    }
    size = 0;
    sinceEmpty = 0;
  }

  private void writeRow(long hash, double weight) {
    int target = target(hash, blocks.length);
    ByteOutput block = block(target);
    int begun = KeyedRecords.beginRow(block, key.array(), 0, key.size());
    if (rows.weightField() >= 0) {
      block.putDouble(weight);
    }
    for (FeatureCell cell : cells) {
      KeyedRecords.write(block, cell);
    }
    KeyedRecords.end(block, begun);
    written(target);
  }

  private ByteOutput block(int target) {
    if (blocks[target] == null) {
      blocks[target] = new ByteOutput(1 << 10);
    }
    return blocks[target];
  }

  private void written(int target) {
    if (blocks[target].size() >= blockBytes) {
      ready.add(new Tuple2<>(target, blocks[target].toArray()));
      if (blocks[target].array().length > 4 * blockBytes) {
        // Of a row that is larger than a block; so many of them would not fit.
        blocks[target] = null;
      } else {
        blocks[target].clear();
      }
    }
  }

  private void end() {
    empty();
    for (int target = 0; target < blocks.length; target++) {
      ByteOutput block = block(target);
      KeyedRecords.writeEnd(block, totals, failure, target == 0);
      ready.add(new Tuple2<>(target, block.toArray()));
      blocks[target] = null;
    }
    ended = true;
    memory.freeMemory(memory.getUsed());
  }
}
