/**
 * What a client of Spark Connect reaches a model's numbers and a report by. Public for the compiler
 * alone: Python's package calls it.
 *
 * <p>Imports {@code ml}, {@code report} and {@code math}.
 *
 * <p>A server lets a client fit and transform, and nothing else. So these are an estimator that
 * fits nothing and a transformer whose rows are a report.
 */
package io.normact.connect;
