/**
 * The command line: a job spec is read and checked, handed to the library, and ends in an exit
 * status.
 *
 * <p>Imports everything but {@code sql}'s functions. It alone makes a session, prints and exits.
 *
 * <p>Specs are data. Nothing in one is run: no class name, no script, no expression.
 */
package io.normact.job;
