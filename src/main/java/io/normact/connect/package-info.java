/**
 * Lets a client of Spark Connect make models of its numbers, and get reports. Public for the
 * compiler alone: the Python package calls it.
 *
 * <p>Imports {@code ml}, {@code report}, {@code math} and Spark.
 *
 * <p>A server lets a client fit and transform, and nothing else. So an estimator that fits nothing
 * makes a model of the client's numbers, and a report is the rows that a transformer gives.
 */
package io.normact.connect;
