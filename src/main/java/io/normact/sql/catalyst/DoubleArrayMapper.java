package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.InternalArrays;
import io.normact.sql.column.UnsafeDoubles;
import org.apache.spark.sql.catalyst.util.ArrayData;

/** Maps arrays of doubles; a null element counts as NaN and stays null. */
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
    function.apply(x);
    if (values.length() != x.length) {
      values = new UnsafeDoubles(0, x.length);
    }
    values.fill(x);
    for (int i = 0; anyNull && i < x.length; i++) {
      if (array.isNullAt(i)) {
        values.setNull(i);
      }
    }
    return values.array();
  }
}
