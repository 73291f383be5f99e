package io.normact.sql;

import java.util.Optional;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.NumericType;

/** The kinds of column that hold features, and what each becomes: the one place that knows. */
public enum ColumnKind {
  /** One feature a row, of any numeric type but float; computed and returned as double. */
  DOUBLE,
  /** One feature a row; computed in double and rounded once to float. */
  FLOAT,
  /** A Spark ML vector, dense or sparse, with a feature an element. */
  VECTOR,
  /** {@code array<double>}, with a feature an element. */
  DOUBLE_ARRAY,
  /** {@code array<float>}, with a feature an element; computed in double and rounded once. */
  FLOAT_ARRAY;

  /** What a user is told that a column may be. */
  public static final String ACCEPTED = "a number, a vector, array<double> or array<float>";

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
      if (array.elementType() instanceof DoubleType) {
        return Optional.of(DOUBLE_ARRAY);
      }
      if (array.elementType() instanceof FloatType) {
        return Optional.of(FLOAT_ARRAY);
      }
    }
    return Optional.empty();
  }

  /** Whether a row holds one feature rather than a row of them. */
  public boolean isScalar() {
    return this == DOUBLE || this == FLOAT;
  }

  /** The type of what comes out of an input of this kind and the given type. */
  public DataType outputType(DataType inputType) {
    return this == DOUBLE ? DataTypes.DoubleType : inputType;
  }
}
