/**
 * Activation functions in SQL and as columns. For users is {@link
 * io.normact.sql.ActivationFunctions}; an extension registers the SQL functions in each session.
 *
 * <p>Imports {@code sql.catalyst}, {@code sql.column}, {@code math}, {@code math.row}, {@code text}
 * and Spark.
 *
 * <p>A call becomes one expression. Spark names, prints, compares and caches it as it does its own.
 */
package io.normact.sql;
