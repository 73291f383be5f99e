/**
 * Expressions of Catalyst, the classes that their generated code calls, and operators over columns
 * and wide rows. What leans most on Spark's internals is here. Public for the compiler alone.
 *
 * <p>Imports {@code sql.column}, {@code math.row}, {@code math.key}, {@code math.exact}, {@code
 * math.array}, {@code text} and Spark.
 *
 * <p>{@link io.normact.sql.catalyst.SparkLine} knows what differs between lines of Spark. All else
 * uses what every line has.
 */
package io.normact.sql.catalyst;
