package io.normact.math.row;

import java.io.Serializable;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * What features are called: by their column, and by their position where it holds several. A name
 * is made when it is asked for, since there may be a million features and no message.
 */
public final class FeatureNames {

  private FeatureNames() {}

  /** The names of the features of a column. */
  public static List<String> of(String column, int width) {
    return of(List.of(column), new int[] {width});
  }

  /** The names of the features of these columns, one after the other. */
  public static List<String> of(List<String> columns, int[] widths) {
    int[] ends = widths.clone();
    Arrays.parallelPrefix(ends, Integer::sum);
    return new Names(columns.toArray(new String[0]), ends);
  }

  private static final class Names extends AbstractList<String>
      implements RandomAccess, Serializable {

    private static final long serialVersionUID = 1L;

    private final String[] columns;

    /** For each column how many features there are up to its end. */
    private final int[] ends;

    Names(String[] columns, int[] ends) {
      this.columns = columns;
      this.ends = ends;
    }

    @Override
    public int size() {
      return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    @Override
    public String get(int feature) {
      Objects.checkIndex(feature, size());
      int found = Arrays.binarySearch(ends, feature + 1);
      int column = found < 0 ? -found - 1 : found;
      // Columns without features end where the one before them does.
      while (column > 0 && ends[column - 1] > feature) {
        column--;
      }
      int start = column == 0 ? 0 : ends[column - 1];
      return ends[column] - start == 1
          ? columns[column]
          : columns[column] + "[" + (feature - start) + "]";
    }
  }
}
