/**
 * Saved stages in plain Java, without Spark: {@link io.normact.scoring.Scorer} is for users.
 *
 * <p>Imports {@code scoring.plan}, {@code math.row} and {@code math.array}, and is in a jar of its
 * own with them.
 *
 * <p>A row goes through the very functions that Spark's generated code calls, so the results have
 * the same bits.
 */
package io.normact.scoring;
