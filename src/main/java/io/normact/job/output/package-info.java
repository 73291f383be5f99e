/**
 * What a job writes: columns, places, and what may be replaced there. Public for the compiler
 * alone.
 *
 * <p>Imports {@code job.spec}, {@code sql.catalyst}, {@code sql.column}, {@code text} and Spark.
 *
 * <p>All outputs are complete or not there at all, and none takes along what the job reads: what is
 * compared is where paths lead to, not how they are written.
 */
package io.normact.job.output;
