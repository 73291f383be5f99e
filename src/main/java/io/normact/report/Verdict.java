package io.normact.report;

/** What may be wrong with a column under an activation function, from the worst to none. */
public enum Verdict {
  /**
   * More values are null, NaN or infinite than finite. What follows would mostly learn what fills
   * them.
   */
  MOSTLY_MISSING("mostly missing", true),
  /** All values are the same: nothing to learn from, and nothing for normalisation to scale. */
  CONSTANT("constant", true),
  /**
   * Values lie where the function is not defined, such as below -1 for log1p. It makes them NaN.
   */
  OUTSIDE_DOMAIN("outside domain", true),
  /** The slope is exactly 0 nearly everywhere: no gradient passes. */
  DEAD("dead", true),
  /**
   * The slope is nearly 0 for many values, more than the function's shape alone explains. A
   * logarithm is never saturated: it has no bound, and still tells large values apart.
   */
  SATURATED("saturated", true),
  /** Values are no longer distributed as those that the model was fitted on, see {@link Drift}. */
  DRIFTED("drifted", false),
  /** The variance is less than the epsilon that is added to it: normalised values stay small. */
  EPSILON_OUTWEIGHS_VARIANCE("epsilon outweighs variance", false),
  /** A few values far out inflate the standard deviation, and the bulk is squeezed together. */
  HEAVY_TAIL("heavy tail", false),
  /** At least half of the values are the same, and there are more than two different ones. */
  MOSTLY_ONE_VALUE("mostly one value", false),
  /** Gradients pass, but nine in ten outputs lie in a small part of the function's range. */
  NARROW_OUTPUT("narrow output", false),
  /** None of these. */
  FINE("fine", false);

  private final String text;
  private final boolean trouble;

  Verdict(String text, boolean trouble) {
    this.text = text;
    this.trouble = trouble;
  }

  /**
   * {@return whether a model can't learn from the column as it is} Any other verdict but {@link
   * #FINE} is worth a look.
   */
  public boolean isTrouble() {
    return trouble;
  }

  /** The verdict in words: {@code epsilon outweighs variance}. */
  @Override
  public String toString() {
    return text;
  }
}
