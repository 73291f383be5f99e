package io.normact.sql.catalyst;

import io.normact.sql.column.ColumnKind;
import io.normact.sql.column.InternalArrays;
import io.normact.sql.column.VectorFields;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * Whether all numbers of a cell are finite, in the form that Catalyst keeps it in. Generated code
 * calls this by name, so class and method are public; it is no interface for users.
 */
public final class FiniteCells {

  private FiniteCells() {}

  /** Whether a vector's stored numbers are finite, or an array has no null, NaN or infinity. */
  public static boolean test(ColumnKind kind, Object cell) {
    return switch (kind) {
      case VECTOR -> InternalArrays.allFinite(((InternalRow) cell).getArray(VectorFields.VALUES));
      case FLOAT_ARRAY -> floats((ArrayData) cell);
      default -> doubles((ArrayData) cell);
    };
  }

  private static boolean doubles(ArrayData cell) {
    return !InternalArrays.anyNull(cell) && InternalArrays.allFinite(cell);
  }

  private static boolean floats(ArrayData cell) {
    for (int i = 0; i < cell.numElements(); i++) {
      if (cell.isNullAt(i) || !Float.isFinite(cell.getFloat(i))) {
        return false;
      }
    }
    return true;
  }
}
