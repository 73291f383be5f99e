package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.InternalArrays;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Maps arrays of floats, computed in double and rounded once; a null element counts as NaN and
 * stays null, unless it has a value.
 */
final class FloatArrayMapper extends CellMapper {

  private final UnsafeArrayData result = new UnsafeArrayData();
  private long[] words = {};
  private long firstElement;
  private int length = -1;

  FloatArrayMapper(FeatureFunction function, String column) {
    super(function, column);
  }

  @Override
  ArrayData mapPresent(Object cell) {
    ArrayData array = (ArrayData) cell;
    double[] x = features(array.numElements());
    boolean anyNull = InternalArrays.readFloats(array, x);
    mapDense(x);
    for (int i = 0; anyNull && !function.readsNull() && i < x.length; i++) {
      if (array.isNullAt(i)) {
        // Spark compares arrays by their bytes, and has 0 in the place of a null.
        Platform.putFloat(words, firstElement + (long) i * Float.BYTES, 0);
        result.setNullAt(i);
      }
    }
    return result;
  }

  @Override
  ArrayData mapDense(double[] x) {
    function.apply(x);
    reserve(x.length);
    for (int i = 0; i < x.length; i++) {
      Platform.putFloat(words, firstElement + (long) i * Float.BYTES, (float) x[i]);
    }
    return result;
  }

  /** Has an array of so many elements without nulls. */
  private void reserve(int elements) {
    int header = InternalArrays.headerBytes(elements);
    if (length == elements) {
      Arrays.fill(words, 1, header / Long.BYTES, 0);
      return;
    }
    length = elements;
    int bytes = header + (elements * Float.BYTES + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    words = new long[bytes / Long.BYTES];
    words[0] = elements;
    firstElement = (long) Platform.LONG_ARRAY_OFFSET + header;
    result.pointTo(words, Platform.LONG_ARRAY_OFFSET, bytes);
  }
}
