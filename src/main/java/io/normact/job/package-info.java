/**
 * The command line. It reads a spec, does its job, and ends with an exit status.
 *
 * <p>Imports {@code job.run}, {@code job.spec}, {@code text} and Spark. Only this package and its
 * sub-packages make a session, print or exit.
 *
 * <p>{@link io.normact.job.Main} is the one class that users name. What a command does is in {@code
 * job.run}.
 */
package io.normact.job;
