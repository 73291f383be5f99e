package io.normact.math.row;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What features are called: by their column, and by their position where it holds several. */
public final class FeatureNames {

  private FeatureNames() {}

  /** The names of the features of a column. */
  public static List<String> of(String column, int width) {
    return width == 1
        ? List.of(column)
        : IntStream.range(0, width)
            .mapToObj(j -> String.format(Locale.ROOT, "%s[%d]", column, j))
            .toList();
  }

  /** The names of the features of these columns, one after the other. */
  public static List<String> of(List<String> columns, int[] widths) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      names.addAll(of(columns.get(i), widths[i]));
    }
    return names;
  }
}
