package io.normact.sql.catalyst;

import io.normact.sql.column.ColumnValues;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.unsafe.Platform;

/**
 * Rows of features and of columns as they are, each a word of Spark's memory for rows. As in
 * Spark's projections, a row is good until the next one.
 */
final class FeatureRows implements Iterator<InternalRow> {

  /** The array of a field that is a column. */
  static final int AS_IT_IS = -1;

  /**
   * What rows are made of, as it travels to the tasks.
   *
   * @param types of the source's columns
   * @param arrays the features
   * @param fields of the rows
   */
  record Plan(List<DataType> types, List<Source> arrays, List<Field> fields)
      implements Serializable {}

  /**
   * Where the features of an array come from.
   *
   * @param kept what they go through
   * @param places of their columns in the source
   */
  record Source(GatheredRow.Kept kept, int[] places) implements Serializable {}

  /**
   * A field of a row.
   *
   * @param type its type
   * @param array the number of the array that it is a feature of, or {@link #AS_IT_IS}
   * @param place among the array's features, or of the column
   */
  record Field(DataType type, int array, int place) implements Serializable {}

  /** How Spark holds a value in a word of a row. */
  private enum Kind {
    BOOLEAN,
    BYTE,
    SHORT,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    DECIMAL;

    /** Of a type that {@link WideProjectExec#holds}. */
    static Kind of(DataType type) {
      if (type instanceof BooleanType) {
        return BOOLEAN;
      } else if (type instanceof FloatType) {
        return FLOAT;
      } else if (type instanceof DoubleType) {
        return DOUBLE;
      } else if (type instanceof DecimalType) {
        return DECIMAL;
      }
      return switch (type.defaultSize()) {
        case Byte.BYTES -> BYTE;
        case Short.BYTES -> SHORT;
        case Integer.BYTES -> INT;
        default -> LONG;
      };
    }
  }

  private final Iterator<InternalRow> source;
  private final Plan plan;
  private final GatheredRow[] arrays;
  private final boolean[] ofDoubles;
  private final long[] nulls;
  private final Field[] fields;
  private final Kind[] kinds;
  private final double[] words;
  private final int firstField;
  private final UnsafeRow row;
  private boolean anyNull;

  FeatureRows(Iterator<InternalRow> source, Plan plan) {
    this.source = source;
    this.plan = plan;
    arrays = plan.arrays.stream().map(array -> array.kept.row()).toArray(GatheredRow[]::new);
    ofDoubles = new boolean[arrays.length];
    for (int a = 0; a < arrays.length; a++) {
      ofDoubles[a] =
          Arrays.stream(plan.arrays.get(a).places)
              .allMatch(place -> plan.types.get(place) instanceof DoubleType);
    }
    nulls = new long[arrays.length];
    fields = plan.fields.toArray(Field[]::new);
    kinds = Arrays.stream(fields).map(field -> Kind.of(field.type)).toArray(Kind[]::new);
    firstField = UnsafeRow.calculateBitSetWidthInBytes(fields.length) / Long.BYTES;
    words = new double[firstField + fields.length];
    row = new UnsafeRow(fields.length);
    row.pointTo(words, Platform.DOUBLE_ARRAY_OFFSET, words.length * Long.BYTES);
  }

  @Override
  public boolean hasNext() {
    return source.hasNext();
  }

  @Override
  public InternalRow next() {
    InternalRow from = source.next();
    for (int a = 0; a < arrays.length; a++) {
      nulls[a] = arrays[a].apply(read(from, a));
    }
    if (anyNull) {
      Arrays.fill(words, 0, firstField, 0);
      anyNull = false;
    }
    for (int k = 0; k < fields.length; k++) {
      if (fields[k].array == AS_IT_IS) {
        copy(from, fields[k].place, k);
      } else {
        write(arrays[fields[k].array].x[fields[k].place], k);
        if ((nulls[fields[k].array] >>> fields[k].place & 1) != 0) {
          setNull(k);
        }
      }
    }
    return row;
  }

  /** Reads the inputs of an array and says which of them are null. */
  private long read(InternalRow from, int array) {
    int[] places = plan.arrays.get(array).places;
    double[] x = arrays[array].x;
    return ofDoubles[array] ? readDoubles(from, places, x) : readNumbers(from, places, x);
  }

  private static long readDoubles(InternalRow from, int[] places, double[] x) {
    long isNull = 0;
    for (int j = 0; j < places.length; j++) {
      if (from.isNullAt(places[j])) {
        isNull |= 1L << j;
      } else {
        x[j] = from.getDouble(places[j]);
      }
    }
    return isNull;
  }

  private long readNumbers(InternalRow from, int[] places, double[] x) {
    long isNull = 0;
    for (int j = 0; j < places.length; j++) {
      if (from.isNullAt(places[j])) {
        isNull |= 1L << j;
      } else {
        x[j] = ColumnValues.number(from.get(places[j], plan.types.get(places[j])));
      }
    }
    return isNull;
  }

  private void write(double x, int field) {
    if (kinds[field] == Kind.FLOAT) {
      Platform.putFloat(words, offset(field), (float) x);
    } else {
      words[firstField + field] = x;
    }
  }

  /** The bytes of a word behind a shorter value are 0 from the start. */
  private void copy(InternalRow from, int place, int field) {
    if (from.isNullAt(place)) {
      setNull(field);
      return;
    }
    switch (kinds[field]) {
      case BOOLEAN -> Platform.putBoolean(words, offset(field), from.getBoolean(place));
      case BYTE -> Platform.putByte(words, offset(field), from.getByte(place));
      case SHORT -> Platform.putShort(words, offset(field), from.getShort(place));
      case INT -> Platform.putInt(words, offset(field), from.getInt(place));
      case LONG -> Platform.putLong(words, offset(field), from.getLong(place));
      case FLOAT -> Platform.putFloat(words, offset(field), from.getFloat(place));
      case DOUBLE -> words[firstField + field] = from.getDouble(place);
      case DECIMAL -> {
        DecimalType type = (DecimalType) fields[field].type;
        long unscaled = from.getDecimal(place, type.precision(), type.scale()).toUnscaledLong();
        Platform.putLong(words, offset(field), unscaled);
      }
    }
  }

  private long offset(int field) {
    return Platform.DOUBLE_ARRAY_OFFSET + (long) (firstField + field) * Long.BYTES;
  }

  private void setNull(int field) {
    row.setNullAt(field);
    anyNull = true;
  }
}
