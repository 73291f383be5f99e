package io.normact.sql.pass;

import io.normact.math.learn.RowBlock;
import io.normact.math.row.KeyNumbers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;
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
              rows.mapPartitions((Iterator<InternalRow> part) -> new RowPacker(reader, part))
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
}
