package io.normact.scoring.plan;

/** What becomes of a row that a stage's param handleInvalid is about. */
public enum InvalidRows {
  /** The formula is applied to NaN and infinity like to any number. */
  KEEP(false, false),
  /** A NaN or an infinity is an error. */
  REJECT(true, true),
  /** A row with a NaN or an infinity has no result. */
  DROP(false, true),
  /** A NaN is an error; an infinity is a number. */
  REJECT_NAN(true, false),
  /** A row with a NaN has no result. */
  DROP_NAN(false, false),
  /** No row has a result, since its key is unknown. */
  DROP_ALL(false, true);

  private final boolean rejects;
  private final boolean finite;

  InvalidRows(boolean rejects, boolean finite) {
    this.rejects = rejects;
    this.finite = finite;
  }

  /** Whether such a row is an error. */
  public boolean rejects() {
    return rejects;
  }

  /** Whether a row is what the policy is about even if all its values are numbers. */
  public boolean isAboutAll() {
    return this == DROP_ALL;
  }

  /** Whether this value in a row is what the policy is about. */
  public boolean isInvalid(double x) {
    return finite ? !Double.isFinite(x) : this != KEEP && Double.isNaN(x);
  }
}
