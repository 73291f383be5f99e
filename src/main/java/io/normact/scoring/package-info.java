/**
 * Saved stages in plain Java, without Spark: {@link io.normact.scoring.Scorer} is for users.
 *
 * <p>Imports {@code scoring.plan}, {@code math.row}, {@code math.array} and {@code text}. Together
 * they are in a jar of their own.
 *
 * <p>A row goes through the same functions that Spark's generated code calls. So the results have
 * the same bits.
 */
package io.normact.scoring;
