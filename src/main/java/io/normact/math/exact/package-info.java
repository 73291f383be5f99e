/**
 * Sums without rounding errors: moments that are the same bits in any order and partitioning, and
 * the texts that they and long arrays are kept in. Public for the compiler alone.
 *
 * <p>Imports Java and {@code math.array}.
 *
 * <p>A sum is an expansion of doubles that do not overlap; it is rounded once, when it is read.
 */
package io.normact.math.exact;
