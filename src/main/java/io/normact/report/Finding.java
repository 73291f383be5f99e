package io.normact.report;

/**
 * A verdict on a column, with its grounds.
 *
 * @param verdict what is wrong, or that nothing is
 * @param reason the numbers that led to it, and what they were measured against
 * @param advice what to do about it
 * @param spec the advice as elements of {@code stages} of a job's spec, in YAML; empty where it
 *     can't be put so
 */
public record Finding(Verdict verdict, String reason, String advice, String spec) {

  Finding(Verdict verdict, String reason, String advice) {
    this(verdict, reason, advice, "");
  }
}
