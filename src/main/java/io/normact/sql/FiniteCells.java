package io.normact.sql;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * Whether all numbers of a cell are finite, in the form that Catalyst keeps it in. Generated code
 * calls this by name, so class and methods are public; it is no interface for users.
 */
public final class FiniteCells {

  private FiniteCells() {}

  /** Whether every stored number of a vector is finite; an {@link InternalRow} comes as Object. */
  public static boolean vector(Object cell) {
    return InternalArrays.allFinite(((InternalRow) cell).getArray(VectorFields.VALUES));
  }

  /** Whether an array of doubles has no null, NaN or infinity. */
  public static boolean doubles(ArrayData cell) {
    return !InternalArrays.anyNull(cell) && InternalArrays.allFinite(cell);
  }

  /** Whether an array of floats has no null, NaN or infinity. */
  public static boolean floats(ArrayData cell) {
    for (int i = 0; i < cell.numElements(); i++) {
      if (cell.isNullAt(i) || !Float.isFinite(cell.getFloat(i))) {
        return false;
      }
    }
    return true;
  }
}
