package io.normact.sql.catalyst;

import io.normact.math.row.KeyedFunction;
import io.normact.sql.column.InternalArrays;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * A {@link KeyedFunction} of some of the features that an array of statistics is about: all means,
 * then all scales. It travels to the tasks, each of which opens one for itself.
 *
 * @param function the function
 * @param from the first of its features among all
 * @param all how many features the statistics are about
 */
public record KeyedSlice(KeyedFunction function, int from, int all) implements Serializable {

  /** The function with statistics of its own, all 0 so far. */
  Statistics open() {
    return new Statistics(this);
  }

  /** The statistics of one row's key after the other, and the function that goes by them. */
  static final class Statistics {
    final KeyedFunction function;
    private final double[] mean;
    private final double[] scale;
    private final int from;
    private final int all;

    private Statistics(KeyedSlice slice) {
      from = slice.from;
      all = slice.all;
      mean = new double[slice.function.features()];
      scale = new double[mean.length];
      function = slice.function.by(mean, scale);
    }

    /** Takes the statistics of a row; null makes every result NaN. */
    void take(ArrayData statistics) {
      if (statistics == null) {
        Arrays.fill(mean, Double.NaN);
        Arrays.fill(scale, 1);
      } else if (statistics instanceof UnsafeArrayData unsafe) {
        long first =
            unsafe.getBaseOffset()
                + InternalArrays.headerBytes(2 * all)
                + (long) from * Double.BYTES;
        Object base = unsafe.getBaseObject();
        copy(base, first, mean);
        copy(base, first + (long) all * Double.BYTES, scale);
      } else {
        for (int j = 0; j < mean.length; j++) {
          mean[j] = statistics.getDouble(from + j);
          scale[j] = statistics.getDouble(all + from + j);
        }
      }
    }

    private static void copy(Object base, long offset, double[] to) {
      Platform.copyMemory(
          base, offset, to, Platform.DOUBLE_ARRAY_OFFSET, (long) to.length * Double.BYTES);
    }
  }
}
