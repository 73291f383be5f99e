/**
 * A job spec. YAML and options of the command line are read, and checked as far as possible without
 * the input. Errors say what is wrong and what was expected. Public for the compiler alone.
 *
 * <p>Imports {@code ml}, {@code sql.column}, {@code text} and Spark.
 *
 * <p>Specs are data. Nothing in one is run: no class name, no script, no expression.
 */
package io.normact.job.spec;
