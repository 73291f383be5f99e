/**
 * Sums without rounding errors. Moments have the same bits in any order and partitioning. Also
 * their saved form, and that of long arrays. Public for the compiler alone.
 *
 * <p>Imports Java and {@code math.array}.
 *
 * <p>A sum is an expansion of doubles that do not overlap; it is rounded once, when it is read.
 */
package io.normact.math.exact;
