/**
 * What the commands do: open the input, fit or load the stages, write the outputs. Public for the
 * compiler alone.
 *
 * <p>Imports {@code job.output}, {@code job.spec}, {@code report}, {@code ml}, {@code math}, {@code
 * sql.catalyst}, {@code sql.column}, {@code files}, {@code text} and Spark.
 *
 * <p>{@link io.normact.job.run.Job} has a method for each command, which reads in the order in
 * which things happen. All that can be refused is refused before anything is written.
 */
package io.normact.job.run;
