package io.normact.ml;

/** All rows have the same label, so that there is nothing to learn from them yet. */
final class SingleLabelException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  SingleLabelException(String message) {
    super(message);
  }
}
