package io.normact.sql.column;

import java.util.Optional;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;

/**
 * The kinds of column that hold features, and the type that each becomes. All that reads or makes
 * columns asks here.
 */
public enum ColumnKind {
  /** One feature a row, of any numeric type but float; computed and returned as double. */
  DOUBLE,
  /** One feature a row; computed in double and rounded once to float. */
  FLOAT,
  /** A Spark ML vector, dense or sparse, with a feature an element. */
  VECTOR,
  /** An array of any numeric type but float, with a feature an element; returned as double. */
  DOUBLE_ARRAY,
  /** {@code array<float>}, with a feature an element; computed in double and rounded once. */
  FLOAT_ARRAY;

  /** What a user is told that a column may be. */
  public static final String ACCEPTED = "a number, a vector or an array of numbers";

  /** The same in SQL's names of types. */
  public static final String TYPES = "(\"NUMERIC\" or \"VECTOR\" or \"ARRAY<NUMERIC>\")";

  /** What holds a row of features, in SQL's names. */
  public static final String ROW_TYPES = "(\"VECTOR\" or \"ARRAY<NUMERIC>\")";

  /** The kind of a column of this type; empty if no feature can be read from it. */
  public static Optional<ColumnKind> of(DataType type) {
    if (type instanceof FloatType) {
      return Optional.of(FLOAT);
    }
    if (type instanceof NumericType) {
      return Optional.of(DOUBLE);
    }
    if (type instanceof VectorUDT) {
      return Optional.of(VECTOR);
    }
    if (type instanceof ArrayType array) {
      if (array.elementType() instanceof FloatType) {
        return Optional.of(FLOAT_ARRAY);
      }
      if (array.elementType() instanceof NumericType) {
        return Optional.of(DOUBLE_ARRAY);
      }
    }
    return Optional.empty();
  }

  /**
   * The type that an argument of an SQL function is cast to. A text is taken for the number that it
   * is, alone or in an array, and a null without a type for a null number or row, as Spark's own
   * functions do. Empty if no feature can be read from the type.
   *
   * @param wholeVector whether the function takes rows of features alone
   */
  public static Optional<DataType> castType(DataType type, boolean wholeVector) {
    DataType taken = type;
    if (type instanceof StringType) {
      taken = DataTypes.DoubleType;
    } else if (type instanceof NullType) {
      taken = wholeVector ? DataTypes.createArrayType(DataTypes.DoubleType) : DataTypes.DoubleType;
    } else if (type instanceof ArrayType array && array.elementType() instanceof NullType) {
      taken = new ArrayType(DataTypes.DoubleType, array.containsNull());
    } else if (type instanceof ArrayType array && array.elementType() instanceof StringType) {
      // A text that is no number may become null.
      taken = DataTypes.createArrayType(DataTypes.DoubleType);
    }
    DataType cast = taken;
    return of(cast)
        .filter(kind -> !(wholeVector && kind.isScalar()))
        .map(kind -> kind.computedType(cast));
  }

  /** Whether a row holds one feature rather than a row of them. */
  public boolean isScalar() {
    return this == DOUBLE || this == FLOAT;
  }

  /**
   * The type that a column of this type is cast to before it is computed with, and that the output
   * has: double for all numbers but float.
   */
  public DataType computedType(DataType inputType) {
    return switch (this) {
      case DOUBLE -> DataTypes.DoubleType;
      case DOUBLE_ARRAY ->
          new ArrayType(DataTypes.DoubleType, ((ArrayType) inputType).containsNull());
      case FLOAT, VECTOR, FLOAT_ARRAY -> inputType;
    };
  }
}
