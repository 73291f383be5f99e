package io.normact.math;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the name that a misspelt one was meant to be, for error messages. */
public final class NearestName {

  private NearestName() {}

  /** The end of a sentence about an unknown name: which known one is nearest to it. */
  public static String suggestion(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> editDistance(lower(name), lower(candidate))))
        .map("; did you mean '%s'?"::formatted)
        .orElse(".");
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Levenshtein's distance: insertions, deletions and substitutions that turn a into b. */
  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
