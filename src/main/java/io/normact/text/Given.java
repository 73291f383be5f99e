package io.normact.text;

import java.util.Locale;

/** Arguments of public methods that must not be null. */
public final class Given {

  private Given() {}

  /**
   * An argument, back.
   *
   * @throws IllegalArgumentException if it is null; the message has its name and what it must be
   */
  public static <A> A argument(A argument, String name, String expectation) {
    if (argument == null) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Argument %s is null, but must be %s.", name, expectation));
    }
    return argument;
  }
}
