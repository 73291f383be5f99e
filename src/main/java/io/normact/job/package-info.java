/**
 * The command line: a spec is read, its job is done, and an exit status tells how it went.
 *
 * <p>Imports {@code job.run} and {@code job.spec}. With its sub-packages it alone makes a session,
 * prints and exits.
 *
 * <p>{@link io.normact.job.Main} is the one name that users know; what a command does stands in
 * {@code job.run}.
 */
package io.normact.job;
