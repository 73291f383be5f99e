package io.normact.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Names of columns as SQL has them, with backticks around parts that hold dots. */
public final class QuotedName {

  private QuotedName() {}

  /**
   * The parts of a name such as {@code geo.`lon.deg`}.
   *
   * @return the parts without their quotes; empty for a name without quotes, or with quotes
   *     elsewhere than around parts
   */
  public static Optional<List<String>> parts(String name) {
    if (name.indexOf('`') < 0) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (at <= name.length()) {
      int end = at < name.length() && name.charAt(at) == '`' ? quoted(name, at) : plain(name, at);
      boolean ends = end == name.length() || (end > 0 && name.charAt(end) == '.');
      if (!ends || end == at) {
        return Optional.empty();
      }
      String part = name.substring(at, end);
      parts.add(
          part.charAt(0) == '`' ? part.substring(1, part.length() - 1).replace("``", "`") : part);
      at = end + 1;
    }
    return Optional.of(parts);
  }

  /** The name that the parts make without quotes; the name itself where it has none. */
  public static String unquoted(String name) {
    return parts(name).map(parts -> String.join(".", parts)).orElse(name);
  }

  /** Where a part in quotes ends; where it starts if it does not. */
  private static int quoted(String name, int start) {
    int at = start + 1;
    while (at < name.length()) {
      boolean quote = name.charAt(at) == '`';
      if (quote && at + 1 < name.length() && name.charAt(at + 1) == '`') {
        at += 2;
      } else if (quote) {
        return at + 1;
      } else {
        at++;
      }
    }
    return start;
  }

  /** Where a part without quotes ends; where it starts if it has one. */
  private static int plain(String name, int start) {
    int dot = name.indexOf('.', start);
    int end = dot < 0 ? name.length() : dot;
    return name.substring(start, end).indexOf('`') < 0 ? end : start;
  }
}
