package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.InternalArrays;
import io.normact.sql.column.SparseStruct;
import io.normact.sql.column.UnsafeDoubles;
import io.normact.sql.column.VectorFields;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Maps vectors. The result is the whole struct in the layout of {@link UnsafeRow}, which Spark
 * takes over into its row as it is. So it is for a dense vector, and for a sparse one that stays
 * sparse, since zeros stay zeros.
 */
final class VectorMapper extends CellMapper {

  /** The words of the struct that stand before its array: a word of null bits, one a field. */
  private static final int STRUCT_WORDS = 1 + VectorFields.COUNT;

  private final UnsafeRow struct = new UnsafeRow(VectorFields.COUNT);
  private final SparseStruct sparse = new SparseStruct();
  private final boolean keepsZeros;
  private UnsafeDoubles values;
  private double[] ofZeros = NONE;
  private double[] entries = NONE;
  private int[] positions = {};

  VectorMapper(FeatureFunction function, String column) {
    super(function, column);
    keepsZeros = function.keepsZeros();
  }

  @Override
  void changed() {
    ofZeros = NONE;
  }

  @Override
  InternalRow mapPresent(Object cell) {
    InternalRow vector = (InternalRow) cell;
    ArrayData stored = vector.getArray(VectorFields.VALUES);
    if (vector.getByte(VectorFields.TYPE) == VectorFields.DENSE) {
      double[] x = features(stored.numElements());
      InternalArrays.readDoubles(stored, x);
      return mapDense(x);
    }
    int size = vector.getInt(VectorFields.SIZE);
    ArrayData indices = vector.getArray(VectorFields.INDICES);
    if (keepsZeros) {
      checkWidth(size);
      mapEntries(indices, stored);
      return sparse.fill(size, positions, entries);
    }
    double[] x = features(size);
    if (function.elementwise()) {
      return scattered(x, indices, stored);
    }
    Arrays.fill(x, 0);
    for (int i = 0; i < stored.numElements(); i++) {
      x[indices.getInt(i)] = stored.getDouble(i);
    }
    return mapDense(x);
  }

  /** Where most features are 0 and the function is no 0 there: a copy, and what is no 0 put in. */
  private InternalRow scattered(double[] x, ArrayData indices, ArrayData stored) {
    if (ofZeros.length != x.length) {
      ofZeros = new double[x.length];
      function.apply(ofZeros);
    }
    mapEntries(indices, stored);
    System.arraycopy(ofZeros, 0, x, 0, x.length);
    for (int i = 0; i < entries.length; i++) {
      x[positions[i]] = entries[i];
    }
    return struct(x);
  }

  /** Reads the entries of a sparse vector into memory, which is kept while they stay as many. */
  private void mapEntries(ArrayData indices, ArrayData stored) {
    int n = stored.numElements();
    checkStored(n, SparseStruct.MOST);
    if (entries.length != n) {
      entries = new double[n];
      positions = new int[n];
    }
    InternalArrays.readInts(indices, positions);
    InternalArrays.readDoubles(stored, entries);
    function.apply(positions, entries);
  }

  @Override
  InternalRow mapDense(double[] x) {
    function.apply(x);
    return struct(x);
  }

  private InternalRow struct(double[] x) {
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
}
