package io.normact.report;

/**
 * A verdict on a column, with its grounds.
 *
 * @param verdict what it is
 * @param reason the numbers that led to it, and what they were measured against
 * @param advice what to do about it
 */
public record Finding(Verdict verdict, String reason, String advice) {}
