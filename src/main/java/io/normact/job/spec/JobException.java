package io.normact.job.spec;

/** Something outside of the spec is wrong, such as a damaged model; the message says what. */
public final class JobException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public JobException(String message) {
    super(message);
  }

  public JobException(String message, Throwable cause) {
    super(message, cause);
  }
}
