package io.normact.sql.catalyst;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;
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

  private final Iterator<InternalRow> source;
  private final Plan plan;
  private final UnsafeProjection unsafe;
  private final GatheredRow[] arrays;
  private final boolean[] ofDoubles;
  private final long[] nulls;
  private final Field[] fields;
  private final boolean[] floats;
  private final double[] words;
  private final int firstField;
  private final UnsafeRow row;
  private boolean anyNull;

  FeatureRows(Iterator<InternalRow> source, Plan plan) {
    this.source = source;
    this.plan = plan;
    unsafe = UnsafeProjection.create(plan.types.toArray(DataType[]::new));
    arrays = plan.arrays.stream().map(array -> array.kept.row()).toArray(GatheredRow[]::new);
    ofDoubles = new boolean[arrays.length];
    for (int a = 0; a < arrays.length; a++) {
      ofDoubles[a] =
          Arrays.stream(plan.arrays.get(a).places)
              .allMatch(place -> plan.types.get(place) instanceof DoubleType);
    }
    nulls = new long[arrays.length];
    fields = plan.fields.toArray(Field[]::new);
    floats = new boolean[fields.length];
    for (int k = 0; k < fields.length; k++) {
      floats[k] = fields[k].type instanceof FloatType;
    }
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
    InternalRow next = source.next();
    UnsafeRow from = next instanceof UnsafeRow same ? same : unsafe.apply(next);
    boolean readsNull = from.anyNull();
    for (int a = 0; a < arrays.length; a++) {
      int[] places = plan.arrays.get(a).places;
      nulls[a] =
          arrays[a].apply(
              ofDoubles[a] && !readsNull
                  ? read(from, places, arrays[a].x)
                  : readNullable(from, places, arrays[a].x));
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

  private static long read(UnsafeRow from, int[] places, double[] x) {
    for (int j = 0; j < places.length; j++) {
      x[j] = from.getDouble(places[j]);
    }
    return 0;
  }

  private long readNullable(UnsafeRow from, int[] places, double[] x) {
    long isNull = 0;
    for (int j = 0; j < places.length; j++) {
      if (from.isNullAt(places[j])) {
        isNull |= 1L << j;
      } else {
        x[j] = GatheredFeatures.number(from.get(places[j], plan.types.get(places[j])));
      }
    }
    return isNull;
  }

  private void write(double x, int field) {
    if (floats[field]) {
      Platform.putFloat(words, offset(field), (float) x);
    } else {
      words[firstField + field] = x;
    }
  }

  private void copy(UnsafeRow from, int place, int field) {
    if (from.isNullAt(place)) {
      setNull(field);
    } else {
      Platform.putLong(words, offset(field), from.getLong(place));
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
