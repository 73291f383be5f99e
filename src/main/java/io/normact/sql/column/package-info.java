/**
 * Kinds of column that hold features, the rule by which two names are the same, and Spark's layout
 * of numbers, arrays and vectors in memory. Public for the compiler alone.
 *
 * <p>Imports {@code math.exact}, {@code math.key}, {@code text} and Spark.
 *
 * <p>{@link io.normact.sql.column.ColumnKind} lists the five kinds. What their memory looks like is
 * in {@link io.normact.sql.column.InternalArrays}, {@link io.normact.sql.column.VectorFields} and
 * {@link io.normact.sql.column.SparseStruct}.
 */
package io.normact.sql.column;
