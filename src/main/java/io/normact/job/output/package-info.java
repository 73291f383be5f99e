/**
 * What a job writes: its columns, where they go, and what may be replaced there. Public for the
 * compiler alone.
 *
 * <p>Imports {@code files}, {@code job.spec}, {@code sql.catalyst}, {@code sql.column}, {@code
 * text} and Spark.
 *
 * <p>Outputs are complete or not there at all. No output may replace what the job reads. Paths are
 * compared by where they lead, not by how they are written.
 */
package io.normact.job.output;
