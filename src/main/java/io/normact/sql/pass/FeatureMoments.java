package io.normact.sql.pass;

import io.normact.math.exact.Moments;
import io.normact.math.histogram.FeatureHistograms;
import io.normact.sql.column.ColumnKind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * What a pass over feature columns has seen: the {@link Moments} of every run of scalar columns and
 * of every vector or array column, and what it left out. Mutable while rows come in; merging is
 * exact and in any order gives the same.
 */
public final class FeatureMoments implements Serializable {

  private static final long serialVersionUID = 1L;

  private final List<FeatureReader> readers;
  private final int weightField;
  private final String weightName;
  private final boolean skipInvalidRows;

  /** One for each reader; null until the first row that is not null tells the width. */
  private final Moments[] moments;

  /** Likewise, and of no features where they are too many; null if none are wanted. */
  private final FeatureHistograms[] histograms;

  private final long[] nullCells;
  private long skippedRows;

  /**
   * The first thing wrong with the data, which ends the pass. An exception would say it as well,
   * but only after the task was tried four times, and inside a stack trace of Spark's.
   */
  private String failure;

  private transient FeatureCell[] cells;

  /**
   * The sums of no rows.
   *
   * @param weightField the field of row weights; below 0 for 1 a row
   * @param weightName the weights' column, for messages
   * @param histograms whether histograms are wanted too
   */
  FeatureMoments(
      List<FeatureReader> readers,
      int weightField,
      String weightName,
      boolean skipInvalidRows,
      boolean histograms) {
    this.readers = readers;
    this.weightField = weightField;
    this.weightName = weightName;
    this.skipInvalidRows = skipInvalidRows;
    this.moments = new Moments[readers.size()];
    this.histograms = histograms ? new FeatureHistograms[readers.size()] : null;
    this.nullCells = new long[readers.size()];
    for (int r = 0; r < moments.length; r++) {
      if (readers.get(r).kind() == ColumnKind.DOUBLE) {
        start(r, readers.get(r).fields());
      }
    }
  }

  private void start(int r, int width) {
    moments[r] = new Moments(width);
    if (histograms != null) {
      histograms[r] = new FeatureHistograms(hasHistograms() ? width : 0);
      dropTooMany();
    }
  }

  /** Whether the columns hold so few features together that they have histograms. */
  private boolean hasHistograms() {
    return Arrays.stream(moments).filter(Objects::nonNull).mapToLong(Moments::features).sum()
        <= FeatureHistograms.MOST_FEATURES;
  }

  private void dropTooMany() {
    if (!hasHistograms()) {
      for (int r = 0; r < histograms.length; r++) {
        histograms[r] = histograms[r] == null ? null : new FeatureHistograms(0);
      }
    }
  }

  /** The same before any row. */
  FeatureMoments none() {
    return new FeatureMoments(
        readers, weightField, weightName, skipInvalidRows, histograms != null);
  }

  /** The same with what was found of rows that hold scalars alone. */
  FeatureMoments with(Moments scalars, FeatureHistograms theirs, long skipped, String found) {
    FeatureMoments moments = none();
    moments.moments[0] = scalars;
    if (histograms != null) {
      moments.histograms[0] = theirs;
    }
    moments.skippedRows = skipped;
    moments.failure = found;
    return moments;
  }

  /** Histograms of no rows for rows that hold scalars alone; null if none are wanted. */
  FeatureHistograms scalarHistograms() {
    return histograms == null ? null : none().histograms[0];
  }

  /** Whether rows hold scalars alone. */
  boolean isOfScalars() {
    return FeatureReader.ofScalars(readers);
  }

  boolean isWeighted() {
    return weightField >= 0;
  }

  boolean skipsInvalidRows() {
    return skipInvalidRows;
  }

  /** The moments of each run of scalar columns and each other column, in the columns' order. */
  public List<Moments> parts() {
    List<Moments> parts = new ArrayList<>();
    for (Moments part : moments) {
      parts.add(part == null ? new Moments(0) : part);
    }
    return parts;
  }

  /**
   * The histograms of {@link #parts()}: of no features where the width is unknown or above {@link
   * FeatureHistograms#MOST_FEATURES}. None at all if none were wanted. Only to be asked for when
   * all rows are in.
   */
  public List<FeatureHistograms> histograms() {
    List<FeatureHistograms> all = new ArrayList<>();
    for (int r = 0; histograms != null && r < moments.length; r++) {
      FeatureHistograms part = histograms[r] == null ? new FeatureHistograms(0) : histograms[r];
      for (int j = 0; j < part.features(); j++) {
        // What sparse rows don't hold.
        part.of(j).add(0, moments[r].count(j) - part.of(j).count());
      }
      all.add(part);
    }
    return all;
  }

  /** The number of rows in which a vector or array was null, for each of {@link #parts()}. */
  public long[] nullCells() {
    return nullCells.clone();
  }

  /** The number of rows left out whole because a feature was null, NaN or infinite. */
  public long skippedRows() {
    return skippedRows;
  }

  boolean failed() {
    return failure != null;
  }

  void throwIfFailed() {
    if (failure != null) {
      throw new IllegalArgumentException(failure);
    }
  }

  void add(InternalRow row) {
    double weight = 1;
    if (weightField >= 0) {
      weight = row.isNullAt(weightField) ? Double.NaN : row.getDouble(weightField);
      failure = weightFailure(weightName, weight, row.isNullAt(weightField));
      if (failure != null) {
        return;
      }
    }
    if (cells == null) {
      cells = FeatureCell.of(readers);
    }
    boolean valid = true;
    for (int r = 0; r < cells.length; r++) {
      cells[r].read(row);
      checkWidth(r, cells[r].width());
      valid = valid && (!skipInvalidRows || cells[r].isFinite());
    }
    if (failure != null) {
      return;
    }
    if (!valid) {
      skippedRows++;
      return;
    }
    for (int r = 0; r < cells.length; r++) {
      add(r, cells[r], weight);
    }
  }

  String weightName() {
    return weightName;
  }

  /** What is wrong with a weight in a column of this name, or null. */
  static String weightFailure(String name, double weight, boolean isNull) {
    return weight >= 0 && weight <= Double.MAX_VALUE
        ? null
        : String.format(
            Locale.ROOT,
            "Weight column '%s' holds %s, but weights must be finite and not negative.",
            name,
            isNull ? "null" : Double.toString(weight));
  }

  private void checkWidth(int r, int width) {
    if (width < 0) {
      return;
    }
    if (moments[r] == null) {
      start(r, width);
    } else if (moments[r].features() != width) {
      failure = readers.get(r).differingWidths(moments[r].features(), width);
    }
  }

  private void add(int r, FeatureCell cell, double weight) {
    if (cell.width() < 0) {
      nullCells[r]++;
    } else if (cell.isSparse()) {
      if (histograms != null && weight > 0 && histograms[r].features() > 0) {
        histograms[r].add(cell.indices(), cell.values());
      }
      moments[r].add(cell.indices(), cell.values(), cell.indices().length, weight);
    } else {
      if (histograms != null && weight > 0) {
        histograms[r].add(cell.values());
      }
      moments[r].add(cell.values(), weight);
    }
  }

  /**
   * Adds all rows of others and returns this. Where both have failed, the first failure in the
   * order of the alphabet stays, so that the same rows give the same message.
   */
  FeatureMoments merge(FeatureMoments other) {
    if (other.failure != null && (failure == null || other.failure.compareTo(failure) < 0)) {
      failure = other.failure;
    }
    for (int r = 0; r < moments.length && failure == null; r++) {
      if (moments[r] == null) {
        moments[r] = other.moments[r];
        mergeHistograms(r, other);
      } else if (other.moments[r] != null) {
        if (moments[r].features() == other.moments[r].features()) {
          moments[r].merge(other.moments[r]);
          mergeHistograms(r, other);
        } else {
          failure =
              readers.get(r).differingWidths(moments[r].features(), other.moments[r].features());
        }
      }
      nullCells[r] += other.nullCells[r];
    }
    skippedRows += other.skippedRows;
    return this;
  }

  private void mergeHistograms(int r, FeatureMoments other) {
    if (histograms != null && other.histograms[r] != null) {
      histograms[r] =
          histograms[r] == null ? other.histograms[r] : histograms[r].merge(other.histograms[r]);
      dropTooMany();
    }
  }
}
