package io.normact.sql.pass;

import io.normact.math.exact.ByteOutput;
import io.normact.math.key.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.Function;

/**
 * What stands in the blocks that {@link KeyedBlocks} makes: a row or sums after their key, and the
 * end of a task's, with what it has to tell of all its rows. A block holds whole records.
 */
final class KeyedRecords {

  private static final byte ROW = 1;
  private static final byte SUMS = 2;
  private static final byte END = 3;

  private static final byte NULL = 0;
  private static final byte DENSE = 1;
  private static final byte SPARSE = 2;

  private KeyedRecords() {}

  /** Begins a row: its weight, if rows have one, and its cells follow. */
  static void beginRow(ByteOutput block, byte[] key, int length) {
    begin(block, ROW, key, length);
  }

  /** Begins sums, which follow. */
  static void beginSums(ByteOutput block, byte[] key, int length) {
    begin(block, SUMS, key, length);
  }

  private static void begin(ByteOutput block, byte kind, byte[] key, int length) {
    block.put(kind);
    block.putCount(length);
    block.put(key, 0, length);
  }

  /** Writes the features that a row holds in a cell. */
  static void write(ByteOutput block, FeatureCell cell) {
    if (cell.width() < 0) {
      block.put(NULL);
    } else if (cell.isSparse()) {
      block.put(SPARSE);
      block.putCount(cell.width());
      block.putCount(cell.indices().length);
      for (int index : cell.indices()) {
        block.putCount(index);
      }
      block.putDoubles(cell.values(), cell.indices().length);
    } else {
      block.put(DENSE);
      block.putCount(cell.width());
      block.putDoubles(cell.values(), cell.width());
    }
  }

  /** Writes the end of a task's records. */
  static void writeEnd(ByteOutput block, KeySums.Spaces spaces, long skipped, String failure) {
    block.put(END);
    for (int p = 0; p < spaces.size(); p++) {
      block.putCount(1L + spaces.width(p));
    }
    block.putCount(skipped);
    byte[] text = failure == null ? new byte[0] : failure.getBytes(StandardCharsets.UTF_8);
    block.putCount(text.length);
    block.put(text, 0, text.length);
  }

  /** What a task that brings keys together learns from all records. */
  static final class Reading implements KeySums.WidthConflict {
    final KeyedRows rows;
    final KeySums.Spaces spaces;
    long skipped;
    String failure;

    Reading(KeyedRows rows) {
      this.rows = rows;
      spaces = new KeySums.Spaces(rows.parts());
    }

    /** The first of all failures by the alphabet, so that it is the same one each time. */
    void fail(String message) {
      failure = failure == null || message.compareTo(failure) < 0 ? message : failure;
    }

    @Override
    public void found(int part, int known, int other) {
      fail(rows.readers().get(part).differingWidths(known, other));
    }

    /** Adds the rest of a record, whose key was read. */
    KeySums add(KeySums sums, Rest record) {
      if (record.kind == SUMS) {
        sums.read(record.block, spaces, this);
        return sums;
      }
      double weight = rows.weightField() >= 0 ? record.block.getDouble() : 1;
      for (int p = 0; p < rows.parts(); p++) {
        addCell(sums, p, record.block, weight);
      }
      return sums;
    }

    private void addCell(KeySums sums, int part, ByteBuffer block, double weight) {
      byte form = block.get();
      if (form == NULL) {
        sums.addNull(part);
        return;
      }
      int width = (int) ByteOutput.readCount(block);
      int n = form == SPARSE ? (int) ByteOutput.readCount(block) : width;
      int[] indices = new int[form == SPARSE ? n : 0];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = (int) ByteOutput.readCount(block);
      }
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        values[i] = block.getDouble();
      }
      if (!spaces.fits(part, width)) {
        found(part, spaces.width(part), width);
      } else if (form == SPARSE) {
        sums.add(part, indices, values, weight, spaces);
      } else {
        sums.add(part, values, weight, spaces);
      }
    }

    private void end(ByteBuffer block) {
      for (int p = 0; p < rows.parts(); p++) {
        int width = (int) ByteOutput.readCount(block) - 1;
        if (width >= 0 && !spaces.fits(p, width)) {
          found(p, spaces.width(p), width);
        }
      }
      skipped += ByteOutput.readCount(block);
      byte[] text = new byte[(int) ByteOutput.readCount(block)];
      block.get(text);
      if (text.length > 0) {
        fail(new String(text, StandardCharsets.UTF_8));
      }
    }
  }

  /** A record after its key. It is read before the next one is asked for. */
  static final class Rest {
    private ByteBuffer block = ByteBuffer.allocate(0);
    private byte kind;
  }

  /** The records of blocks, made of each key and the rest of its record. */
  static final class Records<T> implements Iterator<T> {
    private final Iterator<byte[]> blocks;
    private final Reading reading;
    private final Function<Key, T> made;
    private final Rest rest;
    private Key next;

    Records(Iterator<byte[]> blocks, Reading reading, Rest rest, Function<Key, T> made) {
      this.blocks = blocks;
      this.reading = reading;
      this.rest = rest;
      this.made = made;
    }

    @Override
    public boolean hasNext() {
      while (next == null && (rest.block.hasRemaining() || blocks.hasNext())) {
        if (!rest.block.hasRemaining()) {
          rest.block = ByteBuffer.wrap(blocks.next());
        }
        rest.kind = rest.block.get();
        if (rest.kind == END) {
          reading.end(rest.block);
        } else {
          byte[] bytes = new byte[(int) ByteOutput.readCount(rest.block)];
          rest.block.get(bytes);
          next = new Key(bytes);
        }
      }
      return next != null;
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException("There are no more records.");
      }
      Key key = next;
      next = null;
      try {
        return made.call(key);
      } catch (Exception e) {
        throw new IllegalStateException("A record can't be read.", e);
      }
    }
  }
}
