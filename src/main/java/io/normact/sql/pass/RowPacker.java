package io.normact.sql.pass;

import io.normact.math.learn.DenseRows;
import io.normact.math.learn.RowBlock;
import io.normact.math.learn.SparseRows;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Packs a partition's rows for {@link RowBlocks} as they are asked for, so that few blocks at a
 * time are in memory.
 */
final class RowPacker implements Iterator<RowBlock> {

  /** Rows of a sparse block differ in weight by less than this power of two. */
  private static final int WEIGHTS = 8;

  private final RowReader reader;
  private final Iterator<InternalRow> rows;
  private final FeatureCell[] cells;
  private final double[] x;
  private final DenseRows.Builder dense;
  private final Map<Integer, SparseRows.Builder> sparse = new HashMap<>();
  private double[] zeros;
  private RowBlock ready;

  RowPacker(RowReader reader, Iterator<InternalRow> rows) {
    this.reader = reader;
    this.rows = rows;
    this.x = new double[reader.shift().length];
    this.dense = new DenseRows.Builder(x.length, reader.labelField() >= 0);
    this.cells = FeatureCell.of(reader.readers());
  }

  @Override
  public boolean hasNext() {
    while (ready == null && rows.hasNext()) {
      pack(rows.next());
    }
    if (ready == null) {
      ready = rest();
    }
    return ready != null;
  }

  @Override
  public RowBlock next() {
    if (!hasNext()) {
      throw new NoSuchElementException("There are no more rows to pack.");
    }
    RowBlock next = ready;
    ready = null;
    return next;
  }

  private void pack(InternalRow row) {
    if (!reader.read(row, cells)) {
      return;
    }
    double weight = reader.weight(row);
    if (reader.isSparse(cells)) {
      SparseRows.Builder builder = sparse(weight);
      reader.normalize(cells, builder);
      builder.endRow(reader.label(row), weight);
      ready = builder.isFull() ? builder.build() : null;
    } else {
      reader.normalize(row, cells, x);
      dense.add(x, reader.label(row), weight);
      ready = dense.isFull() ? dense.build() : null;
    }
  }

  private SparseRows.Builder sparse(double weight) {
    if (zeros == null) {
      zeros = reader.zeros();
    }
    return sparse.computeIfAbsent(
        Math.floorDiv(Math.getExponent(weight), WEIGHTS),
        k -> new SparseRows.Builder(zeros, reader.labelField() >= 0));
  }

  /** A block of rows that fill none, or null if there are none left. */
  private RowBlock rest() {
    if (!dense.isEmpty()) {
      return dense.build();
    }
    for (SparseRows.Builder builder : sparse.values()) {
      if (!builder.isEmpty()) {
        return builder.build();
      }
    }
    return null;
  }
}
