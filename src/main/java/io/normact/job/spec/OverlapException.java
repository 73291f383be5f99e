package io.normact.job.spec;

import java.util.Locale;

/** A place that a job writes to is not apart from what it reads, writes or stands on. */
public final class OverlapException extends SpecException {

  private static final long serialVersionUID = 1L;

  private OverlapException(String message) {
    super(message);
  }

  /** A message with values in it, written alike in every locale. */
  public static OverlapException of(String format, Object... values) {
    return new OverlapException(String.format(Locale.ROOT, format, values));
  }
}
