/**
 * Histograms that are the same in any order and partitioning of the values, and how far two
 * histograms are apart. Public for the compiler alone.
 *
 * <p>Imports Java and {@code math.exact}.
 */
package io.normact.math.histogram;
