package io.normact.sql.pass;

import io.normact.math.learn.DenseRows;
import io.normact.math.learn.RowBlock;
import io.normact.math.learn.SparseRows;
import io.normact.math.row.KeyNumbers;
import io.normact.text.Counted;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;

/**
 * Feature columns of any kinds, normalised and packed into {@link RowBlock}s, for several passes.
 * Rows of sparse vectors that store few features are packed by what they store, others whole. Those
 * that are normalised by key are packed whole, since their zeros differ from key to key.
 */
public final class RowBlocks {

  private final JavaRDD<JavaSerialized<RowBlock>> blocks;
  private final int depth;

  private RowBlocks(JavaRDD<JavaSerialized<RowBlock>> blocks, int depth) {
    this.blocks = blocks;
    this.depth = depth;
  }

  /**
   * What to pack.
   *
   * @param columns where the features are
   * @param widths how many features each of the columns holds
   * @param weight the column of row weights, or null; rows of weight 0 are left out
   * @param weightExponent of the power of two that weights are multiplied by
   * @param label the column of labels, or null; a null label becomes NaN
   * @param skipInvalidRows whether a row with a null, NaN or infinite feature is left out
   * @param shift what is subtracted from each feature
   * @param scale what the difference is multiplied by
   * @param bounds the least and the greatest of each normalised feature, which is clipped to them;
   *     null to clip nothing
   * @param replacement what stands for a null, NaN or infinite feature then: NaN to leave it out of
   *     its column, or a normalised value; null for the mean within the row's key
   * @param statistics the column of the statistics of each row's key, by which features are
   *     normalised first, and clipped if they say so; null where there are none
   * @param form which statistics these are; null where there are none
   */
  public record Packing(
      List<FeatureSource> columns,
      int[] widths,
      Column weight,
      int weightExponent,
      Column label,
      boolean skipInvalidRows,
      double[] shift,
      double[] scale,
      double[][] bounds,
      double[] replacement,
      Column statistics,
      KeyNumbers.Form form) {}

  /**
   * Runs passes over the blocks, all in one SQL execution. The first pass packs the rows; they are
   * kept in memory until the last is done, on disk where memory does not suffice. Partitions stay
   * as they are.
   *
   * @param name what the user has called, see {@link InternalRows#execute}
   * @param depth the depth of the tree in which a pass merges
   * @param passes calls {@link #aggregate} as often as it likes
   */
  public static <T> T passes(
      String name, Dataset<?> data, Packing packing, int depth, Function<RowBlocks, T> passes) {
    List<FeatureReader> readers = FeatureReader.of(packing.columns);
    List<Column> fields = new ArrayList<>();
    packing.columns.forEach(column -> fields.add(column.readable()));
    int weightField = packing.weight == null ? -1 : fields.size();
    if (packing.weight != null) {
      fields.add(packing.weight.cast(DataTypes.DoubleType));
    }
    int labelField = packing.label == null ? -1 : fields.size();
    if (packing.label != null) {
      fields.add(packing.label.cast(DataTypes.DoubleType));
    }
    int statisticsField = packing.statistics == null ? -1 : fields.size();
    if (packing.statistics != null) {
      fields.add(packing.statistics);
    }
    RowReader reader =
        new RowReader(
            readers,
            FeatureReader.layout(packing.columns).partWidths(packing.widths),
            weightField,
            packing.weightExponent,
            labelField,
            packing.skipInvalidRows,
            packing.shift,
            packing.scale,
            packing.bounds,
            packing.replacement,
            statisticsField,
            packing.form);
    return InternalRows.execute(
        name,
        data.select(fields.toArray(new Column[0])),
        rows -> {
          JavaRDD<JavaSerialized<RowBlock>> blocks =
              rows.mapPartitions((Iterator<InternalRow> part) -> new Packer(reader, part))
                  .map(JavaSerialized::new);
          blocks.persist(StorageLevel.MEMORY_AND_DISK());
          try {
            return passes.apply(new RowBlocks(blocks, depth));
          } finally {
            blocks.unpersist();
          }
        });
  }

  /**
   * One pass over the blocks, in one Spark job: an accumulator a task, merged by {@link MergeTree}.
   *
   * @param zero an empty accumulator
   * @param add adds a block to an accumulator and returns it
   * @param merge adds the second accumulator to the first and returns it
   */
  public <A> A aggregate(A zero, Function2<A, RowBlock, A> add, Function2<A, A, A> merge) {
    return MergeTree.aggregate(
            blocks,
            new JavaSerialized<>(zero),
            (sum, block) -> new JavaSerialized<>(add.call(sum.value(), block.value())),
            JavaSerialized.merging(merge),
            depth)
        .value();
  }

  /** Reads rows and normalises their features; travels to the tasks. */
  private record RowReader(
      List<FeatureReader> readers,
      int[] widths,
      int weightField,
      int weightExponent,
      int labelField,
      boolean skipInvalidRows,
      double[] shift,
      double[] scale,
      double[][] bounds,
      double[] replacement,
      int statisticsField,
      KeyNumbers.Form form)
      implements Serializable {

    /** Reads a row into cells; false if it is to be left out. */
    boolean read(InternalRow row, FeatureCell[] cells) {
      if (weight(row) == 0) {
        return false;
      }
      for (int r = 0; r < cells.length; r++) {
        cells[r].read(row);
        int width = cells[r].width();
        if (width >= 0 && width != widths[r]) {
          throw new IllegalStateException(
              String.format(
                  Locale.ROOT,
                  "Column '%s' holds a row of %s, but held %d when its mean was fitted; learning reads the input twice and needs the same rows each time.",
                  readers.get(r).name(),
                  Counted.of(width, "feature"),
                  widths[r]));
        }
        if (skipInvalidRows && !cells[r].isFinite()) {
          return false;
        }
      }
      return true;
    }

    /** Whether the row that was read is packed by what it stores. */
    boolean isSparse(FeatureCell[] cells) {
      long stored = 0;
      boolean sparse = false;
      for (FeatureCell cell : cells) {
        sparse |= cell.isSparse();
        stored += cell.width() < 0 ? shift.length : cell.values().length;
      }
      return sparse && statisticsField < 0 && SparseRows.suit(stored, shift.length);
    }

    /** Normalises all features of the row that was read. */
    void normalize(InternalRow row, FeatureCell[] cells, double[] x) {
      ArrayData ofKey = statisticsField < 0 ? null : row.getArray(statisticsField);
      int from = 0;
      for (int r = 0; r < cells.length; r++) {
        double[] part = cells[r].width() < 0 ? invalid(widths[r]) : cells[r].dense();
        if (ofKey != null) {
          normalize(part, ofKey, from);
        }
        for (int i = 0; i < part.length; i++) {
          x[from + i] = normalized(part[i], from + i);
        }
        from += widths[r];
      }
    }

    /** Normalises the features that the row that was read stores. */
    void normalize(FeatureCell[] cells, SparseRows.Builder to) {
      int from = 0;
      for (int r = 0; r < cells.length; r++) {
        double[] part = cells[r].values();
        int[] indices = cells[r].isSparse() ? cells[r].indices() : null;
        for (int i = 0; i < part.length; i++) {
          int j = from + (indices == null ? i : indices[i]);
          to.put(j, normalized(part[i], j));
        }
        from += widths[r];
      }
    }

    /** What 0 is normalised, by feature. */
    double[] zeros() {
      double[] zeros = new double[shift.length];
      Arrays.setAll(zeros, j -> normalized(0, j));
      return zeros;
    }

    private static double[] invalid(int width) {
      double[] part = new double[width];
      Arrays.fill(part, Double.NaN);
      return part;
    }

    private void normalize(double[] part, ArrayData ofKey, int from) {
      int features = shift.length;
      int meanFrom = form.ownMean() ? form.size() - features : 0;
      for (int i = 0; i < part.length; i++) {
        int j = from + i;
        boolean valid = Double.isFinite(part[i]);
        double value = valid || replacement != null ? part[i] : ofKey.getDouble(meanFrom + j);
        double z = (value - ofKey.getDouble(j)) * ofKey.getDouble(features + j);
        if (form.clips()) {
          double least = ofKey.getDouble(2 * features + j);
          z = Math.min(Math.max(z, least), ofKey.getDouble(3 * features + j));
        }
        part[i] = valid || replacement == null ? z : Double.NaN;
      }
    }

    private double normalized(double value, int j) {
      if (!Double.isFinite(value) && replacement != null) {
        return replacement[j];
      }
      double z = (value - shift[j]) * scale[j];
      return bounds == null ? z : Math.min(Math.max(z, bounds[0][j]), bounds[1][j]);
    }

    double weight(InternalRow row) {
      double weight = weightField < 0 ? 1 : row.getDouble(weightField);
      // However little a row weighs, it stays one of those that were fitted.
      return weight > 0 ? Math.max(Math.scalb(weight, weightExponent), Double.MIN_VALUE) : weight;
    }

    double label(InternalRow row) {
      boolean none = labelField < 0 || row.isNullAt(labelField);
      return none ? Double.NaN : row.getDouble(labelField);
    }
  }

  /** Packs a partition's rows as they are asked for, so that few blocks at a time are in memory. */
  private static final class Packer implements Iterator<RowBlock> {

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

    Packer(RowReader reader, Iterator<InternalRow> rows) {
      this.reader = reader;
      this.rows = rows;
      this.x = new double[reader.shift.length];
      this.dense = new DenseRows.Builder(x.length, reader.labelField >= 0);
      this.cells = FeatureCell.of(reader.readers);
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
          k -> new SparseRows.Builder(zeros, reader.labelField >= 0));
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
}
