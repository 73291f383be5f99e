package io.normact.text;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names in a sentence: each in quotes, since a name may hold commas and blanks. */
public final class NameList {

  /** Of many; a table may have thousands. */
  private static final int SHOWN = 10;

  private NameList() {}

  /** The first names, and how many there are besides: {@code 'a', 'b' and 3 more}. */
  public static String of(Collection<String> names) {
    return first(names.stream().map(name -> "'" + name + "'").toList());
  }

  /** The first of things that are in quotes already where they need them. */
  public static String first(List<String> shown) {
    int more = Math.max(0, shown.size() - SHOWN);
    return shown.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (more == 0 ? "" : String.format(Locale.ROOT, " and %,d more", more));
  }
}
