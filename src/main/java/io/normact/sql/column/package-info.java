/**
 * What a column of features may be, when two names are the same, and how Spark lays numbers, arrays
 * and vectors out in memory. Public for the compiler alone.
 *
 * <p>Imports Java and Spark.
 *
 * <p>There are five kinds of column, and one class knows the layout of each.
 */
package io.normact.sql.column;
