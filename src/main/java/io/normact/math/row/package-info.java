/**
 * What is done to one row of features: normalisation, its inverse, an activation for all or one for
 * each. Public for the compiler alone.
 *
 * <p>Imports Java, {@code math}, {@code math.array} and {@code math.exact}.
 *
 * <p>A row is a {@code double[]} that is mapped in place, so that whoever holds the memory decides
 * about copies.
 */
package io.normact.math.row;
