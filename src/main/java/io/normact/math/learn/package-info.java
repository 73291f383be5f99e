/**
 * The objectives by which gamma, beta and slopes are learned, and the search for their optimum.
 * Public for the compiler alone.
 *
 * <p>Imports Java, {@code math} and {@code math.exact}.
 *
 * <p>An objective is a sum over blocks of rows. It does not know whether a loop or a cluster adds
 * the blocks up.
 */
package io.normact.math.learn;
