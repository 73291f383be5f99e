/**
 * Expressions of Catalyst, and what their generated code calls. The one place that leans on Spark's
 * internals. Public for the compiler alone.
 *
 * <p>Imports {@code sql.column}, {@code math.row} and Spark.
 *
 * <p>What differs between lines of Spark is known to {@link io.normact.sql.catalyst.SparkLine}; all
 * else uses what every line has.
 */
package io.normact.sql.catalyst;
