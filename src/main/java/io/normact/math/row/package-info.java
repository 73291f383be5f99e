/**
 * What is done to one row of features: normalisation, its inverse, an activation for all or one for
 * each. Public for the compiler alone.
 *
 * <p>Imports Java, {@code math}, {@code math.array} and {@code math.exact}.
 *
 * <p>A row is a {@code double[]} that is mapped in place. The caller, who owns the memory, decides
 * whether to copy it.
 */
package io.normact.math.row;
