/**
 * One pass over the rows of a dataset: readers of features, and what is added up of them. Public
 * for the compiler alone.
 *
 * <p>Imports {@code sql.column}, {@code sql.catalyst}, the packages of {@code math} and Spark.
 *
 * <p>Rows are read where they lie, in Spark's memory; nothing is made of a row but the sums that it
 * goes into.
 */
package io.normact.sql.pass;
