package io.normact.sql.pass;

import io.normact.math.exact.ByteOutput;
import io.normact.math.exact.Moments;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The exact sums of the rows of one key, in little memory: those of every run of scalar columns and
 * of every vector or array column.
 *
 * <p>Many keys have one row. So the first row of weight 1 stays a row until another one comes.
 */
final class KeySums {

  private final Moments[] parts;
  private final long[] nullCells;

  /** By part, memory for a row, and whether it is the only one, which the sums don't have. */
  private final double[][] rows;

  private final boolean[] alone;

  /** By part, whether there is a row at all. */
  private final boolean[] any;

  /** The sums of no rows, of so many parts. */
  KeySums(int size) {
    parts = new Moments[size];
    nullCells = new long[size];
    rows = new double[size][];
    alone = new boolean[size];
    any = new boolean[size];
  }

  /** What the sums of one task share: a workspace for each part whose width is known. */
  static final class Spaces {
    private final Moments.Workspace[] spaces;
    private final int[] widths;

    Spaces(int size) {
      spaces = new Moments.Workspace[size];
      widths = new int[size];
      Arrays.fill(widths, -1);
    }

    /** Takes note of a part's width; whether it is what was known before, if anything was. */
    boolean fits(int part, int width) {
      if (spaces[part] == null) {
        spaces[part] = new Moments.Workspace(width);
        widths[part] = width;
      }
      return widths[part] == width;
    }

    /** The width of a part, or -1 where it is unknown. */
    int width(int part) {
      return widths[part];
    }

    int size() {
      return widths.length;
    }
  }

  /** Forgets all rows. */
  void clear() {
    for (int p = 0; p < parts.length; p++) {
      if (any[p] && !alone[p]) {
        parts[p].clear();
      }
    }
    Arrays.fill(nullCells, 0);
    Arrays.fill(alone, false);
    Arrays.fill(any, false);
  }

  /** The sums of a part, all rows included. */
  Moments part(int part, Spaces task) {
    if (parts[part] == null) {
      parts[part] = new Moments(task.spaces[part]);
    }
    if (alone[part]) {
      alone[part] = false;
      parts[part].add(rows[part], 1);
    }
    return parts[part];
  }

  /** The row of weight 1 that is the only one of a part, to be read at once; or null. */
  double[] onlyRow(int part) {
    return alone[part] ? rows[part] : null;
  }

  /** Whether there is one row, and that of weight 1. */
  private boolean isRow() {
    for (int p = 0; p < parts.length; p++) {
      if (alone[p] ? nullCells[p] != 0 : any[p] || nullCells[p] != 1) {
        return false;
      }
    }
    return true;
  }

  /** Adds what the cell holds, of a width that is known. */
  void add(int part, FeatureCell cell, double weight, Spaces task) {
    if (cell.width() < 0) {
      nullCells[part]++;
    } else if (cell.isSparse()) {
      add(part, cell.indices(), cell.values(), weight, task);
    } else {
      add(part, cell.values(), weight, task);
    }
  }

  /** Adds a null cell. */
  void addNull(int part) {
    nullCells[part]++;
  }

  void add(int part, double[] row, double weight, Spaces task) {
    if (any[part] || weight != 1) {
      any[part] = true;
      part(part, task).add(row, weight);
      return;
    }
    any[part] = true;
    alone[part] = true;
    if (rows[part] == null || rows[part].length != row.length) {
      rows[part] = row.clone();
    } else {
      System.arraycopy(row, 0, rows[part], 0, row.length);
    }
  }

  void add(int part, int[] indices, double[] values, double weight, Spaces task) {
    any[part] = true;
    part(part, task).add(indices, values, indices.length, weight);
  }

  long nullCells(int part) {
    return nullCells[part];
  }

  /** Writes the record of a key with these sums: of one row, that row. */
  void write(ByteOutput out, KeyedRows form, byte[] key, int from, int length, Spaces task) {
    if (isRow()) {
      int begun = KeyedRecords.beginRow(out, key, from, length);
      if (form.weightField() >= 0) {
        out.putDouble(1);
      }
      for (int p = 0; p < parts.length; p++) {
        KeyedRecords.write(out, onlyRow(p));
      }
      KeyedRecords.end(out, begun);
      return;
    }
    int begun = KeyedRecords.beginSums(out, key, from, length);
    for (int p = 0; p < parts.length; p++) {
      Moments sums = any[p] ? part(p, task) : null;
      out.putCount(nullCells[p]);
      out.putCount(sums == null ? 0 : 1L + sums.features());
      if (sums != null) {
        sums.write(out);
      }
    }
    KeyedRecords.end(out, begun);
  }

  /** Adds sums that {@link #write} wrote. */
  void read(ByteBuffer in, Spaces task, WidthConflict conflict) {
    for (int p = 0; p < parts.length; p++) {
      nullCells[p] += ByteOutput.readCount(in);
      int width = (int) ByteOutput.readCount(in) - 1;
      if (width >= 0 && task.fits(p, width)) {
        any[p] = true;
        part(p, task).read(in);
      } else if (width >= 0) {
        conflict.found(p, task.width(p), width);
        new Moments(new Moments.Workspace(width)).read(in);
      }
    }
  }

  /** Who is told that a part has rows of different widths. */
  interface WidthConflict {
    void found(int part, int known, int other);
  }
}
