package io.normact.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a misspelt one was meant to be, for error messages. */
public final class NearestName {

  /** A name is near if no more than one in so many of its characters is wrong. */
  private static final int CHARACTERS_AN_ERROR = 3;

  private NearestName() {}

  /** The end of a sentence about an unknown name: the known one near to it, or which there are. */
  public static String suggestion(String name, Collection<String> known) {
    return find(name, known)
        .map(near -> "; did you mean '" + near + "'?")
        .orElseGet(() -> list(known));
  }

  /** The known name nearest to a misspelt one, if any is near. */
  public static Optional<String> find(String name, Collection<String> known) {
    return known.stream()
        .filter(candidate -> errors(name, candidate) <= allowed(name, candidate))
        .min(Comparator.comparingInt(candidate -> errors(name, candidate)));
  }

  private static String list(Collection<String> known) {
    return known.isEmpty() ? "." : "; known are " + NameList.of(known) + ".";
  }

  private static int allowed(String a, String b) {
    return Math.max(a.length(), b.length()) / CHARACTERS_AN_ERROR;
  }

  private static int errors(String a, String b) {
    int lengths = Math.abs(a.length() - b.length());
    // The distance is at least this, and takes time for a text that is no name at all.
    return lengths > allowed(a, b)
        ? lengths
        : distance(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT));
  }

  /**
   * The optimal string alignment distance: insertions, deletions, substitutions and swaps of
   * neighbours that turn a into b, Levenshtein's distance but for the swaps.
   */
  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substituted = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substituted, 1 + Math.min(last[j], row[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
    }
    return row[b.length()];
  }
}
