package io.normact.sql;

import io.normact.math.FeatureFunction;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Maps vectors. A dense one becomes the whole struct in the layout of {@link UnsafeRow}, which
 * Spark takes over into its row as it is; a sparse one stays sparse where zeros stay zeros.
 */
final class VectorMapper extends CellMapper {

  /** The words of the struct that stand before its array: a word of null bits, one a field. */
  private static final int STRUCT_WORDS = 1 + VectorFields.COUNT;

  private final UnsafeRow struct = new UnsafeRow(VectorFields.COUNT);
  private UnsafeDoubles values;

  VectorMapper(FeatureFunction function, String column) {
    super(function, column);
  }

  @Override
  InternalRow mapPresent(Object cell) {
    InternalRow vector = (InternalRow) cell;
    ArrayData stored = vector.getArray(VectorFields.VALUES);
    if (vector.getByte(VectorFields.TYPE) == VectorFields.DENSE) {
      double[] x = features(stored.numElements());
      InternalArrays.readDoubles(stored, x);
      return dense(x);
    }
    int size = vector.getInt(VectorFields.SIZE);
    ArrayData indices = vector.getArray(VectorFields.INDICES);
    if (function.keepsZeros()) {
      checkWidth(size);
      return sparse(size, indices, stored.toDoubleArray());
    }
    double[] x = features(size);
    Arrays.fill(x, 0);
    for (int i = 0; i < stored.numElements(); i++) {
      x[indices.getInt(i)] = stored.getDouble(i);
    }
    return dense(x);
  }

  private InternalRow dense(double[] x) {
    function.apply(x);
    if (values == null || values.length() != x.length) {
      values = new UnsafeDoubles(STRUCT_WORDS, x.length);
      int offset = STRUCT_WORDS * Long.BYTES;
      int bytes = values.array().getSizeInBytes();
      struct.pointTo(values.words(), Platform.DOUBLE_ARRAY_OFFSET, offset + bytes);
      struct.setByte(VectorFields.TYPE, VectorFields.DENSE);
      struct.setNullAt(VectorFields.SIZE);
      struct.setNullAt(VectorFields.INDICES);
      struct.setLong(VectorFields.VALUES, (long) offset << Integer.SIZE | bytes);
    }
    values.fill(x);
    return struct;
  }

  private InternalRow sparse(int size, ArrayData indices, double[] x) {
    function.apply(indices.toIntArray(), x);
    return new GenericInternalRow(
        new Object[] {VectorFields.SPARSE, size, indices, UnsafeArrayData.fromPrimitiveArray(x)});
  }
}
