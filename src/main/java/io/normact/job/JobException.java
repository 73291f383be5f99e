package io.normact.job;

/** Something outside of the spec is wrong, such as a damaged model; the message says what. */
final class JobException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  JobException(String message) {
    super(message);
  }

  JobException(String message, Throwable cause) {
    super(message, cause);
  }
}
