package io.normact.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What features are called: by their column, and by their position where it holds several. */
final class FeatureNames {

  private FeatureNames() {}

  static List<String> of(List<String> columns, int[] widths) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] == 1) {
        names.add(columns.get(i));
      } else {
        for (int j = 0; j < widths[i]; j++) {
          names.add(String.format(Locale.ROOT, "%s[%d]", columns.get(i), j));
        }
      }
    }
    return names;
  }
}
