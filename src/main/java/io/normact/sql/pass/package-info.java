/**
 * One pass over the rows of a dataset: readers of features, and the sums and samples that are made
 * of them. Public for the compiler alone.
 *
 * <p>Imports {@code sql.column}, {@code sql.catalyst}, {@code math}, {@code math.array}, {@code
 * math.exact}, {@code math.histogram}, {@code math.key}, {@code math.learn}, {@code math.row},
 * {@code text} and Spark.
 *
 * <p>Rows are read where they lie, in Spark's memory. Only sums, samples and, for learning, packed
 * blocks are kept of them.
 */
package io.normact.sql.pass;
