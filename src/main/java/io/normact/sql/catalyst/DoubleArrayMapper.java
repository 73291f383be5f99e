package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.InternalArrays;
import io.normact.sql.column.UnsafeDoubles;
import org.apache.spark.sql.catalyst.util.ArrayData;

/** Maps arrays of doubles; a null element counts as NaN and stays null, unless it has a value. */
final class DoubleArrayMapper extends CellMapper {

  private UnsafeDoubles values = new UnsafeDoubles(0, 0);

  DoubleArrayMapper(FeatureFunction function, String column) {
    super(function, column);
  }

  @Override
  ArrayData mapPresent(Object cell) {
    ArrayData array = (ArrayData) cell;
    double[] x = features(array.numElements());
    boolean anyNull = InternalArrays.readNullableDoubles(array, x);
    ArrayData result = mapDense(x);
    for (int i = 0; anyNull && !function.readsNull() && i < x.length; i++) {
      if (array.isNullAt(i)) {
        values.setNull(i);
      }
    }
    return result;
  }

  @Override
  ArrayData mapDense(double[] x) {
    function.apply(x);
    if (values.length() != x.length) {
      values = new UnsafeDoubles(0, x.length);
    }
    values.fill(x);
    return values.array();
  }
}
