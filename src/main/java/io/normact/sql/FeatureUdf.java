package io.normact.sql;

import io.normact.math.FeatureFunction;
import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Columns of {@link FeatureFunction}s as user-defined functions, from Spark's public API alone: for
 * a Spark whose Catalyst classes are not those that {@link FeatureColumns} was built against. The
 * values are the same to the bit; the conversion of each row costs more.
 */
final class FeatureUdf {

  private FeatureUdf() {}

  static Column apply(FeatureFunction function, int feature, Column input, StructField field) {
    ColumnKind kind = ColumnKind.of(field.dataType()).orElseThrow();
    DataType result = kind.computedType(field.dataType());
    String name = field.name();
    Column x = input.cast(result);
    return switch (kind) {
      case DOUBLE -> {
        UDF1<Double, Double> f = value -> function.value(feature, value);
        yield udf(function, feature, f, result).apply(x);
      }
      case FLOAT -> {
        UDF1<Float, Float> f = value -> (float) function.value(feature, value);
        yield udf(function, feature, f, result).apply(x);
      }
      case VECTOR -> {
        UDF1<Vector, Vector> f = value -> vector(function, value, name);
        yield udf(function, feature, f, result).apply(x);
      }
      case DOUBLE_ARRAY -> {
        UDF1<Seq<Double>, Double[]> f = value -> doubles(function, value, name);
        yield udf(function, feature, f, result).apply(x);
      }
      case FLOAT_ARRAY -> {
        UDF1<Seq<Float>, Float[]> f = value -> floats(function, value, name);
        yield udf(function, feature, f, result).apply(x);
      }
    };
  }

  /** The user-defined function of f, which meets no null. */
  private static <A, B> UserDefinedFunction udf(
      FeatureFunction function, int feature, UDF1<A, B> f, DataType result) {
    String nullError = function.nullError(feature);
    UDF1<A, B> ofNullable =
        value -> {
          if (value != null) {
            return f.call(value);
          }
          if (nullError != null) {
            throw new IllegalArgumentException(nullError);
          }
          return null;
        };
    UserDefinedFunction made = functions.udf(ofNullable, result);
    return nullError == null ? made : made.asNonNullable();
  }

  private static Vector vector(FeatureFunction function, Vector value, String name) {
    CellMapper.checkWidth(function, value.size(), name);
    if (value instanceof SparseVector sparse && function.keepsZeros()) {
      double[] x = sparse.values().clone();
      function.apply(sparse.indices(), x);
      return new SparseVector(sparse.size(), sparse.indices(), x);
    }
    double[] x = value.toArray().clone();
    function.apply(x);
    return new DenseVector(x);
  }

  private static Double[] doubles(FeatureFunction function, Seq<Double> value, String name) {
    Double[] cell = CollectionConverters.asJava(value).toArray(new Double[0]);
    double[] x =
        Arrays.stream(cell)
            .mapToDouble(element -> element == null ? Double.NaN : element)
            .toArray();
    CellMapper.checkWidth(function, x.length, name);
    function.apply(x);
    for (int i = 0; i < x.length; i++) {
      cell[i] = cell[i] == null ? null : Double.valueOf(x[i]);
    }
    return cell;
  }

  private static Float[] floats(FeatureFunction function, Seq<Float> value, String name) {
    Float[] cell = CollectionConverters.asJava(value).toArray(new Float[0]);
    double[] x =
        Arrays.stream(cell)
            .mapToDouble(element -> element == null ? Double.NaN : element)
            .toArray();
    CellMapper.checkWidth(function, x.length, name);
    function.apply(x);
    for (int i = 0; i < x.length; i++) {
      cell[i] = cell[i] == null ? null : Float.valueOf((float) x[i]);
    }
    return cell;
  }
}
