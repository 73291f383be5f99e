package io.normact.scoring.plan;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** How many numbers columns hold, where some are known to hold as many as others. */
final class Widths {

  /** From a column to one that is as wide, up to one that stands for all. */
  private final Map<String, String> like = new HashMap<>();

  private final Map<String, Integer> known = new HashMap<>();
  private String open;

  /** Says that two columns are of one width. */
  void join(String column, String other) {
    like.put(first(other), first(column));
  }

  /**
   * Says how wide a column is, and who says so.
   *
   * @throws IllegalArgumentException if another width was said before
   */
  void set(String column, int width, String whose) {
    Integer before = known.putIfAbsent(first(column), width);
    if (before != null && before != width) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has %d numbers in column '%s', but elsewhere it holds %d.",
              whose,
              width,
              column,
              before));
    }
  }

  /** Says that the width is each row's own. */
  void leaveOpen(String column) {
    open = column;
  }

  /** The column that was left open; null if there is none. */
  String open() {
    return open;
  }

  /** The width of a column; 0 if nothing says it. */
  int of(String column) {
    return known.getOrDefault(first(column), 0);
  }

  private String first(String column) {
    String name = column;
    while (like.containsKey(name)) {
      name = like.get(name);
    }
    return name;
  }
}
