/**
 * What the commands do: the input is opened, stages are fitted or loaded, and the outputs written.
 * Public for the compiler alone.
 *
 * <p>Imports {@code job.output}, {@code job.spec}, {@code report}, {@code ml}, {@code math}, {@code
 * sql.catalyst}, {@code sql.column} and {@code text}.
 *
 * <p>{@link io.normact.job.run.Job} has a method a command, in the order in which things happen;
 * all that can be refused is refused before anything is written.
 */
package io.normact.job.run;
