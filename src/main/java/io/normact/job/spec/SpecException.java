package io.normact.job.spec;

import java.util.Locale;

/** The command or the spec is wrong; the message names the key and what was expected there. */
public class SpecException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SpecException(String message) {
    super(message);
  }

  public SpecException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A message with values in it, written alike in every locale. */
  public static SpecException of(String format, Object... values) {
    return new SpecException(String.format(Locale.ROOT, format, values));
  }

  /** What the library says of a value, with the key at which the value stands. */
  public static SpecException at(String key, Throwable cause) {
    return new SpecException(
        String.format(Locale.ROOT, "Key '%s': %s", key, Failure.message(cause)), cause);
  }
}
