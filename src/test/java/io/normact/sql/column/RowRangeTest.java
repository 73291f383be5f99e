package io.normact.sql.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.junit.jupiter.api.Test;

/** A row of a range is that row of its column, whatever is asked of it. */
class RowRangeTest {

  private static final int ROWS = 40;
  private static final int FROM = 13;

  private static final StructType STRUCT =
      new StructType().add("number", DataTypes.DoubleType).add("text", DataTypes.StringType);

  /** Some rows of any type, each third null. */
  private static WritableColumnVector column(DataType type, boolean hasNull) {
    WritableColumnVector column = new OnHeapColumnVector(ROWS, type);
    Random random = new Random(5);
    for (int row = 0; row < ROWS; row++) {
      if (hasNull && row % 3 == 0) {
        column.putNull(row);
        continue;
      }
      int number = random.nextInt(100);
      switch (type.typeName()) {
        case "boolean" -> column.putBoolean(row, number % 2 == 0);
        case "byte" -> column.putByte(row, (byte) number);
        case "short" -> column.putShort(row, (short) number);
        case "integer" -> column.putInt(row, number);
        case "long" -> column.putLong(row, number);
        case "float" -> column.putFloat(row, number / 3f);
        case "double" -> column.putDouble(row, number / 3d);
        case "string", "binary" ->
            column.putByteArray(row, ("t" + number).getBytes(StandardCharsets.UTF_8));
        case "decimal(9,2)" -> column.putDecimal(row, Decimal.apply(number), 9);
        case "array" -> {
          column.getChild(0).appendInt(number);
          column.getChild(0).appendInt(row);
          column.putArray(row, column.getChild(0).getElementsAppended() - 2, 2);
        }
        case "map" -> {
          column.getChild(0).appendInt(row);
          column.getChild(1).appendInt(number);
          column.putArray(row, column.getChild(0).getElementsAppended() - 1, 1);
        }
        case "struct" -> {
          column.getChild(0).putDouble(row, number);
          column.getChild(1).putByteArray(row, ("f" + number).getBytes(StandardCharsets.UTF_8));
        }
        default -> throw new AssertionError(type);
      }
    }
    return column;
  }

  private static Object value(ColumnVector column, DataType type, int row) {
    return switch (type.typeName()) {
      case "boolean" -> column.getBoolean(row);
      case "byte" -> column.getByte(row);
      case "short" -> column.getShort(row);
      case "integer" -> column.getInt(row);
      case "long" -> column.getLong(row);
      case "float" -> column.getFloat(row);
      case "double" -> column.getDouble(row);
      case "string" -> column.getUTF8String(row).toString();
      case "binary" -> new String(column.getBinary(row), StandardCharsets.UTF_8);
      case "decimal(9,2)" -> column.getDecimal(row, 9, 2);
      case "array" -> column.getArray(row).copy();
      case "map" ->
          column.getMap(row).keyArray().copy() + " " + column.getMap(row).valueArray().copy();
      case "struct" ->
          column.getStruct(row).getDouble(0) + " " + column.getStruct(row).getUTF8String(1);
      default -> throw new AssertionError(type);
    };
  }

  @Test
  void aRowIsThatOfTheColumn() {
    for (DataType type :
        new DataType[] {
          DataTypes.BooleanType,
          DataTypes.ByteType,
          DataTypes.ShortType,
          DataTypes.IntegerType,
          DataTypes.LongType,
          DataTypes.FloatType,
          DataTypes.DoubleType,
          DataTypes.StringType,
          DataTypes.BinaryType,
          DataTypes.createDecimalType(9, 2),
          DataTypes.createArrayType(DataTypes.IntegerType),
          DataTypes.createMapType(DataTypes.IntegerType, DataTypes.IntegerType),
          STRUCT
        }) {
      assertThat(RowRange.supports(type)).as("%s", type).isTrue();
      for (boolean hasNull : new boolean[] {false, true}) {
        WritableColumnVector column = column(type, hasNull);
        RowRange range = RowRange.of(RowRange.of(column, FROM - 4, true), 4, true);
        assertThat(range.dataType()).isEqualTo(type);
        assertThat(range.hasNull()).isEqualTo(hasNull);
        assertThat(range.numNulls()).isEqualTo(column.numNulls());
        for (int row = 0; row < ROWS - FROM; row++) {
          assertThat(range.isNullAt(row)).isEqualTo(column.isNullAt(FROM + row));
          if (!range.isNullAt(row)) {
            assertThat(value(range, type, row))
                .as("%s %d", type, row)
                .isEqualTo(value(column, type, FROM + row));
          }
        }
      }
    }
  }

  /** Spark reads elements of arrays by their place among all elements. */
  @Test
  void elementsKeepTheirPlaces() {
    WritableColumnVector column = column(DataTypes.createArrayType(DataTypes.IntegerType), false);
    assertThat(RowRange.of(column, FROM, true).getChild(0)).isSameAs(column.getChild(0));
  }

  @Test
  void intervalsHaveNone() {
    assertThat(RowRange.supports(DataTypes.CalendarIntervalType)).isFalse();
    assertThat(RowRange.supports(new StructType().add("f", DataTypes.CalendarIntervalType)))
        .isFalse();
  }

  @Test
  void valuesAreReadAsTheyAreFromTheColumn() {
    for (DataType type :
        new DataType[] {DataTypes.DoubleType, DataTypes.FloatType, DataTypes.LongType}) {
      WritableColumnVector column = column(type, true);
      double[] x = new double[9];
      ColumnValues.read(RowRange.of(column, FROM, true), type, 2, x, 9);
      double[] expected = new double[9];
      ColumnValues.read(column, type, FROM + 2, expected, 9);
      assertThat(x).isEqualTo(expected);
    }
  }
}
