package io.normact.sql.pass;

import io.normact.math.exact.ByteOutput;
import io.normact.math.key.NumberedKeys;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import org.apache.spark.SparkEnv;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.memory.MemoryConsumer;
import org.apache.spark.memory.MemoryMode;
import org.apache.spark.memory.TaskMemoryManager;
import org.apache.spark.storage.TempLocalBlockId;
import scala.Tuple2;

/**
 * The records of {@link KeyedBlocks}, grouped by key. Blocks stay as they come, and a key knows the
 * places of its records in them, so that no object is made of a row or a key.
 *
 * <p>The memory is what Spark's task gets for it. Where that is no more, the records are summed up
 * by key and go to a file, in the keys' order; in the end the files are merged. Sums are exact, so
 * that leaves no trace.
 */
final class KeyedGroups extends MemoryConsumer implements AutoCloseable {

  private static final int FEWEST = 1 << 10;

  /** More records, or bytes of keys, go to a file: arrays that double don't pass an int. */
  private static final int MOST = 1 << 29;

  private final KeyedRecords.Reading reading;
  private final TaskMetrics metrics;
  private final List<ByteBuffer> blocks = new ArrayList<>();
  private final NumberedKeys keys = new NumberedKeys();
  private final List<Spilled> spilled = new ArrayList<>();
  private final List<Run> open = new ArrayList<>();
  private long blockBytes;

  /** By key, 1 more than the number of its last record, or 0. */
  private int[] last = new int[FEWEST];

  /** By record, 1 more than the number of the key's record before it, or 0. */
  private int[] before = new int[FEWEST];

  /** By record, the number of its block, and where it stands there after its lengths and key. */
  private long[] places = new long[FEWEST];

  private int records;

  KeyedGroups(KeyedRecords.Reading reading, TaskMemoryManager memory, TaskMetrics metrics) {
    super(memory, MemoryMode.ON_HEAP);
    this.reading = reading;
    this.metrics = metrics;
  }

  /** Takes in the records of a block. */
  void add(byte[] bytes) {
    ByteBuffer block = ByteBuffer.wrap(bytes);
    while (block.hasRemaining()) {
      int length = (int) ByteOutput.readCount(block);
      if (length == 0) {
        reading.end(block);
        continue;
      }
      int key = keys.add(bytes, block.position(), length);
      block.position(block.position() + length);
      int rest = block.getInt();
      add(key, (long) blocks.size() << Integer.SIZE | block.position());
      block.position(block.position() + rest);
    }
    blocks.add(block);
    blockBytes += bytes.length;
    long more = bytes() - getUsed();
    boolean all = more <= 0 || acquireMemory(more) == more;
    if (records > 0 && !(all && records < MOST && keys.keyBytes() < MOST)) {
      toDisk();
    }
  }

  private void add(int key, long place) {
    if (records == places.length) {
      before = Arrays.copyOf(before, 2 * records);
      places = Arrays.copyOf(places, 2 * records);
    }
    if (key >= last.length) {
      last = Arrays.copyOf(last, 2 * last.length);
    }
    places[records] = place;
    before[records] = last[key];
    last[key] = ++records;
  }

  private long bytes() {
    return blockBytes
        + keys.bytes()
        + Integer.BYTES * ((long) last.length + before.length)
        + Long.BYTES * (long) places.length
        + (Integer.BYTES + Long.BYTES) * (long) keys.size(); // To sort them.
  }

  /** What others need is not to be had here while records are read. */
  @Override
  public long spill(long size, MemoryConsumer trigger) {
    return 0;
  }

  /** Writes all that is in memory to a file. */
  private void toDisk() {
    Tuple2<TempLocalBlockId, File> file =
        SparkEnv.get().blockManager().diskBlockManager().createTempLocalBlock();
    Spilled run = new Spilled(file._1(), file._2(), keys.size());
    spilled.add(run);
    try (DataOutputStream out =
        new DataOutputStream(
            SparkEnv.get()
                .serializerManager()
                .wrapStream(
                    run.id, new BufferedOutputStream(new FileOutputStream(run.file), 1 << 16)))) {
      KeySums sums = new KeySums(reading.rows.parts());
      ByteOutput record = new ByteOutput(256);
      Run inMemory = new InMemory();
      while (inMemory.next()) {
        sums.clear();
        inMemory.addTo(sums);
        record.clear();
        sums.write(
            record, reading.rows, inMemory.key, inMemory.from, inMemory.length, reading.spaces);
        out.writeInt(record.size());
        out.write(record.array(), 0, record.size());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(
              Locale.ROOT,
              "Keys can't be written to '%s', where Spark keeps what doesn't fit into memory: %s",
              run.file,
              e.getMessage()),
          e);
    }
    metrics.incMemoryBytesSpilled(bytes());
    metrics.incDiskBytesSpilled(run.file.length());
    blocks.clear();
    blockBytes = 0;
    keys.clear();
    last = new int[FEWEST];
    before = new int[FEWEST];
    places = new long[FEWEST];
    records = 0;
    freeMemory(getUsed());
  }

  /** How many keys there are at most. */
  long mostKeys() {
    long most = keys.size();
    for (Spilled run : spilled) {
      most += run.keys;
    }
    return most;
  }

  /** Where there is no memory for so many bytes beside the groups, these go to a file. */
  void makeRoom(long bytes) {
    if (records > 0) {
      long got = acquireMemory(bytes);
      freeMemory(got);
      if (got < bytes) {
        toDisk();
      }
    }
  }

  /** Asks for memory for what is made of the groups, until they are closed; what was given. */
  long hold(long bytes) {
    return acquireMemory(bytes);
  }

  /** Takes in the sums of a key, which stands in a part of an array. */
  interface Taking {
    void take(byte[] key, int from, int length, KeySums sums);
  }

  /** Gives the sums of every key, in the keys' order; they are the same object each time. */
  void forEach(Taking taking) {
    try {
      PriorityQueue<Run> runs = new PriorityQueue<>();
      open.add(new InMemory());
      for (Spilled run : spilled) {
        open.add(new OnDisk(run));
      }
      for (Run run : open) {
        if (run.next()) {
          runs.add(run);
        }
      }
      KeySums sums = new KeySums(reading.rows.parts());
      List<Run> equal = new ArrayList<>();
      while (!runs.isEmpty()) {
        sums.clear();
        equal.clear();
        do {
          equal.add(runs.poll());
          equal.get(equal.size() - 1).addTo(sums);
        } while (!runs.isEmpty() && runs.peek().compareTo(equal.get(0)) == 0);
        Run first = equal.get(0);
        taking.take(first.key, first.from, first.length, sums);
        for (Run run : equal) {
          if (run.next()) {
            runs.add(run);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(
              Locale.ROOT,
              "Keys can't be read back from where Spark keeps what doesn't fit into memory: %s",
              e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    try {
      for (Run run : open) {
        run.close();
      }
      for (Spilled run : spilled) {
        Files.deleteIfExists(run.file.toPath());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(
              Locale.ROOT,
              "Files of keys can't be removed from where Spark keeps what doesn't fit into memory: %s",
              e.getMessage()),
          e);
    } finally {
      freeMemory(getUsed());
    }
  }

  private record Spilled(TempLocalBlockId id, File file, int keys) {}

  /** Keys in ascending order, of which one is the present one. */
  private abstract static class Run implements Comparable<Run> {
    byte[] key;
    int from;
    int length;

    /** Goes to the next key, if there is one. */
    abstract boolean next() throws IOException;

    /** Adds the rows of the present key. */
    abstract void addTo(KeySums sums);

    abstract void close() throws IOException;

    @Override
    public int compareTo(Run other) {
      return Arrays.compareUnsigned(
          key, from, from + length, other.key, other.from, other.from + other.length);
    }
  }

  private final class InMemory extends Run {
    private final int[] numbers = keys.ascending();
    private int at;

    @Override
    boolean next() {
      if (at == numbers.length) {
        return false;
      }
      int number = numbers[at++];
      key = keys.array();
      from = keys.from(number);
      length = keys.length(number);
      return true;
    }

    @Override
    void addTo(KeySums sums) {
      int record = last[numbers[at - 1]];
      while (record != 0) {
        long place = places[record - 1];
        ByteBuffer block = blocks.get((int) (place >>> Integer.SIZE));
        block.position((int) place);
        reading.add(sums, block);
        record = before[record - 1];
      }
    }

    @Override
    void close() {}
  }

  private final class OnDisk extends Run {
    private final DataInputStream in;
    private int left;
    private ByteBuffer record = ByteBuffer.allocate(0);

    OnDisk(Spilled run) throws IOException {
      in =
          new DataInputStream(
              SparkEnv.get()
                  .serializerManager()
                  .wrapStream(
                      run.id, new BufferedInputStream(new FileInputStream(run.file), 1 << 16)));
      left = run.keys;
    }

    @Override
    boolean next() throws IOException {
      if (left == 0) {
        return false;
      }
      left--;
      key = new byte[in.readInt()];
      in.readFully(key);
      record = ByteBuffer.wrap(key);
      length = (int) ByteOutput.readCount(record);
      from = record.position();
      record.position(from + length + Integer.BYTES);
      return true;
    }

    @Override
    void addTo(KeySums sums) {
      reading.add(sums, record);
    }

    @Override
    void close() throws IOException {
      in.close();
    }
  }
}
