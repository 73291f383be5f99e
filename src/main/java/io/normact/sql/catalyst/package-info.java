/**
 * Expressions of Catalyst, what their generated code calls, and an operator over columns. The one
 * place that leans on Spark's internals. Public for the compiler alone.
 *
 * <p>Imports {@code sql.column}, {@code math.row}, {@code math.array} and Spark.
 *
 * <p>What differs between lines of Spark is known to {@link io.normact.sql.catalyst.SparkLine}; all
 * else uses what every line has.
 */
package io.normact.sql.catalyst;
