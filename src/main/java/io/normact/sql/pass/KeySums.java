package io.normact.sql.pass;

import io.normact.math.exact.ByteOutput;
import io.normact.math.exact.Moments;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The exact sums of the rows of one key, in little memory: those of every run of scalar columns and
 * of every vector or array column.
 */
final class KeySums {

  private final Moments[] parts;
  private final long[] nullCells;

  /** The sums of no rows, of so many parts. */
  KeySums(int size) {
    parts = new Moments[size];
    nullCells = new long[size];
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
    for (Moments part : parts) {
      if (part != null) {
        part.clear();
      }
    }
    Arrays.fill(nullCells, 0);
  }

  private Moments part(int part, Spaces task) {
    if (parts[part] == null) {
      parts[part] = new Moments(task.spaces[part]);
    }
    return parts[part];
  }

  /** Adds what the cell holds, of a width that is known. */
  void add(int part, FeatureCell cell, double weight, Spaces task) {
    if (cell.width() < 0) {
      nullCells[part]++;
    } else if (cell.isSparse()) {
      part(part, task).add(cell.indices(), cell.values(), cell.indices().length, weight);
    } else {
      part(part, task).add(cell.values(), weight);
    }
  }

  /** Adds a null cell. */
  void addNull(int part) {
    nullCells[part]++;
  }

  void add(int part, double[] row, double weight, Spaces task) {
    part(part, task).add(row, weight);
  }

  void add(int part, int[] indices, double[] values, double weight, Spaces task) {
    part(part, task).add(indices, values, values.length, weight);
  }

  /** The sums of all parts, whose widths are known; they are the same objects each time. */
  List<Moments> parts(Spaces task) {
    for (int p = 0; p < parts.length; p++) {
      part(p, task);
    }
    return Arrays.asList(parts);
  }

  long nullCells(int part) {
    return nullCells[part];
  }

  void write(ByteOutput out) {
    for (int p = 0; p < parts.length; p++) {
      out.putCount(nullCells[p]);
      out.putCount(parts[p] == null ? 0 : 1L + parts[p].features());
      if (parts[p] != null) {
        parts[p].write(out);
      }
    }
  }

  /** Adds what {@link #write} wrote. */
  void read(ByteBuffer in, Spaces task, WidthConflict conflict) {
    for (int p = 0; p < parts.length; p++) {
      nullCells[p] += ByteOutput.readCount(in);
      int width = (int) ByteOutput.readCount(in) - 1;
      if (width >= 0 && task.fits(p, width)) {
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
