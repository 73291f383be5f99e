package io.normact.math.row;

import java.util.Locale;

/** The error for a value that a stage with {@code handleInvalid=error} meets. */
public final class RejectedValue {

  private RejectedValue() {}

  /** What the error says. */
  public static String message(String column, String value) {
    return String.format(
        Locale.ROOT,
        "Column '%s' holds %s, which handleInvalid=error rejects; clean the data or choose skip, keep or mean.",
        column,
        value);
  }

  /** The error for a number. */
  public static IllegalArgumentException of(String column, double value) {
    return new IllegalArgumentException(message(column, Double.toString(value)));
  }
}
