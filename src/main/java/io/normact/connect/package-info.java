/**
 * Stages through which a client of Spark Connect reaches what the server lets nobody call: it may
 * fit and transform, so these are an estimator that fits nothing and a transformer whose rows are a
 * report. Where there is a JVM, {@code io.normact.ml} and {@code io.normact.report} say the same
 * with less ado.
 */
package io.normact.connect;
