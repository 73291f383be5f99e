package io.normact.fuzz;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * A column of made-up data.
 *
 * @param cells what stands in each row, as Spark takes it
 */
record DataColumn(String name, Kind kind, List<Object> cells) {

  /** What a column holds. */
  enum Kind {
    DOUBLE,
    FLOAT,
    LONG,
    DECIMAL,
    DOUBLES,
    FLOATS,
    VECTOR;

    boolean isScalar() {
      return this == DOUBLE || this == FLOAT || this == LONG || this == DECIMAL;
    }

    DataType type() {
      return switch (this) {
        case DOUBLE -> DataTypes.DoubleType;
        case FLOAT -> DataTypes.FloatType;
        case LONG -> DataTypes.LongType;
        case DECIMAL -> DataTypes.createDecimalType(38, 18);
        case DOUBLES -> DataTypes.createArrayType(DataTypes.DoubleType);
        case FLOATS -> DataTypes.createArrayType(DataTypes.FloatType);
        case VECTOR -> new VectorUDT();
      };
    }
  }

  /** How the numbers of a column are spread. */
  enum Spread {
    ORDINARY,
    CONSTANT,
    FAR_FROM_ZERO,
    HUGE,
    TINY,
    ANY_BITS,
    WHOLE;

    /** Those whose variance a double can hold. */
    static final List<Spread> MODERATE = List.of(ORDINARY, CONSTANT, FAR_FROM_ZERO, TINY, WHOLE);
  }

  /** Names that a user may well have, and that have to be quoted somewhere. */
  static final List<String> NAMES =
      List.of(
          "x",
          "y",
          "z",
          "a.b",
          "a.b.c",
          "c`d",
          "`",
          "``",
          "it's",
          "\"quoted\"",
          "two words",
          " lead",
          "trail ",
          "名前",
          "😀",
          "ümläut",
          "a,b",
          "a;b",
          "(1)",
          "{k}",
          "[0]",
          "a=b",
          "%d",
          "\\",
          "*",
          "null",
          "select",
          "__x",
          "1",
          "-",
          "a\tb",
          "a\nb",
          "$x",
          "#",
          "x_batchNorm_");

  private static final List<Double> INVALID =
      List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

  /**
   * A column with this many rows.
   *
   * @param known the spreads among which each feature gets one
   * @param invalid the share of numbers that are null, NaN or infinite
   * @param ragged whether its rows may differ in width
   */
  static DataColumn random(
      String name,
      Kind kind,
      List<Spread> known,
      int rows,
      double invalid,
      boolean ragged,
      SplittableRandom random) {
    int width = kind.isScalar() ? 1 : random.nextInt(1, 5);
    List<Spread> spreads =
        IntStream.range(0, width).mapToObj(j -> Texts.one(known, random)).toList();
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      Double[] numbers = new Double[ragged && random.nextBoolean() ? width + 1 : width];
      for (int j = 0; j < numbers.length; j++) {
        numbers[j] = number(spreads.get(Math.min(j, width - 1)), random);
        if (random.nextDouble() < invalid) {
          numbers[j] = random.nextInt(4) == 0 ? null : Texts.one(INVALID, random);
        }
      }
      boolean absent = random.nextDouble() < invalid / 2;
      cells.add(absent ? null : cell(kind, numbers, random));
    }
    return new DataColumn(name, kind, cells);
  }

  private static double number(Spread spread, SplittableRandom random) {
    return switch (spread) {
      case ORDINARY -> (random.nextDouble() - 0.5) * 20;
      case CONSTANT -> 0.1;
      case FAR_FROM_ZERO -> 1e9 + random.nextDouble();
      case HUGE ->
          Math.scalb(random.nextDouble() - 0.5, Texts.one(List.of(330, 500, 1024), random));
      case TINY ->
          Math.scalb(random.nextInt(9) - 4.0, Texts.one(List.of(-1074, -1030, -530), random));
      case ANY_BITS -> finite(Double.longBitsToDouble(random.nextLong()));
      case WHOLE -> random.nextInt(-3, 4) * (random.nextInt(8) == 0 ? -0.0 : 1.0);
    };
  }

  private static double finite(double x) {
    return Double.isFinite(x) ? x : 0;
  }

  private static Object cell(Kind kind, Double[] numbers, SplittableRandom random) {
    return switch (kind) {
      case DOUBLE -> numbers[0];
      case FLOAT -> numbers[0] == null ? null : (Object) finite(numbers[0]).floatValue();
      case LONG -> isFinite(numbers[0]) ? (Object) numbers[0].longValue() : null;
      case DECIMAL -> isFinite(numbers[0]) ? decimal(numbers[0]) : null;
      case DOUBLES -> numbers;
      case FLOATS ->
          Arrays.stream(numbers)
              .map(x -> x == null ? null : (Float) finite(x).floatValue())
              .toArray(Float[]::new);
      case VECTOR -> vector(numbers, random);
    };
  }

  /** A number that a float can hold; a huge one would be infinite there. */
  private static Double finite(Double x) {
    return Double.isFinite(x) ? Double.valueOf(Math.max(-1e38, Math.min(1e38, x))) : x;
  }

  private static boolean isFinite(Double x) {
    return x != null && Double.isFinite(x);
  }

  private static BigDecimal decimal(double x) {
    return new BigDecimal(Math.max(-1e15, Math.min(1e15, x))).setScale(18, RoundingMode.HALF_EVEN);
  }

  private static Vector vector(Double[] numbers, SplittableRandom random) {
    double[] x = Arrays.stream(numbers).mapToDouble(v -> v == null ? Double.NaN : v).toArray();
    if (random.nextBoolean()) {
      return Vectors.dense(x);
    }
    int[] stored =
        IntStream.range(0, x.length)
            .filter(j -> Double.doubleToRawLongBits(x[j]) != 0 || random.nextBoolean())
            .toArray();
    return Vectors.sparse(x.length, stored, Arrays.stream(stored).mapToDouble(j -> x[j]).toArray());
  }

  /** The numbers in a row, NaN for a null among them; null for a null cell. */
  double[] features(int row) {
    return features(cells.get(row));
  }

  /** The numbers in a cell, of the input or of the output. */
  static double[] features(Object cell) {
    if (cell == null) {
      return null;
    }
    if (cell instanceof Number number) {
      return new double[] {number.doubleValue()};
    }
    if (cell instanceof Vector vector) {
      return vector.toArray();
    }
    List<?> elements = cell instanceof Object[] array ? Arrays.asList(array) : (List<?>) cell;
    return elements.stream()
        .mapToDouble(x -> x == null ? Double.NaN : ((Number) x).doubleValue())
        .toArray();
  }

  /** The same column with every sparse vector dense, and every dense one sparse. */
  DataColumn withOtherVectors() {
    List<Object> other = new ArrayList<>();
    for (Object cell : cells) {
      other.add(
          cell instanceof SparseVector sparse
              ? sparse.toDense()
              : cell instanceof Vector dense ? sparse(dense.toArray()) : cell);
    }
    return new DataColumn(name, kind, other);
  }

  /** All elements are stored, so that -0.0 stays what it is. */
  private static Vector sparse(double[] x) {
    return Vectors.sparse(x.length, IntStream.range(0, x.length).toArray(), x);
  }
}
