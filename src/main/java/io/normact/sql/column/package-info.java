/**
 * Kinds of column that hold features, the rule by which two names are the same, and Spark's layout
 * of numbers, arrays and vectors in memory. Public for the compiler alone.
 *
 * <p>Imports {@code math.exact}, {@code math.key}, {@code text} and Spark.
 *
 * <p>There are five kinds of column, and one class knows the layout of each.
 */
package io.normact.sql.column;
