package io.normact.sql.pass;

import io.normact.math.exact.ByteOutput;
import io.normact.math.exact.Moments;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What stands in the blocks that {@link KeyedBlocks} makes, each of which holds whole records:
 *
 * <pre>
 * length of the key, key, length of what follows (4 bytes), kind (1 byte), and
 *   of a row: its weight if rows have one, and its cells
 *   of sums: these, see {@link KeySums#write}
 * or, at the end of a task's records, 0 and what it has to tell of all its rows
 * </pre>
 */
final class KeyedRecords {

  private static final byte ROW = 1;
  private static final byte SUMS = 2;

  private static final byte NULL = 0;
  private static final byte DENSE = 1;
  private static final byte SPARSE = 2;

  private KeyedRecords() {}

  /**
   * Begins a row: its weight, if rows have one, and its cells follow.
   *
   * @return what {@link #end} is given
   */
  static int beginRow(ByteOutput block, byte[] key, int from, int length) {
    return begin(block, ROW, key, from, length);
  }

  /** Begins sums, which follow. */
  static int beginSums(ByteOutput block, byte[] key, int from, int length) {
    return begin(block, SUMS, key, from, length);
  }

  private static int begin(ByteOutput block, byte kind, byte[] key, int from, int length) {
    block.putCount(length);
    block.put(key, from, length);
    int begun = block.reserve(Integer.BYTES);
    block.put(kind);
    return begun;
  }

  /** Ends a row or sums. */
  static void end(ByteOutput block, int begun) {
    block.setInt(begun, block.size() - begun - Integer.BYTES);
  }

  /** Writes the features that a row holds in a cell. */
  static void write(ByteOutput block, FeatureCell cell) {
    if (cell.isSparse()) {
      block.put(SPARSE);
      block.putCount(cell.width());
      block.putCount(cell.indices().length);
      for (int index : cell.indices()) {
        block.putCount(index);
      }
      block.putDoubles(cell.values(), cell.indices().length);
    } else {
      write(block, cell.width() < 0 ? null : cell.values());
    }
  }

  /** Writes a row's dense features, or null. */
  static void write(ByteOutput block, double[] row) {
    if (row == null) {
      block.put(NULL);
    } else {
      block.put(DENSE);
      block.putCount(row.length);
      block.putDoubles(row, row.length);
    }
  }

  /** What a task has to tell of all its rows. */
  static final class Totals {
    final KeySums.Spaces spaces;
    final Moments[] parts;
    final long[] nullCells;
    long skipped;

    Totals(int size) {
      spaces = new KeySums.Spaces(size);
      parts = new Moments[size];
      nullCells = new long[size];
    }

    /** Adds what the cell holds, of a width that is known. */
    void add(int part, FeatureCell cell, double weight) {
      if (cell.width() < 0) {
        nullCells[part]++;
        return;
      }
      if (parts[part] == null) {
        parts[part] = new Moments(cell.width());
      }
      if (cell.isSparse()) {
        parts[part].add(cell.indices(), cell.values(), cell.indices().length, weight);
      } else {
        parts[part].add(cell.values(), weight);
      }
    }

    private void write(ByteOutput out) {
      for (int p = 0; p < parts.length; p++) {
        byte[] bytes = parts[p] == null ? new byte[0] : parts[p].toBytes();
        out.putCount(nullCells[p]);
        out.putCount(bytes.length);
        out.put(bytes, 0, bytes.length);
      }
      out.putCount(skipped);
    }

    private void read(ByteBuffer in) {
      for (int p = 0; p < parts.length; p++) {
        nullCells[p] += ByteOutput.readCount(in);
        byte[] bytes = new byte[(int) ByteOutput.readCount(in)];
        in.get(bytes);
        if (bytes.length > 0) {
          Moments part = Moments.fromBytes(bytes);
          if (parts[p] == null) {
            parts[p] = part;
          } else if (parts[p].features() == part.features()) {
            parts[p].merge(part);
          }
        }
      }
      skipped += ByteOutput.readCount(in);
    }
  }

  /**
   * Writes the end of a task's records.
   *
   * @param tells whether it tells all that it has to tell, or only the widths and a failure
   */
  static void writeEnd(ByteOutput block, Totals totals, String failure, boolean tells) {
    block.putCount(0);
    for (int p = 0; p < totals.spaces.size(); p++) {
      block.putCount(1L + totals.spaces.width(p));
    }
    byte[] text = failure == null ? new byte[0] : failure.getBytes(StandardCharsets.UTF_8);
    block.putCount(text.length);
    block.put(text, 0, text.length);
    block.put(tells ? 1 : 0);
    if (tells) {
      totals.write(block);
    }
  }

  /** What a task that brings keys together learns from all records. */
  static final class Reading implements KeySums.WidthConflict {
    final KeyedRows rows;
    final Totals totals;
    final KeySums.Spaces spaces;
    String failure;

    /** By part, the last dense row. */
    private final double[][] dense;

    Reading(KeyedRows rows) {
      this.rows = rows;
      totals = new Totals(rows.parts());
      spaces = totals.spaces;
      dense = new double[rows.parts()][0];
    }

    /** The first of all failures by the alphabet, so that it is the same one each time. */
    void fail(String message) {
      failure = failure == null || message.compareTo(failure) < 0 ? message : failure;
    }

    @Override
    public void found(int part, int known, int other) {
      fail(rows.readers().get(part).differingWidths(known, other));
    }

    /** Adds what stands in a record after its lengths and key. */
    void add(KeySums sums, ByteBuffer block) {
      if (block.get() == SUMS) {
        sums.read(block, spaces, this);
        return;
      }
      double weight = rows.weightField() >= 0 ? block.getDouble() : 1;
      for (int p = 0; p < rows.parts(); p++) {
        addCell(sums, p, block, weight);
      }
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
      double[] values = form == SPARSE ? new double[n] : dense(part, n);
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

    private double[] dense(int part, int length) {
      if (dense[part].length != length) {
        dense[part] = new double[length];
      }
      return dense[part];
    }

    /** Reads the end of a task's records, after the 0. */
    void end(ByteBuffer block) {
      for (int p = 0; p < rows.parts(); p++) {
        int width = (int) ByteOutput.readCount(block) - 1;
        if (width >= 0 && !spaces.fits(p, width)) {
          found(p, spaces.width(p), width);
        }
      }
      byte[] text = new byte[(int) ByteOutput.readCount(block)];
      block.get(text);
      if (text.length > 0) {
        fail(new String(text, StandardCharsets.UTF_8));
      }
      if (block.get() == 1) {
        totals.read(block);
      }
    }

    /** The moments of all rows, in the widths that any task knows. */
    Moments[] parts() {
      for (int p = 0; p < rows.parts(); p++) {
        if (spaces.width(p) < 0) {
          spaces.fits(p, rows.widths()[p]);
        }
        if (totals.parts[p] == null) {
          totals.parts[p] = new Moments(spaces.width(p));
        }
      }
      return totals.parts;
    }
  }
}
