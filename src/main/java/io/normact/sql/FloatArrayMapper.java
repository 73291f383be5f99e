package io.normact.sql;

import io.normact.math.FeatureFunction;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * Maps arrays of floats, computed in double and rounded once; a null element counts as NaN and
 * stays null.
 */
final class FloatArrayMapper extends CellMapper {

  FloatArrayMapper(FeatureFunction function, String column) {
    super(function, column);
  }

  @Override
  ArrayData mapPresent(Object cell) {
    ArrayData array = (ArrayData) cell;
    double[] x = features(array.numElements());
    InternalArrays.readFloats(array, x);
    function.apply(x);
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      // Spark compares arrays by their bytes, and has 0 in the place of a null.
      y[i] = array.isNullAt(i) ? 0 : (float) x[i];
    }
    UnsafeArrayData result = UnsafeArrayData.fromPrimitiveArray(y);
    for (int i = 0; i < x.length; i++) {
      if (array.isNullAt(i)) {
        result.setNullAt(i);
      }
    }
    return result;
  }
}
