package io.normact.sql.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.math.learn.DenseRows;
import io.normact.math.learn.RowBlock;
import io.normact.math.learn.SparseRows;
import io.normact.sql.column.ColumnKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RowBlocksTest {
  private static final int WIDTH = 1000;

  private static List<RowBlock> blocks(double[] weights, Vector... vectors) {
    StructType schema =
        new StructType()
            .add("s", DataTypes.DoubleType)
            .add("v", new VectorUDT())
            .add("w", DataTypes.DoubleType);
    List<Row> rows = new ArrayList<>();
    for (Vector vector : vectors) {
      rows.add(RowFactory.create(3.0, vector, weights[rows.size()]));
    }
    Dataset<Row> data = LocalSpark.session().createDataFrame(rows, schema).coalesce(1);
    double[] shift = new double[WIDTH + 1];
    double[] scale = new double[WIDTH + 1];
    double[] replacement = new double[WIDTH + 1];
    Arrays.fill(shift, 1);
    Arrays.fill(scale, 2);
    Arrays.fill(replacement, Double.NaN);
    RowBlocks.Packing packing =
        new RowBlocks.Packing(
            List.of(
                new FeatureSource("s", ColumnKind.DOUBLE, data.col("s")),
                new FeatureSource("v", ColumnKind.VECTOR, data.col("v"))),
            new int[] {1, WIDTH},
            data.col("w"),
            0,
            null,
            false,
            shift,
            scale,
            null,
            replacement,
            null,
            null);
    return RowBlocks.passes(
        "test",
        data,
        packing,
        2,
        blocks ->
            blocks.aggregate(
                new ArrayList<RowBlock>(),
                (list, block) -> {
                  list.add(block);
                  return list;
                },
                (list, more) -> {
                  list.addAll(more);
                  return list;
                }));
  }

  private static Vector sparse(int index, double value) {
    return Vectors.sparse(WIDTH, new int[] {index}, new double[] {value});
  }

  /** A wide row is packed by what it stores; so it takes no memory, nor time, for the rest. */
  @Test
  void sparseRowsStayWhatTheyStore() {
    List<RowBlock> blocks =
        blocks(new double[] {1, 1, 1}, sparse(4, 7), sparse(4, Double.NaN), sparse(9, 0));
    assertThat(blocks).hasSize(1);
    SparseRows block = (SparseRows) blocks.get(0);
    assertThat(block.rows()).isEqualTo(3);
    // The scalar of three rows, and the feature that two of three store, filled up.
    assertThat(block.x()).containsExactly(4, 4, 4, 12, Double.NaN, -2, -2);
    assertThat(block.row()).containsExactly(0, 1, 2, 0, 1, 2, 2);
    assertThat(block.zero()).containsOnly(-2);
    assertThat(block.absent()[0]).isZero();
    assertThat(block.absent()[1 + 9]).isEqualTo(2);
    assertThat(block.absent()[WIDTH]).isEqualTo(3);
  }

  @Test
  void rowsThatStoreMuchOrWeighOtherwiseAreApart() {
    double[] many = new double[WIDTH];
    Arrays.fill(many, 2);
    List<RowBlock> blocks =
        blocks(
            new double[] {1, 1e9, 1, 2, 0},
            sparse(4, 7),
            sparse(4, 8),
            Vectors.dense(many),
            null,
            sparse(4, 9));
    assertThat(blocks.stream().filter(DenseRows.class::isInstance)).hasSize(1);
    assertThat(blocks.get(0).rows()).isEqualTo(2);
    List<RowBlock> sparse = blocks.subList(1, 3);
    assertThat(sparse).hasOnlyElementsOfType(SparseRows.class).hasSize(2);
    assertThat(sparse).extracting(RowBlock::rows).containsExactly(1, 1);
  }
}
