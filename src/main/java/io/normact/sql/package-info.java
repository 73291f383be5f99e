/**
 * The functions as users of SQL and of columns see them: {@link
 * io.normact.sql.ActivationFunctions}, and the extension that makes them known to each session.
 *
 * <p>Imports {@code sql.catalyst}, {@code sql.column}, {@code math}, {@code math.row} and Spark.
 *
 * <p>A call becomes one expression that is a value: named, printed, compared and cached as Spark's
 * own are.
 */
package io.normact.sql;
