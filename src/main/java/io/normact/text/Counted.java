package io.normact.text;

import java.util.Locale;

/** Numbers of things as messages have them. */
public final class Counted {

  private Counted() {}

  /** A number and its noun: {@code 1 row}, {@code 12,569 rows}. */
  public static String of(long n, String noun) {
    return String.format(Locale.ROOT, n == 1 ? "%,d %s" : "%,d %ss", n, noun);
  }
}
