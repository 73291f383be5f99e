/**
 * A job spec: YAML and options of the command line, read and checked as far as it can be without
 * the input, and what a user is told where it is wrong. Public for the compiler alone.
 *
 * <p>Imports {@code ml}, {@code sql.column}, {@code text} and Spark.
 *
 * <p>Specs are data. Nothing in one is run: no class name, no script, no expression.
 */
package io.normact.job.spec;
