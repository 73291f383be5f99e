/**
 * Activation functions in plain Java: what they are, how they are written, and the list of all of
 * them. For users are {@link io.normact.math.ActivationFunction} and {@link
 * io.normact.math.Definition}.
 *
 * <p>Imports Java, {@code math.array} and {@code text}.
 *
 * <p>A function is one record in the file of its family. The record has its formula, parameters,
 * slope and zero, and everything else reads them there.
 */
package io.normact.math;
