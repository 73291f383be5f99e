package io.normact.sql.column;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ArrowColumnVector;
import org.junit.jupiter.api.Test;

/** Columns in others' memory than Spark's. */
class ColumnValuesTest {

  @Test
  void arrowAnswersNoNull() {
    try (RootAllocator memory = new RootAllocator();
        Float8Vector doubles = new Float8Vector("d", memory);
        IntVector ints = new IntVector("i", memory)) {
      for (int row = 0; row < 5; row++) {
        doubles.setSafe(row, row / 2.0);
        ints.setSafe(row, -row);
      }
      doubles.setNull(2);
      doubles.setValueCount(5);
      ints.setValueCount(5);
      double[] x = new double[4];
      ColumnValues.read(new ArrowColumnVector(doubles), DataTypes.DoubleType, 1, x, 3);
      assertThat(x).containsExactly(0.5, Double.NaN, 1.5, 0);
      ColumnValues.read(new ArrowColumnVector(ints), DataTypes.IntegerType, 0, x, 4);
      assertThat(x).containsExactly(0, -1, -2, -3);
      doubles.set(2, 7);
      ColumnValues.read(new ArrowColumnVector(doubles), DataTypes.DoubleType, 2, x, 2);
      assertThat(x).containsExactly(7, 1.5, -2, -3);
    }
  }
}
