package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.UnsafeDoubles;
import io.normact.text.Counted;
import java.util.Arrays;
import java.util.Locale;

/**
 * Maps the cells of a column that holds a row of features, one after the other, in the form that
 * Catalyst keeps them in: {@code ArrayData}, or the struct behind a vector.
 *
 * <p>A task has one for itself. It works in memory that it keeps from cell to cell, so that a row
 * of thousands of features passes through the processor's cache and not through the heap. Its
 * result is good until the next cell, as is all that Catalyst reads from a row; who keeps a value
 * longer copies it. Generated code calls it, so the class is public; it is no interface for users.
 */
public abstract class CellMapper {

  static final double[] NONE = {};

  final FeatureFunction function;
  private final String column;
  private double[] features = NONE;

  CellMapper(FeatureFunction function, String column) {
    this.function = function;
    this.column = column;
  }

  /** What a cell becomes; a null only comes where it is an error, or is read as NaN. */
  public final Object map(Object cell) {
    if (cell != null) {
      return mapPresent(cell);
    }
    if (!function.readsNull()) {
      throw new IllegalArgumentException(function.nullError(0));
    }
    double[] x = features(function.features());
    Arrays.fill(x, Double.NaN);
    return mapDense(x);
  }

  /** What a cell becomes that is not null. */
  abstract Object mapPresent(Object cell);

  /** Forgets what it knows of its function, which is another one from now on. */
  void changed() {}

  /** What these features become, all of which are there. */
  abstract Object mapDense(double[] x);

  /** An array of so many features, with whatever the cell before left in it. */
  final double[] features(int size) {
    checkWidth(size);
    checkStored(size, UnsafeDoubles.MOST);
    if (features.length != size) {
      features = new double[size];
    }
    return features;
  }

  /** Checks that there is room for so many numbers. */
  final void checkStored(int size, int most) {
    if (size > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column '%s' holds a row of %d features, but Spark has room for at most %d that are stored.",
              column,
              size,
              most));
    }
  }

  final void checkWidth(int size) {
    checkWidth(function, size, column);
  }

  /** Checks that a row has as many features as the function. */
  static void checkWidth(FeatureFunction function, int size, String column) {
    int expected = function.features();
    if (expected != FeatureFunction.ANY && expected != size) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column '%s' holds a row of %s, but the model was fitted on %d.",
              column,
              Counted.of(size, "feature"),
              expected));
    }
  }
}
