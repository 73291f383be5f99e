package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.math.row.KeyNumbers;
import io.normact.math.row.KeyedFunction;
import io.normact.sql.column.InternalArrays;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * A {@link KeyedFunction} of some of the features that an array of statistics is about: the arrays
 * of {@link KeyNumbers}, one after the other. It travels to the tasks, each of which opens one for
 * itself.
 *
 * @param function the function
 * @param from the first of its features among all
 * @param form the numbers of all features
 */
public record KeyedSlice(KeyedFunction function, int from, KeyNumbers.Form form)
    implements Serializable {

  /** The function with numbers of its own, all 0 so far. */
  Statistics open() {
    return new Statistics(this);
  }

  /** The statistics of one row's key after the other, and the functions that go by them. */
  static final class Statistics {
    final FeatureFunction ofKey;
    final FeatureFunction ofUnknown;
    private final double[][] numbers;
    private final int from;
    private final int all;

    private Statistics(KeyedSlice slice) {
      from = slice.from;
      all = slice.form.features();
      KeyNumbers own = slice.form.of(slice.function.features()).zeros();
      numbers = own.arrays().toArray(double[][]::new);
      ofKey = slice.function.by(own);
      ofUnknown = slice.function.ofUnknown();
    }

    /** What goes by the statistics of a row; null is for an unknown key. */
    FeatureFunction take(ArrayData statistics) {
      if (statistics == null) {
        return ofUnknown;
      }
      if (statistics instanceof UnsafeArrayData unsafe) {
        long at =
            unsafe.getBaseOffset()
                + InternalArrays.headerBytes(unsafe.numElements())
                + (long) from * Double.BYTES;
        for (double[] array : numbers) {
          copy(unsafe.getBaseObject(), at, array);
          at += (long) all * Double.BYTES;
        }
      } else {
        int at = from;
        for (double[] array : numbers) {
          for (int j = 0; j < array.length; j++) {
            array[j] = statistics.getDouble(at + j);
          }
          at += all;
        }
      }
      return ofKey;
    }

    private static void copy(Object base, long offset, double[] to) {
      Platform.copyMemory(
          base, offset, to, Platform.DOUBLE_ARRAY_OFFSET, (long) to.length * Double.BYTES);
    }
  }
}
