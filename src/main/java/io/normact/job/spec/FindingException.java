package io.normact.job.spec;

/** A job is done, and has found what it was told to fail on; the message says what. */
public final class FindingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public FindingException(String message) {
    super(message);
  }
}
